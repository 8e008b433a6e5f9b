#include "tests/core/ops/fastcall.h"

using namespace plumbline;
using namespace plumbline::test;

class tst_fastmoves : public QObject {
    Q_OBJECT
private slots:
    void resizingInEveryModeAndLayout() {
        for (const char* mode : {"nearest", "linear", "cubic"})
            for (const char* coordinates : {"half_pixel", "asymmetric", "align_corners"})
                for (const auto& [shape, scales] :
                     std::vector<std::pair<Shape, std::vector<float>>>{{{2, 4, 5, 3}, {1, 2, 2, 1}}, // channels last
                                                                       {{2, 3, 4, 5}, {1, 1, 2, 3}}, // channels first
                                                                       {{1, 6, 8, 16}, {1, 0.5f, 0.5f, 1}},
                                                                       {{1, 7, 3}, {1, 1.7f, 1}},
                                                                       {{3, 5}, {1, 2}},
                                                                       {{1, 12, 12, 16}, {1, 2, 2, 1}}}) {
                    const auto factor =
                        Tensor::of<float>({static_cast<std::int64_t>(scales.size())}, std::span<const float>(scales));
                    const auto settings = attributes(
                        {{"mode", std::string(mode)}, {"coordinate_transformation_mode", std::string(coordinates)}});
                    VERIFY_FAST("Resize", {normalTensor(shape, 1), Tensor(), factor}, settings);
                }
    }

    void resizingToSizes() {
        const auto sizes = Tensor::of<std::int64_t>({4}, {1, 9, 4, 2});
        VERIFY_FAST("Resize", {normalTensor({1, 4, 7, 2}, 1), Tensor(), Tensor(), sizes},
                    attributes({{"mode", std::string("linear")}}));
    }

    void reducingNeighbouringAxes() {
        for (const char* op :
             {"ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceSumSquare", "ReduceL1", "ReduceL2"})
            for (const auto& axes : std::vector<std::vector<std::int64_t>>{
                     {0}, {1}, {2}, {3}, {1, 2}, {2, 3}, {0, 1, 2, 3}, {-1}, {1, 2, 3}})
                for (const std::int64_t keep : {0, 1}) {
                    const auto list = Tensor::of<std::int64_t>({static_cast<std::int64_t>(axes.size())},
                                                               std::span<const std::int64_t>(axes));
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

    void arithmeticUnderEveryBroadcast() {
        for (const char* op : {"Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean"})
            for (const auto& [a, b] : std::vector<std::pair<Shape, Shape>>{{{4, 5, 6}, {4, 5, 6}},
                                                                           {{4, 5, 6}, {6}},
                                                                           {{4, 5, 6}, {}},
                                                                           {{4, 5, 6}, {5, 1}},
                                                                           {{6}, {4, 5, 6}},
                                                                           {{4, 1, 6}, {5, 1}},
                                                                           {{1}, {1}},
                                                                           {{3, 1}, {1, 4}},
                                                                           {{8, 1, 1, 16}, {8, 7, 7, 16}},
                                                                           {{60, 1000}, {60, 1000}},
                                                                           {{60, 1000}, {1000}}}) {
                VERIFY_FAST(op, {normalTensor(a, 1), normalTensor(b, 2)});
                VERIFY_FAST(
                    op, {normalTensor(a, 1), planted(normalTensor(b, 2), 0, std::numeric_limits<float>::quiet_NaN())});
                VERIFY_FAST(op, {normalTensor(a, 1), planted(normalTensor(b, 2), 0, 0.0f)});
            }
        VERIFY_FAST("PRelu", {normalTensor({2, 4, 3}, 1), normalTensor({3}, 2)});
    }

    void concatenatingAlongEveryAxis() {
        for (std::int64_t axis = -1; axis < 3; ++axis) {
            Shape second{3, 4, 5};
            second[static_cast<std::size_t>(axis < 0 ? 2 : axis)] = 7;
            VERIFY_FAST("Concat", {normalTensor({3, 4, 5}, 1), normalTensor(second, 2), normalTensor({3, 4, 5}, 3)},
                        attributes({{"axis", axis}}));
        }
        VERIFY_FAST("Concat", {normalTensor({2, 64, 64, 32}, 1), normalTensor({2, 64, 64, 16}, 2)},
                    attributes({{"axis", std::int64_t{3}}}));
    }

    void transposingInEveryOrder() {
        std::vector<std::int64_t> order{0, 1, 2, 3};
        do
            VERIFY_FAST("Transpose", {normalTensor({2, 3, 4, 5}, 1)}, attributes({{"perm", order}}));
        while (std::next_permutation(order.begin(), order.end()));
        VERIFY_FAST("Transpose", {normalTensor({64, 1, 700}, 1)});
    }

    void clippingKeepsNaN() {
        const auto low = Tensor::of<float>({}, {0.0f}), high = Tensor::of<float>({}, {6.0f});
        for (const Shape& shape : {Shape{7}, Shape{100, 1000}}) {
            VERIFY_FAST("Clip", {normalTensor(shape, 1), low, high});
            VERIFY_FAST("Clip", {normalTensor(shape, 1), Tensor(), high});
            VERIFY_FAST("Clip", {normalTensor(shape, 1), low});
            VERIFY_FAST("Clip", {normalTensor(shape, 1), high, low});
            VERIFY_FAST("Clip",
                        {normalTensor(shape, 1), Tensor::of<float>({}, {std::numeric_limits<float>::quiet_NaN()})});
        }
    }
};

PLUMBLINE_TEST(tst_fastmoves)
#include "tst_fastmoves.moc"
