#include "tests/support/testcase.h"

#include "core/diagnosis/arrays.h"
#include "core/diagnosis/fix.h"
#include "core/diagnosis/fixes.h"

#include <QRegularExpression>

#include <cmath>

using namespace plumbline;

namespace {

Tensor counting(Shape shape) {
    std::vector<float> values(static_cast<std::size_t>(shape.elements()));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(i);
    return Tensor::of<float>(std::move(shape), values);
}

Result<Tensor> applied(const Fix& fix, const Tensor& x) {
    auto out = applyFix(fix, {x}, {"z"});
    if (!out)
        return std::unexpected(out.error());
    return out->front();
}

std::vector<double> elements(const Result<Tensor>& x) { return x ? *toDoubles(*x) : std::vector<double>{}; }

} // namespace

class tst_fix : public QObject {
    Q_OBJECT
private slots:
    void aMissingBatchAxisIsPutInFront() {
        const auto fix = fixes::insertAxis({"z"}, 0);
        QCOMPARE(fix.numpy, std::string("x = x[None]"));
        QCOMPARE(applied(fix, counting({10}))->shape(), Shape({1, 10}));
        QCOMPARE(fixes::insertAxis({"z"}, 3).numpy, std::string("x = np.expand_dims(x, 3)"));
    }

    void axesArePutInOrder() {
        const auto fix = fixes::transpose({"z"}, {0, 2, 1});
        QCOMPARE(fix.numpy, std::string("x = np.transpose(x, (0, 2, 1))"));
        QCOMPARE(elements(applied(fix, counting({1, 2, 3}))), (std::vector<double>{0, 3, 1, 4, 2, 5}));
        QVERIFY(!applied(fixes::transpose({"z"}, {0, 0, 1}), counting({1, 2, 3})));
    }

    void aMissingColumnIsInsertedAtItsPlace() {
        const auto fix = fixes::insertColumns({"z"}, 1, {1, 3}, {-1, -2});
        QCOMPARE(fix.numpy, std::string("x = np.insert(x, [1, 2], [-1, -2], axis=1)"));
        QCOMPARE(elements(applied(fix, counting({2, 2}))), (std::vector<double>{0, -1, 1, -2, 2, -1, 3, -2}));
        QVERIFY(!applied(fixes::insertColumns({"z"}, 1, {9}, {0}), counting({2, 2})));
    }

    void numbersAreWrittenAsShortAsFloat32ReadsThem() {
        const auto fix = fixes::insertColumns({"z"}, 1, {0}, {-0.34878200000000004});
        QCOMPARE(fix.numpy, std::string("x = np.insert(x, 0, -0.348782, axis=1)"));
        QCOMPARE(fix.arguments["values"][0].get<double>(), -0.348782);
    }

    void anExtraColumnIsDropped() {
        const auto fix = fixes::dropColumns({"z"}, 1, {1});
        QCOMPARE(fix.numpy, std::string("x = np.delete(x, [1], axis=1)"));
        QCOMPARE(elements(applied(fix, counting({2, 3}))), (std::vector<double>{0, 2, 3, 5}));
    }

    void aMapMakesIntegersFloat() {
        const auto fix = fixes::map({"z"}, "x/127.5-1", "x / 127.5 - 1", 1 / 127.5, -1);
        QCOMPARE(fix.numpy, std::string("x = x.astype(np.float32) / 127.5 - 1"));
        const auto out = applied(fix, Tensor::of<std::uint8_t>({1, 2}, {0, 255}));
        VERIFY_RESULT(out);
        QCOMPARE(out->dtype(), DType::float32);
        QCOMPARE(elements(out), (std::vector<double>{-1, 1}));
        QCOMPARE(
            fixes::mapColumns({"z"}, "z-score", {0.5, 2}, {0, 1}).numpy,
            std::string("x = x.astype(np.float32) * np.array([0.5, 2], np.float32) + np.array([0, 1], np.float32)"));
    }

    void aMapRoundsAsNumpyDoes() {
        // In float32 after each operation: np.float32(200) / 127.5 - 1 and np.float32(0.3) * np.float32(0.1).
        const auto divided = applied(fixes::map({"z"}, "x/127.5-1", "x / 127.5 - 1", 1 / 127.5, -1),
                                     Tensor::of<float>({1, 2}, {200, 1}));
        VERIFY_RESULT(divided);
        QCOMPARE(divided->span<float>()[0], 200.0f / 127.5f - 1.0f);
        QCOMPARE(divided->span<float>()[1], 1.0f / 127.5f - 1.0f);
        const auto fix = fixes::mapColumns({"z", "x", DType::float64}, "z-score", {0.1, 1}, {0.7, 0});
        QCOMPARE(fix.numpy, std::string("x = x * np.array([0.1, 1], np.float64) + np.array([0.7, 0], np.float64)"));
        const auto wide = applied(fix, Tensor::of<double>({1, 2}, {0.3, 2}));
        VERIFY_RESULT(wide);
        QCOMPARE(wide->dtype(), DType::float64);
        QCOMPARE(wide->span<double>()[0], 0.3 * 0.1 + 0.7);
    }

    void aFilledArrayKeepsItsType() {
        QCOMPARE(fixes::fillNan({"z", "x", DType::float64}, {0.5, 1}).numpy,
                 std::string("x = np.where(np.isnan(x), np.array([0.5, 1], np.float64), x)"));
    }

