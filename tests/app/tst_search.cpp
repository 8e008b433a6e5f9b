#include "tests/support/testcase.h"

#include "app/document/search.h"

#include <limits>

using namespace plumbline;

class tst_search : public QObject {
    Q_OBJECT
    static constexpr float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();

    /// What is found in `tensor`, which is given out by ranges as the worker does.
    static std::vector<std::int64_t> found(const Tensor& tensor, std::int64_t from, int direction,
                                           int* fetches = nullptr) {
        const auto fetch = [&](const TensorRequest& request) -> Result<Tensor> {
            auto part = tensor;
            for (std::size_t axis = 0; axis < request.ranges.size(); ++axis)
                part = part.sliced(axis, request.ranges[axis].first,
                                   request.ranges[axis].second - request.ranges[axis].first);
            if (fetches)
                ++*fetches;
            return part;
        };
        const auto index = nextNonFinite(fetch, {}, tensor.shape(), from, direction);
        return index && *index ? **index : std::vector<std::int64_t>();
    }

private slots:
    void goesAroundTheEndInBothDirections() {
        const auto tensor = Tensor::of<float>(Shape{2, 3}, {0, nan, 0, 0, 0, -inf});
        using Index = std::vector<std::int64_t>;
        QCOMPARE(found(tensor, 0, 1), (Index{0, 1}));
        QCOMPARE(found(tensor, 1, 1), (Index{1, 2}));
        QCOMPARE(found(tensor, 5, 1), (Index{0, 1}));
        QCOMPARE(found(tensor, 0, -1), (Index{1, 2}));
        QCOMPARE(found(tensor, 5, -1), (Index{0, 1}));
    }

    void theOnlyOneIsFoundFromItself() {
        const auto tensor = Tensor::of<float>(Shape{3}, {0, nan, 0});
        QCOMPARE(found(tensor, 1, 1), (std::vector<std::int64_t>{1}));
        QCOMPARE(found(tensor, 1, -1), (std::vector<std::int64_t>{1}));
    }

    void whereAllIsFiniteNothingIsFound() {
        QVERIFY(found(Tensor::of<float>(Shape{2, 2}, {1, 2, 3, 4}), 0, 1).empty());
        QVERIFY(found(Tensor::of<float>(Shape{0, 4}, std::initializer_list<float>{}), 0, 1).empty());
    }

    void aLargeArrayIsReadInParts() {
        std::vector<float> values(3 << 20, 1.0F);
        values[(2 << 20) + 5] = nan;
        const auto tensor = Tensor::of<float>(Shape{3, 1 << 20}, std::span<const float>(values));
        int fetches = 0;
        QCOMPARE(found(tensor, 0, 1, &fetches), (std::vector<std::int64_t>{2, 5}));
        QCOMPARE(fetches, 3);
    }
};

PLUMBLINE_TEST(tst_search)
#include "tst_search.moc"
