#include "tests/support/testcase.h"

#include "core/tensor/histogram.h"

#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <numeric>

using namespace plumbline;

namespace {

/// Counts by raw magnitude, as a table gives them.
RawCounts counted(std::uint32_t first, std::uint32_t extent, const std::map<std::uint32_t, std::uint32_t>& positive,
                  const std::map<std::uint32_t, std::uint32_t>& negative) {
    RawCounts out{first, extent, std::make_unique<std::uint32_t[]>(2 * extent)};
    for (const auto& [raw, count] : positive)
        out.counts[raw - first] = count;
    for (const auto& [raw, count] : negative)
        out.counts[extent + raw - first] = count;
    return out;
}

} // namespace

class tst_histogram : public QObject {
    Q_OBJECT
private slots:
    void keysOrderAsValuesDo() {
        const float values[] = {
            -std::numeric_limits<float>::max(), -100, -1.5f, -1, -1e-3f, -1e-40f, 0, 1e-40f, 1e-3f, 1, 1.5f, 100,
            std::numeric_limits<float>::max()};
        for (std::size_t i = 1; i < std::size(values); ++i)
            QVERIFY(Histogram::keyOf(values[i - 1]) <= Histogram::keyOf(values[i]));
        QVERIFY(Histogram::keyOf(-1e-40f) < Histogram::keyOf(1e-40f));
        QCOMPARE(Histogram::keyOf(-0.0f), Histogram::keyOf(0.0f));
    }

    void aBinHoldsItsValuesAndIsNarrow() {
        for (const float value : {1.0f, -1.0f, 3.14159f, -2.5e-7f, 6.0e20f, std::numeric_limits<float>::max()}) {
            const auto key = Histogram::keyOf(value);
            QVERIFY(Histogram::lowerEdge(key) <= static_cast<double>(value));
            QVERIFY(static_cast<double>(value) <= Histogram::upperEdge(key));
            QVERIFY(Histogram::upperEdge(key) - Histogram::lowerEdge(key) <=
                    0.01 * std::fabs(static_cast<double>(value)));
        }
    }

    void rawCountsBecomeBinsInOrderOfValue() {
        for (const std::uint32_t extent : {16u, 2u * 128u, 64u * 128u}) { // the last is wide: sorted at once
            const auto h = Histogram::fromRaw(counted(0x3F80, extent, {{0x3F80, 3}, {0x3F81, 1}}, // 1.0 and above
                                                      {{0x3F80, 2}, {0x3F85, 4}}),
                                              6);
            const std::vector<Histogram::Bin> expected{{Histogram::keyOf(-1.04f), 4},
                                                       {Histogram::keyOf(-1.0f), 2},
                                                       {Histogram::keyOf(0.0f), 6},
                                                       {Histogram::keyOf(1.0f), 3},
                                                       {Histogram::keyOf(1.01f), 1}};
            QCOMPARE(h.bins(), expected);
            QCOMPARE(h.total(), 16);
        }
        QVERIFY(Histogram::fromRaw(RawCounts(), 0).isEmpty());
    }

    void partsOfAnyRangeAddUp() {
        for (const std::size_t more : {0, 1, 2}) { // up to two parts are kept, more are added up at once
            std::vector<RawCounts> parts;
            parts.push_back(counted(0x3F80, 16, {{0x3F80, 3}}, {{0x3F81, 4}}));
            parts.push_back(counted(0x3F70, 32, {{0x3F80, 1}, {0x3F70, 2}}, {}));
            parts.emplace_back();
            for (std::size_t i = 0; i < more; ++i)
                parts.push_back(counted(0x4000, 16, {{0x4000, 1}}, {}));
            std::vector<Histogram::Bin> expected{{Histogram::keyOf(-1.01f), 4},
                                                 {Histogram::keyOf(0.0f), 1},
                                                 {Histogram::keyOf(0.94f), 2},
                                                 {Histogram::keyOf(1.0f), 4}};
            if (more > 0)
                expected.emplace_back(Histogram::keyOf(2.0f), static_cast<std::int64_t>(more));
            QCOMPARE(Histogram::fromRaw(std::move(parts), 1).bins(), expected);
        }
    }