    void greyIsRoundedAsNumpyDoes() {
        const auto fix = fixes::luminance({"z", "x", DType::uint8}, 1);
        const auto out = applied(fix, Tensor::of<std::uint8_t>({1, 3}, {10, 20, 30}));
        VERIFY_RESULT(out);
        QCOMPARE(out->dtype(), DType::uint8);
        QCOMPARE(int(out->span<std::uint8_t>()[0]), 18);
        QCOMPARE(applied(fixes::luminance({"z"}, 1), Tensor::of<float>({1, 3}, {0.1f, 0.2f, 0.3f}))->span<float>()[0],
                 0.1f * 0.299f + 0.2f * 0.587f + 0.3f * 0.114f);
    }

    void sizesArePaddedAtTheEdgeAndCropped() {
        const auto padded = fixes::pad({"z"}, {1}, {1}, {1}, 2);
        QCOMPARE(padded.numpy, std::string("x = np.pad(x, ((0, 0), (1, 1)), mode=\"edge\")"));
        QCOMPARE(elements(applied(padded, counting({1, 2}))), (std::vector<double>{0, 0, 1, 1}));
        const auto cropped = fixes::crop({"z"}, {1}, {1}, {2}, 2);
        QCOMPARE(cropped.numpy, std::string("x = x[:, 1:3]"));
        QCOMPARE(elements(applied(cropped, counting({1, 4}))), (std::vector<double>{1, 2}));
    }

    void badNumbersAreReplaced() {
        const auto x = Tensor::of<float>({1, 3}, {NAN, INFINITY, 1});
        QCOMPARE(elements(applied(fixes::fillInf({"z"}, {7}), x))[1], 7.0);
        QCOMPARE(elements(applied(fixes::fillNan({"z"}, {4, 5, 6}), x))[0], 4.0);
    }

    void aFlatPictureGetsItsShapeBack() {
        QCOMPARE(applied(fixes::reshape({"z"}, {-1, 2, 3}), counting({4, 6}))->shape(), Shape({4, 2, 3}));
        QVERIFY(!applied(fixes::reshape({"z"}, {-1, 5}), counting({4, 6})));
    }

    void aFixThatDoesNotFitSaysWhy() {
        auto fix = fixes::removeAxis({"z"}, 1);
        const auto out = applied(fix, counting({1, 2}));
        QVERIFY(!out);
        QCOMPARE(out.error().text(), std::string("The fix remove-axis does not fit input z: axis 1 has 2 elements."));
        fix.kind = "guess";
        QVERIFY(!applied(fix, counting({1, 2})));
        fix = fixes::insertAxis({"other"}, 0);
        QVERIFY(!applied(fix, counting({1, 2})));
    }

    void theFixesOfADiagnosisAreOneProgram() {
        Finding finding;
        finding.code = "missing-batch-axis";
        finding.message = Message("m", "Input z has no batch axis.");
        finding.fix = fixes::insertAxis({"z"}, 0);
        QCOMPARE(numpyCode({finding, Finding()}), std::string("import numpy as np\n\n# missing-batch-axis: Input z has "
                                                              "no batch axis.\nx = x[None]\n"));
    }

    void nothingThatAFileSaysIsCode() {
        Finding finding;
        finding.code = "feature-count";
        finding.fix = fixes::insertAxis({"z"}, 0);
        for (const auto* name : {"\n__import__('os').system('touch x')#", "\rimport os", "a\r\nb", "\"\"\"", "\\",
                                 "{input}", "\xff\xfe", "\u202e", ""}) {
            finding.message = Message("m", "Input {input} has no column {column}.",
                                      {{"input", std::string(name)}, {"column", std::string(name)}});
            const auto code = QString::fromStdString(numpyCode({finding}));
            QVERIFY2(!code.contains(QChar::ReplacementCharacter), "Python refuses what is no UTF-8");
            QStringList statements;
            for (const auto& line : code.split(QRegularExpression("[\n\r\f\v]")))
                if (!line.isEmpty() && !line.startsWith('#'))
                    statements << line;
            QCOMPARE(statements, (QStringList{"import numpy as np", "x = x[None]"}));
        }
    }

    void everyInputOfSeveralHasItsVariable() {
        using Names = std::vector<std::string>;
        QCOMPARE(fixes::variableNames({"class"}), Names{"x"});
        QCOMPARE(fixes::variableNames({"image", "a b", "a-b", "np"}), (Names{"image", "a_b", "a_b_2", "np_"}));
    }

    void valuesThatDoNotFitAreSeen() {
        QVERIFY(!firstLost(Tensor::of<double>({2}, {1e30, NAN}), DType::float32));
        QVERIFY(firstLost(Tensor::of<double>({1}, {1e300}), DType::float32).has_value());
        QVERIFY(!firstLost(Tensor::of<std::int64_t>({1}, {1 << 24}), DType::float32));
        QVERIFY(firstLost(Tensor::of<std::int64_t>({1}, {(1 << 24) + 1}), DType::float32).has_value());
        QVERIFY(firstLost(Tensor::of<float>({1}, {0.5f}), DType::int32).has_value());
        QVERIFY(firstLost(Tensor::of<std::int64_t>({1}, {300}), DType::uint8).has_value());
        QVERIFY(!firstLost(Tensor::of<float>({2}, {NAN, 3}), DType::int32)); // nan-in-input says it
    }
};

PLUMBLINE_TEST(tst_fix)
#include "tst_fix.moc"
