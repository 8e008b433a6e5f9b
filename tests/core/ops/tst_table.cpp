// Properties that every op of the table must have, tried on the cases of the goldens.

#include "tests/core/ops/goldens.h"
#include "tests/core/ops/kernelcheck.h"

#include <set>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// The same elements but one, changed by a finite amount that no rounding hides.
Tensor changed(const Tensor& tensor, std::int64_t element) {
    std::vector<double> elements;
    for (std::int64_t i = 0; i < tensor.elements(); ++i)
        elements.push_back(tensor.flat(i) + (i == element ? 0.75 : 0.0));
    return *Tensor::of<double>(tensor.shape(), elements).cast(tensor.dtype());
}

/// Inputs whose elements say how much of another input is read; they steer, and so are no origins themselves.
bool steers(const Golden& golden, std::size_t input) { return !isFloat(golden.inputs[input].dtype()); }

bool hasOddNumbers(const Golden& golden) { return golden.name.find("odd") != std::string::npos; }

} // namespace

class tst_table : public QObject {
    Q_OBJECT
private slots:
    void everyOpIsFoundByItsNameOnce() {
        std::set<std::string_view> names;
        for (const auto& op : allOps()) {
            QVERIFY2(names.insert(op.name).second, op.name.data());
            QCOMPARE(findOp(op.name), &op);
            QVERIFY2(op.shape && op.reference, op.name.data());
        }
        QVERIFY(!findOp("Unsupported"));
    }

    void everyKernelGivesTheShapeItsRulePromised() {
        for (const auto& golden : goldens()) {
            const auto call = prepared(golden.op.c_str(), golden.inputs, golden.attributes);
            QVERIFY2(call, golden.name.c_str());
            const auto outputs = findOp(golden.op)->reference({golden.attributes, golden.inputs, call->outputs});
            QVERIFY2(outputs, golden.name.c_str());
            QCOMPARE(outputs->size(), call->outputs.size());
            for (std::size_t i = 0; i < outputs->size(); ++i) {
                QVERIFY2(toDims((*outputs)[i].shape()) == call->outputs[i].shape, golden.name.c_str());
                QVERIFY2((*outputs)[i].dtype() == call->outputs[i].dtype, golden.name.c_str());
            }
        }
    }

    void anOpenShapeComesToTheSameSizesAsAKnownOne() {
        for (const auto& golden : goldens()) {
            if (golden.op == "Squeeze" && golden.inputs.size() == 1)
                continue; // which axes go depends on the sizes: inference drops those known to be 1
            auto types = typesOf(golden.inputs);
            std::map<std::string, std::int64_t> symbols;
            for (std::size_t axis = 0; axis < types[0].shape.size(); ++axis) {
                const std::string name(axis + 1, 'd'); // d, dd, ddd
                symbols[name] = types[0].shape[axis].extent();
                types[0].shape[axis] = Dim::symbol(name);
            }
            const auto in = pointers(types, golden.inputs);
            std::vector<const Tensor*> constants{nullptr};
            for (std::size_t i = 1; i < golden.inputs.size(); ++i)
                constants.push_back(golden.inputs[i].isNull() ? nullptr : &golden.inputs[i]);
            const auto open = findOp(golden.op)->shape({golden.attributes, in, constants});
            if (!open) // some ops say that they need a size; none may call an open one a misfit
            {
                QVERIFY2(open.error().code != ErrorCode::shape, (golden.name + ": " + open.error().text()).c_str());
                continue;
            }
            for (std::size_t i = 0; i < golden.outputs.size(); ++i)
                for (std::size_t axis = 0; axis < (*open)[i].shape.size(); ++axis)
                    if (const auto size = (*open)[i].shape[axis].evaluate(symbols))
                        QVERIFY2(*size == golden.outputs[i].shape()[axis],
                                 (golden.name + ": " + (*open)[i].shape[axis].expressionText()).c_str());
        }
    }

