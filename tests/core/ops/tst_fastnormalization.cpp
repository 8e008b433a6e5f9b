#include "tests/core/ops/fastcall.h"

using namespace plumbline;
using namespace plumbline::test;

class tst_fastnormalization : public QObject {
    Q_OBJECT
private slots:
    void softmaxOfRows() {
        for (const Shape& shape : {Shape{4, 10}, Shape{1, 1}, Shape{3, 5, 33}, Shape{600, 40}, Shape{2, 1000}}) {
            VERIFY_FAST("Softmax", {normalTensor(shape, 1)});
            VERIFY_FAST("LogSoftmax", {normalTensor(shape, 2)});
            VERIFY_FAST("Softmax", {normalTensor(shape, 3)},
                        attributes({{"axis", static_cast<std::int64_t>(shape.rank() - 1)}}));
        }
    }

    void softmaxOfLargeAndOfAllInfinite() {
        const auto big = Tensor::of<float>({2, 3}, {1000, -1000, 999, 3e38f, -3e38f, 0});
        VERIFY_FAST("Softmax", {big});
        const float low = -std::numeric_limits<float>::infinity();
        VERIFY_FAST("Softmax", {Tensor::of<float>({2, 2}, {low, low, 1, low})});
        VERIFY_FAST("LogSoftmax", {Tensor::of<float>({2, 2}, {low, low, 1, low})});
    }

    void softmaxAlongOtherAxesIsLeftToTheReference() {
        const auto result = fast("Softmax", {normalTensor({2, 3, 4}, 1)}, attributes({{"axis", std::int64_t{1}}}));
        VERIFY_RESULT(result);
        QVERIFY(result->empty());
    }

    void layerNormalizationOfRows() {
        for (const auto& [shape, axis] :
             {std::pair{Shape{5, 7}, -1}, {Shape{2, 3, 64}, 2}, {Shape{4, 5, 6}, 1}, {Shape{300, 129}, -1}}) {
            Shape row;
            for (auto a = static_cast<std::size_t>(axis < 0 ? static_cast<int>(shape.rank()) + axis : axis);
                 a < shape.rank(); ++a)
                row.append(shape[a]);
            const auto settings = attributes({{"axis", static_cast<std::int64_t>(axis)}, {"epsilon", 1e-3}});
            VERIFY_FAST("LayerNormalization", {normalTensor(shape, 1), normalTensor(row, 2), normalTensor(row, 3)},
                        settings);
            VERIFY_FAST("LayerNormalization", {normalTensor(shape, 1), normalTensor(row, 2)}, settings);
        }
    }

    void groupsOfChannelsInBothLayouts() {
        for (const std::int64_t last : {0, 1})
            for (const std::int64_t groups : {1, 2, 4, 8}) {
                const Shape shape = last ? Shape{3, 5, 6, 8} : Shape{3, 8, 5, 6};
                const auto settings = attributes({{"num_groups", groups}, {"channels_last", last}, {"epsilon", 1e-3}});
                VERIFY_FAST("GroupNormalization", {normalTensor(shape, 1), normalTensor({8}, 2), normalTensor({8}, 3)},
                            settings);
                VERIFY_FAST("InstanceNormalization",
                            {normalTensor(shape, 1), normalTensor({8}, 2), normalTensor({8}, 3)}, settings);
            }
    }

    void batchNormalizationInBothLayouts() {
        for (const std::int64_t last : {0, 1})
            for (const Shape& shape : {last ? Shape{3, 5, 6, 8} : Shape{3, 8, 5, 6},
                                       last ? Shape{4, 32, 33, 8} : Shape{4, 8, 32, 33}, Shape{7, 8}}) {
                if (shape.rank() == 2 && last == 0)
                    continue;
                const auto variance = Tensor::of<float>({8}, {0.5f, 1, 2, 0.1f, 1e-6f, 3, 1, 10});
                VERIFY_FAST("BatchNormalization",
                            {normalTensor(shape, 1), normalTensor({8}, 2), normalTensor({8}, 3), normalTensor({8}, 4),
                             variance},
                            attributes({{"channels_last", last}, {"epsilon", 1e-3}}));
            }
        const auto zero = Tensor::of<float>({2}, {0, 1}), one = Tensor::of<float>({2}, {1, 1});
        const auto left =
            fast("BatchNormalization", {normalTensor({3, 2}, 1), one, one, one, zero}, attributes({{"epsilon", 0.0}}));
        VERIFY_RESULT(left);
        QVERIFY(left->empty()); // a deviation of zero is the reference kernel's
    }

    void aConstantRowWithoutEpsilonIsNaNInBoth() {
        const auto x = Tensor::of<float>({2, 3}, {5, 5, 5, 1, 2, 3});
        const auto one = Tensor::of<float>({3}, {1, 1, 1});
        VERIFY_FAST("LayerNormalization", {x, one, one}, attributes({{"epsilon", 0.0}}));
    }
};

PLUMBLINE_TEST(tst_fastnormalization)
#include "tst_fastnormalization.moc"
