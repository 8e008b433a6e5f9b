#include "tests/support/testcase.h"

#include "core/tensor/statisticskernel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <random>

using namespace plumbline;
using namespace plumbline::detail;

namespace {

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

/// Numbers of all sizes and signs, and everything that is not one.
std::vector<float> anything(std::size_t n, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> law(0.2f, 3);
    const float odd[] = {notANumber, infinity, -infinity, 0.0f,     -0.0f,  1e-42f,
                         -1e-42f,    1e-45f,   3e38f,     -3.4e38f, 1e-30f, -std::numeric_limits<float>::max()};
    std::vector<float> out(n);
    for (std::size_t i = 0; i < n; ++i)
        out[i] = seed % 2 && generator() % 4 == 0 ? odd[generator() % std::size(odd)] : law(generator);
    return out;
}

std::vector<Histogram::Bin> inOrder(const std::map<std::uint16_t, std::int64_t>& counts) {
    std::vector<Histogram::Bin> out;
    for (const auto& [key, count] : counts)
        out.emplace_back(key, count);
    return out;
}

std::vector<Histogram::Bin> binsOf(std::span<const float> values) {
    std::map<std::uint16_t, std::int64_t> counts;
    for (const float v : values)
        if (std::isfinite(v) && v != 0)
            ++counts[Histogram::keyOf(v)];
    return inOrder(counts);
}

float firstFinite(std::span<const float> values) {
    const auto found = std::ranges::find_if(values, [](float v) { return std::isfinite(v); });
    return found == values.end() ? 0 : *found;
}

} // namespace

class tst_statisticskernel : public QObject {
    Q_OBJECT
private slots:
    void everyMachinesLoopCountsAndSumsAlike() {
        QVERIFY(!floatBlocks().empty());
        for (const auto block : floatBlocks())
            for (const std::size_t n : {1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 191, 192, 1000, 4095, 4096})
                for (unsigned seed = 0; seed < 6; ++seed) {
                    const auto x = anything(n, seed);
                    const float shift = firstFinite(x);
                    BlockSums sums, alone;
                    auto& table = threadTable();
                    block(x.data(), n, shift, sums, &table);
                    QCOMPARE(Histogram::fromRaw(drained(table), 0).bins(), binsOf(x));
                    block(x.data(), n, shift, alone, nullptr);
                    long double sum = 0, squares = 0;
                    std::int64_t nan = 0, plus = 0, minus = 0, zero = 0, negative = 0;
                    float least = infinity, most = -infinity;
                    for (const float v : x) {
                        nan += std::isnan(v);
                        plus += v == infinity;
                        minus += v == -infinity;
                        zero += v == 0;
                        if (!std::isfinite(v))
                            continue;
                        negative += v < 0;
                        least = std::min(least, v);
                        most = std::max(most, v);
                        const auto d = static_cast<long double>(v) - static_cast<long double>(shift);
                        sum += d;
                        squares += d * d;
                    }
                    for (const auto& s : {sums, alone}) {
                        QCOMPARE(s.nan, nan);
                        QCOMPARE(s.positiveInfinity, plus);
                        QCOMPARE(s.negativeInfinity, minus);
                        QCOMPARE(s.zero, zero);
                        QCOMPARE(s.negative, negative);
                        if (least <= most) {
                            QCOMPARE(s.min, static_cast<double>(least));
                            QCOMPARE(s.max, static_cast<double>(most));
                        }
                        QVERIFY(std::fabs(s.sum - static_cast<double>(sum)) <=
                                1e-12 * std::sqrt(static_cast<double>(squares) * static_cast<double>(n)));
                        QVERIFY(std::fabs(s.sumOfSquares - static_cast<double>(squares)) <=
                                1e-12 * static_cast<double>(squares));
                    }
                }
    }

    void everyMachinesMomentsAreThoseOfTheFullPass() {
        for (const auto moments : floatMoments())
            for (const std::size_t n : {1, 15, 16, 17, 33, 1000, 4096}) {
                const auto x = anything(n, 2 * static_cast<unsigned>(n));
                BlockSums full, alone;
                floatBlocks().back()(x.data(), n, x[0], full, nullptr);
                moments(x.data(), n, x[0], alone);
                QVERIFY(std::fabs(alone.sum - full.sum) <=
                        1e-12 * std::sqrt(full.sumOfSquares * static_cast<double>(n)));
                QVERIFY(std::fabs(alone.sumOfSquares - full.sumOfSquares) <= 1e-12 * full.sumOfSquares);
            }
    }

    void everyMachinesDrainAddsUpBothTablesAndLeavesThemEmpty() {
        std::mt19937 generator(3);
        constexpr std::uint32_t groups = 3, untouched = 7;
        for (const auto drain : binDrains())
            for (const std::uint32_t first : {0u, 0x10u, 0x3F80u, 0x7F50u, 0x8000u, 0xBF80u, 0xFF50u})
                for (unsigned turn = 0; turn < 12; ++turn) {
                    std::vector<std::uint32_t> memory(2 * BinTable::bins, 0);
                    std::vector<std::uint32_t> expected(groups * binGroup + 1, 0);
                    expected.back() = untouched;
                    for (std::uint32_t i = 0; i < groups * binGroup; ++i)
                        for (const auto offset : {0u, BinTable::bins})
                            if (generator() % 3 < turn % 4) {
                                const auto count = turn == 7 ? 0x7FFFFFFFu : std::uint32_t(generator() % 1000);
                                memory[offset + first + i] = count;
                                expected[i] += count;
                            }
                    std::vector<std::uint32_t> out(expected.size(), untouched);
                    drain(memory.data(), first, groups, out.data());
                    QCOMPARE(out, expected);
                    QVERIFY(std::ranges::all_of(memory, [](auto count) { return count == 0; }));
                }
    }
};

PLUMBLINE_TEST(tst_statisticskernel)
#include "tst_statisticskernel.moc"