    /// What an element was made of is all that can change it: with one input element changed, every output element that
    /// moves must name it.
    void anElementsOriginsAreAllThatCanChangeIt() {
        for (const auto& golden : goldens()) {
            if (hasOddNumbers(golden))
                continue;
            const auto call = *prepared(golden.op.c_str(), golden.inputs, golden.attributes);
            const auto before = *reference(golden.op.c_str(), golden.inputs, golden.attributes);
            for (std::size_t input = 0; input < golden.inputs.size(); ++input) {
                if (golden.inputs[input].isNull() || steers(golden, input))
                    continue;
                for (std::int64_t element = 0; element < golden.inputs[input].elements(); element += 5) {
                    auto inputs = golden.inputs;
                    inputs[input] = changed(inputs[input], element);
                    const auto after = reference(golden.op.c_str(), inputs, golden.attributes);
                    if (!after || (*after)[0].shape() != before[0].shape())
                        continue; // it steers the shape
                    for (std::size_t output = 0; output < before.size(); ++output)
                        for (std::int64_t i = 0; i < before[output].elements(); i += 3) {
                            if (before[output].flat(i) == (*after)[output].flat(i))
                                continue;
                            const auto origins =
                                originsOf(*findOp(golden.op), {golden.attributes, call.in, call.constants, call.outputs,
                                                               output, i, 1'000'000});
                            const bool named = std::any_of(origins.begin(), origins.end(), [&](const ElementOrigin& o) {
                                return o.input == input && o.element == element;
                            });
                            QVERIFY2(named, qPrintable(QString("%1: input %2 element %3 changes output %4 element %5")
                                                           .arg(golden.name.c_str())
                                                           .arg(input)
                                                           .arg(element)
                                                           .arg(output)
                                                           .arg(i)));
                        }
                }
            }
        }
    }

    void originsLieInTheirTensorsAndKeepTheLimit() {
        for (const auto& golden : goldens()) {
            const auto call = *prepared(golden.op.c_str(), golden.inputs, golden.attributes);
            for (std::int64_t i = 0; i < golden.outputs[0].elements(); ++i) {
                const auto origins =
                    originsOf(*findOp(golden.op), {golden.attributes, call.in, call.constants, call.outputs, 0, i, 5});
                QVERIFY2(origins.size() <= 5, golden.name.c_str());
                for (const auto& origin : origins) {
                    QVERIFY2(origin.input < golden.inputs.size() && !golden.inputs[origin.input].isNull(),
                             golden.name.c_str());
                    QVERIFY2(origin.element >= 0 && origin.element < golden.inputs[origin.input].elements(),
                             golden.name.c_str());
                }
            }
        }
    }

    void everyFastKernelAgreesWithTheReferenceOnGoodAndBadNumbers() {
        std::set<std::string> tried;
        for (const auto& golden : goldens()) {
            OpCase c{golden.op,
                     golden.attributes,
                     golden.inputs,
                     std::vector<bool>(golden.inputs.size(), true),
                     golden.outputs.size(),
                     {},
                     2};
            c.constant[0] = false;
            const auto fast = runFast(c);
            if (fast && !*fast)
                continue; // no fast kernel for this case
            tried.insert(golden.op);
            const auto plain = differenceOf(c);
            QVERIFY2(plain.empty(), (golden.name + ": " + plain).c_str());
            if (c.inputs[0].dtype() != DType::float32)
                continue;
            c.inputs[0] = withBadNumbers(c.inputs[0], 3);
            const auto odd = differenceOf(c);
            QVERIFY2(odd.empty(), (golden.name + " with bad numbers: " + odd).c_str());
        }
        // These factories refuse every request: their functions have no vector form.
        const std::set<std::string_view> scalar{"Celu", "Sin",  "Cos",        "Tan",          "Asin",           "Acos",
                                                "Atan", "Sinh", "Cosh",       "Asinh",        "Acosh",          "Atanh",
                                                "Mod",  "Pow",  "ReduceProd", "ReduceLogSum", "ReduceLogSumExp"};
        std::string untried;
        for (const auto& op : allOps())
            if (op.fast && !scalar.contains(op.name) && !tried.contains(std::string(op.name)))
                untried.append(op.name).append(" ");
        QVERIFY2(untried.empty(), untried.c_str());
    }

    void anEmptyBatchComesThroughOrIsRefused() {
        for (const auto& golden : goldens()) {
            if (golden.inputs[0].rank() < 2)
                continue;
            auto shape = golden.inputs[0].shape();
            shape[0] = 0;
            OpCase c{golden.op,
                     golden.attributes,
                     golden.inputs,
                     std::vector<bool>(golden.inputs.size(), true),
                     golden.outputs.size(),
                     {},
                     1};
            c.constant[0] = false;
            c.inputs[0] = std::move(*TensorBuilder::zeros(golden.inputs[0].dtype(), shape)).build();
            const auto plain = runReference(c);
            if (!plain) {
                QVERIFY2(!plain.error().text().empty(), golden.name.c_str());
                continue;
            }
            const auto fast = runFast(c);
            QVERIFY2(fast, golden.name.c_str());
            if (*fast)
                QVERIFY2((*fast)->outputs[0].shape() == plain->outputs[0].shape(), golden.name.c_str());
        }
    }

    void aMissingInputIsAnErrorOfTheOp() {
        for (const auto& op : allOps()) {
            const Attributes none;
            const auto empty = op.shape({none, {}, {}});
            QVERIFY2(!empty, op.name.data());
            QVERIFY2(empty.error().text().find(op.name) != std::string::npos, op.name.data());
        }
    }
};

PLUMBLINE_TEST(tst_table)
#include "tst_table.moc"