    void denormalsShareTheBinOfZero() {
        const auto h = Histogram::fromRaw(counted(0, 16, {{0, 3}, {2, 1}}, {}), 5);
        QCOMPARE(h.bins().size(), std::size_t{2});
        QCOMPARE(h.bins()[0], Histogram::Bin(Histogram::keyOf(0.0f), 8));
        const auto alone = Histogram::fromRaw(counted(0, 16, {{0, 3}}, {}), 0);
        QCOMPARE(alone.bins(), (std::vector<Histogram::Bin>{{Histogram::keyOf(0.0f), 3}}));
    }

    void whatIsBelowZeroComesToZeroOfARectifiedOne() {
        const std::vector<Histogram::Bin> expected{{Histogram::keyOf(0.0f), 10}, {Histogram::keyOf(1.0f), 3}};
        const auto raw = Histogram::fromRaw(counted(0x3F80, 16, {{0x3F80, 3}}, {{0x3F81, 4}}), 5);
        QCOMPARE(raw.rectified(5).bins(), expected); // one more than the bins know: an infinity
        QCOMPARE(raw.rectified(5).rectified(0).bins(), expected);
        QCOMPARE(Histogram::fromBins(raw.bins()).rectified(5).bins(), expected);
        QCOMPARE(raw.bins().size(), std::size_t{3});
        QCOMPARE(Histogram().rectified(2).bins(), (std::vector<Histogram::Bin>{{Histogram::keyOf(0.0f), 2}}));
    }

    void mergingIsTheSameInAnyOrder() {
        const auto a = Histogram::fromBins({{10, 1}, {20, 5}});
        const auto b = Histogram::fromBins({{5, 2}, {20, 1}, {30, 9}});
        auto ab = a;
        ab.merge(b);
        auto ba = b;
        ba.merge(a);
        QCOMPARE(ab.bins(), ba.bins());
        QCOMPARE(ab.total(), 18);
        QCOMPARE(ab.bins()[2], Histogram::Bin(20, 6));
    }

    void quantilesAndFractionsAgree() {
        std::vector<Histogram::Bin> bins;
        for (int i = 0; i < 1000; ++i) {
            const auto key = Histogram::keyOf(1.0f + static_cast<float>(i) / 1000);
            if (!bins.empty() && bins.back().key == key)
                ++bins.back().count;
            else
                bins.emplace_back(key, 1);
        }
        const auto h = Histogram::fromBins(bins);
        QVERIFY(std::fabs(h.quantile(0.5) - 1.5) < 0.02);
        QVERIFY(std::fabs(h.quantile(0.05) - 1.05) < 0.02);
        for (const double fraction : {0.1, 0.5, 0.9})
            QVERIFY(std::fabs(h.cumulative(h.quantile(fraction)) - fraction) < 1e-9);
        QCOMPARE(h.cumulative(0), 0.0);
        QCOMPARE(h.cumulative(100), 1.0);
        QCOMPARE(Histogram().quantile(0.5), 0.0);
    }

    void aPlotKeepsEveryElement() {
        const auto h = Histogram::fromBins(
            {{Histogram::keyOf(-0.5f), 10}, {Histogram::keyOf(0.0f), 4}, {Histogram::keyOf(0.5f), 6}});
        const auto plot = h.resampled(-1, 1, 4);
        QCOMPARE(plot.size(), std::size_t{4});
        QVERIFY(std::fabs(std::accumulate(plot.begin(), plot.end(), 0.0) - 20) < 1e-9);
        QVERIFY(h.resampled(1, 1, 4) == std::vector<double>(4, 0.0));
    }
};

PLUMBLINE_TEST(tst_histogram)
#include "tst_histogram.moc"
