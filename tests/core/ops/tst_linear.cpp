#include "tests/core/ops/opcall.h"

#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

static std::vector<float> floats(const Result<std::vector<Tensor>>& result) {
    if (!result)
        return {};
    const auto span = (*result)[0].span<float>();
    return {span.begin(), span.end()};
}

class tst_linear : public QObject {
    Q_OBJECT
private slots:
    void matricesMultiply() {
        const auto a = Tensor::of<float>({2, 3}, {1, 2, 3, 4, 5, 6}), b = Tensor::of<float>({3, 2}, {1, 0, 0, 1, 1, 1});
        QCOMPARE(floats(reference("MatMul", {a, b})), (std::vector<float>{4, 5, 10, 11}));
        const auto c = Tensor::of<float>({2}, {10, 20});
        QCOMPARE(floats(reference("Gemm", {a, b, c}, attributes({{"alpha", 2.0}, {"beta", 0.5}}))),
                 (std::vector<float>{13, 20, 25, 32}));
    }

    void aNanReachesTheWholeRowOnly() {
        const auto a = Tensor::of<float>({2, 2}, {1, NAN, 3, 4}), b = Tensor::of<float>({2, 2}, {1, 1, 1, 1});
        const auto out = floats(reference("MatMul", {a, b}));
        QVERIFY(std::isnan(out[0]) && std::isnan(out[1]));
        QCOMPARE(out[2], 7.0f);
    }

    void convolutionsAgreeInBothLayouts() {
        const auto image = Tensor::of<float>({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
        const auto kernel = Tensor::of<float>({1, 1, 2, 2}, {1, 0, 0, 1});
        const auto first = reference("Conv", {image, kernel});
        QCOMPARE(floats(first), (std::vector<float>{6, 8, 12, 14}));
        const auto last =
            reference("Conv", {*image.reshaped({1, 3, 3, 1}), kernel}, attributes({{"channels_last", 1}}));
        VERIFY_RESULT(last);
        QCOMPARE((*last)[0].shape(), Shape({1, 2, 2, 1}));
        QCOMPARE(floats(last), floats(first));
    }

    void aTransposedConvolutionSpreadsEachInput() {
        const auto x = Tensor::of<float>({1, 1, 2}, {1, 2}), w = Tensor::of<float>({1, 1, 3}, {1, 10, 100});
        QCOMPARE(floats(reference("ConvTranspose", {x, w}, attributes({{"strides", std::vector<std::int64_t>{2}}}))),
                 (std::vector<float>{1, 10, 102, 20, 200}));
        QCOMPARE(floats(reference("ConvTranspose", {x, w},
                                  attributes({{"strides", std::vector<std::int64_t>{2}}, {"auto_pad", "SAME_UPPER"}}))),
                 (std::vector<float>{1, 10, 102, 20}));
    }

    void anEmbeddingRowOutOfRangeIsNamed() {
        const auto table = Tensor::of<float>({3, 2}, {0, 1, 10, 11, 20, 21});
        QCOMPARE(floats(reference("Gather", {table, Tensor::of<std::int8_t>({2}, {2, -3})})),
                 (std::vector<float>{20, 21, 0, 1}));
        const auto wrong = reference("Gather", {table, Tensor::of<std::int32_t>({2, 2}, {0, 1, 2, 3})});
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().message.id(), std::string("index-range"));
        QCOMPARE(wrong.error().text(),
                 std::string("Gather got the index 3 at position [1, 1] (row 1); its table has 3 rows, "
                             "so 0 to 2 is accepted."));
    }
};

PLUMBLINE_TEST(tst_linear)
#include "tst_linear.moc"
