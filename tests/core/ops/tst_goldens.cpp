// The reference kernels against ONNX Runtime and NumPy.

#include "tests/core/ops/goldens.h"

#include <set>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// Empty, or where the two differ. Float32's own error in the peer's kernels is allowed for.
QString difference(const Tensor& found, const Tensor& wanted) {
    if (found.shape() != wanted.shape() || found.dtype() != wanted.dtype())
        return QString("shape %1 instead of %2").arg(found.shape().text().c_str(), wanted.shape().text().c_str());
    double largest = 0;
    for (std::int64_t i = 0; i < wanted.elements(); ++i)
        if (std::isfinite(wanted.flat(i)))
            largest = std::max(largest, std::fabs(wanted.flat(i)));
    const double tolerance = wanted.dtype() == DType::float64 ? 1e-12 : wanted.dtype() == DType::float16 ? 1e-3 : 2e-6;
    for (std::int64_t i = 0; i < wanted.elements(); ++i) {
        const auto a = found.flat(i), b = wanted.flat(i);
        const bool same = std::isnan(b) ? std::isnan(a)
                          : std::isinf(b)
                              ? a == b
                              : std::fabs(a - b) <= tolerance * std::max(std::fabs(b), std::min(largest, 4.0));
        if (!same)
            return QString("element %1 is %2 instead of %3").arg(i).arg(a, 0, 'g', 9).arg(b, 0, 'g', 9);
    }
    return {};
}

QString check(const std::string& op, const std::vector<Tensor>& inputs, const Attributes& attributes,
              const std::vector<Tensor>& wanted) {
    const auto found = reference(op.c_str(), inputs, attributes);
    if (!found)
        return QString::fromStdString(found.error().text());
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (const auto text = difference((*found)[i], wanted[i]); !text.isEmpty())
            return QString("output %1: %2").arg(i).arg(text);
    return {};
}

} // namespace

class tst_goldens : public QObject {
    Q_OBJECT
private slots:
    void everyOpGivesWhatOnnxRuntimeGives_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < goldens().size(); ++i)
            QTest::newRow(goldens()[i].name.c_str()) << static_cast<int>(i);
    }

    void everyOpGivesWhatOnnxRuntimeGives() {
        QFETCH(int, index);
        auto golden = goldens()[static_cast<std::size_t>(index)];
        QVERIFY2(findOp(golden.op), "no such op");
        const auto plain = check(golden.op, golden.inputs, golden.attributes, golden.outputs);
        QVERIFY2(plain.isEmpty(), qPrintable(plain));
        if (golden.images) {
            golden.attributes.set("channels_last", 1);
            golden.inputs[0] = channelsLast(golden.inputs[0]);
            golden.outputs[0] = channelsLast(golden.outputs[0]);
            const auto last = check(golden.op, golden.inputs, golden.attributes, golden.outputs);
            QVERIFY2(last.isEmpty(), qPrintable("channels last: " + last));
        }
    }

    void everyOpOfTheTableHasAGolden() {
        std::set<std::string> seen{"Identity", "IsNaN", "IsInf", "ConstantOfShape"}; // held by tst_moves
        for (const auto& golden : goldens())
            seen.insert(golden.op);
        for (const auto& op : allOps())
            QVERIFY2(seen.contains(std::string(op.name)), op.name.data());
    }
};

PLUMBLINE_TEST(tst_goldens)
#include "tst_goldens.moc"
