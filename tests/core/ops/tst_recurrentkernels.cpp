#include "tests/support/testcase.h"

#include "tests/core/ops/kernelcheck.h"

using namespace plumbline;
using namespace plumbline::test;

class tst_recurrentkernels : public QObject {
    Q_OBJECT
private slots:
    void recurrentLayersAgreeWithTheReference() {
        struct Row {
            const char* op;
            std::int64_t gates, outputs;
        };
        for (const auto& row : {Row{"LSTM", 4, 3}, Row{"GRU", 3, 2}, Row{"RNN", 1, 2}})
            for (const char* direction : {"forward", "reverse", "bidirectional"})
                for (const std::int64_t layout : {0, 1})
                    for (const std::int64_t reset : {0, 1})
                        for (const std::int64_t hidden : {5, 40}) {
                            const std::int64_t directions = std::string(direction) == "bidirectional" ? 2 : 1;
                            const std::int64_t steps = 6, batch = 19, inputs = 7;
                            OpCase c;
                            c.op = row.op;
                            c.attributes.set("direction", std::string(direction));
                            c.attributes.set("hidden_size", hidden);
                            c.attributes.set("layout", layout);
                            if (row.gates == 3)
                                c.attributes.set("linear_before_reset", reset);
                            const auto state =
                                layout ? Shape{batch, directions, hidden} : Shape{directions, batch, hidden};
                            c.inputs = {
                                randomTensor(layout ? Shape{batch, steps, inputs} : Shape{steps, batch, inputs}, 1),
                                randomTensor({directions, row.gates * hidden, inputs}, 2, 0.4f),
                                randomTensor({directions, row.gates * hidden, hidden}, 3, 0.3f),
                                randomTensor({directions, 2 * row.gates * hidden}, 4, 0.3f),
                                Tensor(),
                                randomTensor(state, 5)};
                            if (row.gates == 4)
                                c.inputs.push_back(randomTensor(state, 6));
                            c.constant = {false, true, true, true};
                            c.outputs = static_cast<std::size_t>(row.outputs);
                            const auto what = std::string(row.op) + " " + direction + " layout " +
                                              std::to_string(layout) + " hidden " + std::to_string(hidden);
                            auto difference = differenceOf(c, 2e-5);
                            QVERIFY2(difference.empty(), (what + ": " + difference).c_str());
                            c.inputs[0] = withBadNumbers(c.inputs[0], 9);
                            difference = differenceOf(c, 2e-5);
                            QVERIFY2(difference.empty(), (what + ", bad numbers: " + difference).c_str());
                            c.inputs.resize(3);
                            difference = differenceOf(c, 2e-5);
                            QVERIFY2(difference.empty(), (what + ", no bias, no state: " + difference).c_str());
                        }
    }

    void maskedStepsLeaveTheState() {
        // One sequence whole, one begun late, one ended early, one with a gap, one that is all masked.
        const std::vector<std::vector<int>> rows{
            {1, 1, 1, 1, 1}, {0, 0, 1, 1, 1}, {1, 1, 0, 0, 0}, {1, 0, 1, 0, 1}, {0, 0, 0, 0, 0}};
        for (const auto& [op, gates] : {std::pair("LSTM", 4), std::pair("GRU", 3), std::pair("RNN", 1)})
            for (const char* direction : {"forward", "reverse", "bidirectional"})
                for (const std::int64_t layout : {0, 1})
                    for (const char* shown : {"previous", "zero", "state"}) {
                        const std::int64_t directions = std::string(direction) == "bidirectional" ? 2 : 1;
                        const std::int64_t steps = 5, batch = 5, inputs = 3, hidden = 6;
                        OpCase c;
                        c.op = op;
                        c.attributes.set("direction", std::string(direction));
                        c.attributes.set("hidden_size", hidden);
                        c.attributes.set("layout", layout);
                        c.attributes.set("masked_output", std::string(shown));
                        auto mask = TensorBuilder::zeros(DType::boolean, {5, 5});
                        for (std::int64_t n = 0; n < batch; ++n)
                            for (std::int64_t t = 0; t < steps; ++t)
                                mask->span<bool>()[static_cast<std::size_t>(layout ? n * steps + t : t * batch + n)] =
                                    rows[static_cast<std::size_t>(n)][static_cast<std::size_t>(t)] != 0;
                        const auto state = layout ? Shape{batch, directions, hidden} : Shape{directions, batch, hidden};
                        c.inputs = {randomTensor(layout ? Shape{batch, steps, inputs} : Shape{steps, batch, inputs}, 1),
                                    randomTensor({directions, gates * hidden, inputs}, 2, 0.4f),
                                    randomTensor({directions, gates * hidden, hidden}, 3, 0.3f),
                                    randomTensor({directions, 2 * gates * hidden}, 4, 0.3f),
                                    Tensor(),
                                    randomTensor(state, 5),
                                    gates == 4 ? randomTensor(state, 6) : Tensor(),
                                    Tensor(),
                                    std::move(*mask).build()};
                        c.constant = {false, true, true, true};
                        c.outputs = gates == 4 ? 3 : 2;
                        const auto difference = differenceOf(c, 2e-5);
                        QVERIFY2(difference.empty(), (std::string(op) + " " + direction + " layout " +
                                                      std::to_string(layout) + " " + shown + ": " + difference)
                                                         .c_str());
                    }
    }

    void aMaskOfAnotherShapeIsRefused() {
        const auto type = [](DType dtype, Dims shape) { return ValueType{dtype, std::move(shape)}; };
        const auto x = type(DType::float32, {2, 4, 3}), w = type(DType::float32, {1, 5, 3}),
                   r = type(DType::float32, {1, 5, 5}), mask = type(DType::boolean, {2, 3});
        Attributes attributes;
        attributes.set("layout", std::int64_t(1));
        const std::vector<const ValueType*> inputs{&x, &w, &r, nullptr, nullptr, nullptr, nullptr, nullptr, &mask};
        const std::vector<const Tensor*> constants(inputs.size(), nullptr);
        const auto types = findOp("RNN")->shape({attributes, inputs, constants});
        QVERIFY(!types);
        QCOMPARE(types.error().text(), std::string("RNN has a mask of shape (2, 3); (2, 4) is accepted."));
    }
};

PLUMBLINE_TEST(tst_recurrentkernels)
#include "tst_recurrentkernels.moc"
