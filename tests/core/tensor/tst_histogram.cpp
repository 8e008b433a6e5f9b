#include "tests/support/testcase.h"

#include "core/tensor/histogram.h"

#include <cmath>
#include <limits>
#include <numeric>

using namespace plumbline;

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

    void rawCountsLeaveOutWhatIsNotFinite() {
        std::vector<std::uint32_t> raw(1 << 16, 0);
        raw[0x3F80] = 3; // 1.0
        raw[0xBF80] = 2; // -1.0
        raw[0x7F80] = 7; // infinity
        raw[0x7FC0] = 7; // NaN
        raw[0xFF80] = 7;
        const auto h = Histogram::fromRaw(raw);
        QCOMPARE(h.bins().size(), std::size_t{2});
        QCOMPARE(h.bins()[0], Histogram::Bin(Histogram::keyOf(-1.0f), 2));
        QCOMPARE(h.bins()[1], Histogram::Bin(Histogram::keyOf(1.0f), 3));
        QCOMPARE(h.total(), 5);
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
