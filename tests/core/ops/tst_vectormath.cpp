#include "tests/support/testcase.h"

#include "core/ops/elementwise/functions.h"
#include "core/ops/simd/activation.h"

#include <bit>
#include <cmath>

using namespace plumbline;

namespace {

/// Floats of every exponent, and a dense grid where activations live.
std::vector<float> samples() {
    std::vector<float> out{0.0f,  -0.0f,  INFINITY, -INFINITY, NAN,    1e-45f,  -1e-45f, 1e-40f,
                           3e38f, -3e38f, 88.72f,   88.73f,    -87.4f, -103.9f, -104.1f};
    for (std::uint32_t bits = 0; bits < 0x7f800000u; bits += 0x7fff3u) {
        out.push_back(std::bit_cast<float>(bits));
        out.push_back(-std::bit_cast<float>(bits));
    }
    for (int i = -40000; i <= 40000; ++i)
        out.push_back(static_cast<float>(i) * 5e-4f);
    return out;
}

} // namespace

class tst_vectormath : public QObject {
    Q_OBJECT
private slots:
    void vectorFunctionsAgreeWithDouble_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<double>("relative"); // of the larger of the exact result and `floor`
        QTest::addColumn<double>("floor");
        const double tiny = 1.2e-38;
        for (const auto* function : unaryFunctions()) {
            const QString op = QString::fromUtf8(function->op.data(), static_cast<qsizetype>(function->op.size()));
            if (!simd::vectorActivation(function->op, {}))
                continue;
            // Functions whose own arithmetic cancels (in float32 by definition) or ends in denormal factors are held
            // against the size of their operands instead.
            const double absolute = op == "HardSigmoid" ? 0.5
                                    : op == "HardSwish" ? 3
                                    : op == "Gelu"      ? 1e-9
                                    : op == "Mish"      ? 1e-30
                                                        : tiny;
            QTest::newRow(qPrintable(op)) << op << (op == "Gelu" ? 4e-6 : op == "Erf" ? 1e-6 : 5e-7) << absolute;
        }
    }
    void vectorFunctionsAgreeWithDouble() {
        QFETCH(QString, op);
        QFETCH(double, relative);
        QFETCH(double, floor);
        const auto name = op.toStdString();
        const auto* function = findUnaryFunction(name);
        const auto activation = simd::vectorActivation(name, {});
        QVERIFY(activation);
        const auto from = samples();
        auto to = from;
        activation->apply(to.data(), to.size(), activation->alpha, activation->beta);
        const auto parameters = parametersOf(*function, {});
        for (std::size_t i = 0; i < from.size(); ++i) {
            const double exact = function->apply(from[i], parameters[0], parameters[1]);
            const float rounded = static_cast<float>(exact);
            const auto what = name + "(" + std::to_string(from[i]) + ") = " + std::to_string(to[i]) + ", exactly " +
                              std::to_string(exact);
            if (std::isnan(rounded))
                QVERIFY2(std::isnan(to[i]), what.c_str());
            else if (std::isinf(rounded) || std::isinf(to[i]))
                QVERIFY2(rounded == to[i] || std::abs(exact) > 3.4028e38, what.c_str());
            else
                QVERIFY2(std::abs(to[i] - exact) <= relative * std::max(std::abs(exact), floor), what.c_str());
        }
    }

    void theEndOfALoopIsComputedLikeItsMiddle() {
        for (const char* op : {"Tanh", "Sigmoid", "Elu", "Relu"}) {
            const auto activation = *simd::vectorActivation(op, {});
            std::vector<float> whole(67, 0.7f);
            activation.apply(whole.data(), whole.size(), activation.alpha, activation.beta);
            for (const float x : whole)
                QCOMPARE(std::bit_cast<std::uint32_t>(x), std::bit_cast<std::uint32_t>(whole[0]));
        }
    }
};

PLUMBLINE_TEST(tst_vectormath)
#include "tst_vectormath.moc"
