#include "tests/core/ops/fastcall.h"

using namespace plumbline;
using namespace plumbline::test;

class tst_fastmoves : public QObject {
    Q_OBJECT
private slots:
    void resizingInEveryModeAndLayout() {
        for (const char* mode : {"nearest", "linear", "cubic"})
            for (const char* coordinates : {"half_pixel", "asymmetric", "align_corners"})
                for (const auto& [shape, scales] : std::vector<std::pair<Shape, std::vector<float>>>{
                         {{2, 4, 5, 3}, {1, 2, 2, 1}},   // channels last
                         {{2, 3, 4, 5}, {1, 1, 2, 3}},   // channels first
                         {{1, 6, 8, 16}, {1, 0.5f, 0.5f, 1}},
                         {{1, 7, 3}, {1, 1.7f, 1}},
                         {{3, 5}, {1, 2}},
                         {{1, 12, 12, 16}, {1, 2, 2, 1}}}) {
                    const auto factor = Tensor::of<float>({static_cast<std::int64_t>(scales.size())}, std::span<const float>(scales));
                    const auto settings = attributes({{"mode", std::string(mode)}, {"coordinate_transformation_mode", std::string(coordinates)}});
                    VERIFY_FAST("Resize", {normalTensor(shape, 1), Tensor(), factor}, settings);
                }
    }

    void resizingToSizes() {
        const auto sizes = Tensor::of<std::int64_t>({4}, {1, 9, 4, 2});
        VERIFY_FAST("Resize", {normalTensor({1, 4, 7, 2}, 1), Tensor(), Tensor(), sizes}, attributes({{"mode", std::string("linear")}}));
    }

    void reducingNeighbouringAxes() {
        for (const char* op : {"ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceSumSquare", "ReduceL1", "ReduceL2"})
            for (const auto& axes : std::vector<std::vector<std::int64_t>>{{0}, {1}, {2}, {3}, {1, 2}, {2, 3}, {0, 1, 2, 3}, {-1}, {1, 2, 3}})
                for (const std::int64_t keep : {0, 1}) {
                    const auto list = Tensor::of<std::int64_t>({static_cast<std::int64_t>(axes.size())}, std::span<const std::int64_t>(axes));
                    VERIFY_FAST(op, {normalTensor({3, 9, 10, 37}, 1), list}, attributes({{"keepdims", keep}}));
                }
    }

    void reducingManyColumnsOnSeveralThreads() {
        const auto list = Tensor::of<std::int64_t>({2}, {1, 2});
        VERIFY_FAST("ReduceMean", {normalTensor({2, 8, 8, 700}, 1), list});
    }

    void reducingAxesApartIsLeftToTheReference() {
        const auto result = fast("ReduceSum", {normalTensor({2, 3, 4}, 1), Tensor::of<std::int64_t>({2}, {0, 2})});
        VERIFY_RESULT(result);
        QVERIFY(result->empty());
    }

    void clippingKeepsNaN() {
        const auto low = Tensor::of<float>({}, {0.0f}), high = Tensor::of<float>({}, {6.0f});
        for (const Shape& shape : {Shape{7}, Shape{100, 1000}}) {
            VERIFY_FAST("Clip", {normalTensor(shape, 1), low, high});
            VERIFY_FAST("Clip", {normalTensor(shape, 1), Tensor(), high});
            VERIFY_FAST("Clip", {normalTensor(shape, 1), low});
            VERIFY_FAST("Clip", {normalTensor(shape, 1), high, low});
            VERIFY_FAST("Clip", {normalTensor(shape, 1), Tensor::of<float>({}, {std::numeric_limits<float>::quiet_NaN()})});
        }
    }
};

PLUMBLINE_TEST(tst_fastmoves)
#include "tst_fastmoves.moc"
