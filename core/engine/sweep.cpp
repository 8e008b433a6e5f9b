#include "core/engine/sweep.h"

#include "core/engine/plan.h"
#include "core/tensor/blockstatistics.h"

#include <omp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

namespace plumbline {

namespace {

using namespace detail;

/// Coarser granules have no blocks that fit a cache.
constexpr std::int64_t largestPiece = 4 * static_cast<std::int64_t>(blockElements);
/// Below this a second thread costs more than it brings.
constexpr std::int64_t parallelFrom = 1 << 13;
/// Bins are 32-bit.
constexpr std::int64_t largestSweep = std::int64_t{1} << 30;
/// Values counted at the same time: each has a table of bins on each thread.
constexpr std::size_t longestSweep = 6;

bool isFloatOutput(const Plan& plan, const Step& step, const std::vector<bool>& wanted) {
    return step.kind == Step::Kind::fast && step.outputs.size() == 1 && wanted[step.outputs[0].index] &&
           plan.values[step.outputs[0].index].dtype == DType::float32;
}

/// Steps after `head` that make their elements of those at the same place in values of the sweep.
Sweep sweepFrom(const Plan& plan, std::size_t head, const std::vector<bool>& wanted) {
    Sweep sweep{head, head, 1};
    const auto elements = plan.values[plan.steps[head].outputs[0].index].shape.elements();
    if (elements >= largestSweep)
        return sweep;
    std::vector<ValueId> inside{plan.steps[head].outputs[0]};
    std::int64_t granule = 1;
    for (auto s = head + 1; s < plan.steps.size() && inside.size() < longestSweep; ++s) {
        const auto& step = plan.steps[s];
        if (!isFloatOutput(plan, step, wanted) || step.kernel->granule() == 0 || step.kernel->scratchBytes() > 0 ||
            plan.values[step.outputs[0].index].shape.elements() != elements)
            break;
        const bool goesOn = std::ranges::any_of(step.inputs, [&](ValueId input) {
            return input.isValid() && std::ranges::find(inside, input) != inside.end();
        });
        granule = std::lcm(granule, step.kernel->granule());
        if (!goesOn || granule > largestPiece)
            break;
        inside.push_back(step.outputs[0]);
        sweep.last = s;
        sweep.piece = std::max<std::int64_t>(1, static_cast<std::int64_t>(blockElements) / granule) * granule;
    }
    return sweep;
}

bool isBinned(const SweptValue& value) {
    return value.interest.statistics && value.interest.histogram && value.rectifies == SweptValue::none;
}

/// What one thread needs for its blocks.
class Sweeper {
public:
    Sweeper(std::span<SweptValue> values, const Observer& clock) : m_values(values), m_clock(clock) {
        for (std::size_t v = 0; v < values.size(); ++v)
            if (isBinned(values[v]))
                m_tables[v] = &threadTable(v);
    }

    /// Elements [begin, end); `statistics` becomes that of each value's block.
    void goOverBlock(std::int64_t begin, std::int64_t end, std::span<Statistics> statistics) {
        for (std::size_t v = 0; v < m_values.size(); ++v) {
            const auto& value = m_values[v];
            if (value.computes) {
                const auto start = m_clock.now();
                value.step->kernel->runPart(value.step->in, value.step->out, begin, end);
                m_computing[v] += m_clock.now() - start;
            }
            const auto count = static_cast<std::size_t>(end - begin);
            if (value.copy)
                std::memcpy(value.copy + begin, value.data + begin, count * sizeof(float));
            if (value.interest.statistics)
                statistics[v] = blockOf(v, value.data + begin, count, statistics);
        }
    }

    RawCounts counted(std::size_t v) { return m_tables[v] ? drained(*m_tables[v]) : RawCounts(); }
    std::chrono::nanoseconds computing(std::size_t v) const { return m_computing[v]; }

private:
    Statistics blockOf(std::size_t v, const float* x, std::size_t n, std::span<const Statistics> earlier) const {
        if (const auto from = m_values[v].rectifies; from != SweptValue::none)
            if (const auto& operand = earlier[from]; operand.finite() == operand.count) {
                auto out = rectifiedCounts(operand);
                const auto moments = blockMoments(x, n);
                out.mean = moments.mean;
                out.m2 = moments.m2;
                return out;
            }
        return blockStatistics(x, n, m_tables[v]);
    }

    std::span<SweptValue> m_values;
    const Observer& m_clock;
    std::array<BinTable*, longestSweep> m_tables{};
    std::array<std::chrono::nanoseconds, longestSweep> m_computing{};
};

} // namespace

std::vector<Sweep> findSweeps(const Plan& plan, const std::vector<bool>& wanted) {
    std::vector<Sweep> sweeps;
    if (wanted.empty())
        return sweeps;
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        if (!isFloatOutput(plan, plan.steps[s], wanted))
            continue;
        if (const auto sweep = sweepFrom(plan, s, wanted); sweep.last > s) {
            sweeps.push_back(sweep);
            s = sweep.last;
        }
    }
    return sweeps;
}

void goOver(SweepScratch& scratch, std::int64_t elements, std::int64_t piece, int threads, const Observer& clock) {
    const std::span values(scratch.values);
    const auto pieces = (elements + piece - 1) / piece;
    const auto width = values.size();
    const auto team =
        elements < parallelFrom ? std::size_t{1} : static_cast<std::size_t>(std::min<std::int64_t>(threads, pieces));
    scratch.parts.assign(static_cast<std::size_t>(pieces) * width, {});
    scratch.counted.clear();
    scratch.counted.resize(team * width);
    scratch.times.assign(team * width, {});
    const auto ofThreads = [&](std::size_t v) { return std::span(scratch.counted).subspan(v * team, team); };
#pragma omp parallel if (team > 1) num_threads(static_cast <int>(team))
    {
        const auto thread = static_cast<std::size_t>(omp_get_thread_num());
        Sweeper sweeper(values, clock);
#pragma omp for schedule(static) nowait
        for (std::int64_t p = 0; p < pieces; ++p)
            sweeper.goOverBlock(p * piece, std::min((p + 1) * piece, elements),
                                std::span(scratch.parts).subspan(static_cast<std::size_t>(p) * width, width));
        for (std::size_t v = 0; v < width; ++v) {
            scratch.counted[v * team + thread] = sweeper.counted(v);
            scratch.times[v * team + thread] = sweeper.computing(v);
        }
        if (team > Histogram::mostParts) { // as the histogram would do, but each value on another thread
#pragma omp barrier
#pragma omp for schedule(static, 1) nowait
            for (std::size_t v = 0; v < width; ++v) {
                auto together = sumOf(ofThreads(v));
                for (auto& one : ofThreads(v))
                    one = RawCounts();
                ofThreads(v).front() = std::move(together);
            }
        }
    }
    for (std::size_t v = 0; v < width; ++v) {
        auto& value = values[v];
        for (std::size_t t = 0; t < team; ++t)
            value.time += scratch.times[v * team + t] / static_cast<std::int64_t>(team);
        for (std::size_t p = 0; p < static_cast<std::size_t>(pieces); ++p) // in order, whoever made them
            value.statistics.merge(scratch.parts[p * width + v]);
        if (!value.interest.statistics || !value.interest.histogram)
            continue;
        if (value.rectifies == SweptValue::none)
            value.statistics.histogram =
                Histogram::fromRaw({std::move_iterator(ofThreads(v).begin()), std::move_iterator(ofThreads(v).end())},
                                   value.statistics.zero);
        else // an earlier one's
            value.statistics.histogram = rectifiedBins(values[value.rectifies].statistics);
    }
}

} // namespace plumbline
