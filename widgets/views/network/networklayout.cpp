#include "widgets/views/network/networklayout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace plumbline {

namespace {

using Ranks = std::vector<std::vector<int>>; ///< the nodes of each rank, in their order from left to right

struct Cell {
    int column = 0, line = 0;
};

Ranks orderedRanks(const std::vector<std::vector<int>>& sources, const std::vector<int>& rank) {
    const int count = rank.empty() ? 0 : *std::max_element(rank.begin(), rank.end()) + 1;
    Ranks ranks(static_cast<std::size_t>(count));
    for (std::size_t node = 0; node < rank.size(); ++node)
        ranks[static_cast<std::size_t>(rank[node])].push_back(static_cast<int>(node));
    std::vector<double> at(rank.size(), 0);
    for (auto& nodes : ranks) {
        std::map<int, double> barycentre;
        for (const int node : nodes) {
            double sum = 0;
            const auto& read = sources[static_cast<std::size_t>(node)];
            for (const int source : read)
                sum += at[static_cast<std::size_t>(source)];
            barycentre[node] = read.empty() ? 0 : sum / static_cast<double>(read.size());
        }
        std::stable_sort(nodes.begin(), nodes.end(), [&](int a, int b) { return barycentre[a] < barycentre[b]; });
        for (std::size_t i = 0; i < nodes.size(); ++i)
            at[static_cast<std::size_t>(nodes[i])] = static_cast<double>(i) - static_cast<double>(nodes.size() - 1) / 2;
    }
    return ranks;
}

// Skips that nest like brackets make a U: an outer one begins earlier and ends later than every inner one.
std::vector<std::pair<int, int>> nestedSkips(const std::vector<std::vector<int>>& sources,
                                             const std::vector<int>& rank) {
    std::vector<std::pair<int, int>> skips;
    for (std::size_t node = 0; node < sources.size(); ++node)
        for (const int source : sources[node]) {
            const std::pair span(rank[static_cast<std::size_t>(source)], rank[node]);
            if (span.second - span.first >= 4)
                skips.push_back(span);
        }
    std::sort(skips.begin(), skips.end(),
              [](auto a, auto b) { return a.first != b.first ? a.first < b.first : a.second > b.second; });
    std::vector<std::pair<int, int>> nested;
    for (const auto& skip : skips) {
        if (!nested.empty() && nested.back().first == skip.first)
            continue;
        if (!nested.empty() && skip.second >= nested.back().second)
            return {}; // crossing skips: no U
        nested.push_back(skip);
    }
    return nested;
}

std::vector<Cell> uCells(int ranks, const std::vector<std::pair<int, int>>& skips) {
    std::vector<Cell> cells(static_cast<std::size_t>(ranks));
    const auto cell = [&](int rank) -> Cell& { return cells[static_cast<std::size_t>(rank)]; };
    int line = std::max(skips.front().first, ranks - 1 - skips.front().second);
    // Above the outermost skip both arms end at it.
    for (int r = 0; r <= skips.front().first; ++r)
        cell(r) = {0, line - skips.front().first + r};
    for (int r = skips.front().second; r < ranks; ++r)
        cell(r) = {2, line - (r - skips.front().second)};
    for (std::size_t i = 1; i < skips.size(); ++i) {
        const auto [outerFrom, outerTo] = skips[i - 1];
        const auto [from, to] = skips[i];
        const int start = line;
        line += std::max(from - outerFrom, outerTo - to);
        for (int r = outerFrom + 1; r <= from; ++r)
            cell(r) = {0, r == from ? line : start + (r - outerFrom)};
        for (int r = outerTo - 1; r >= to; --r)
            cell(r) = {2, r == to ? line : start + (outerTo - r)};
    }
    const auto [from, to] = skips.back();
    const int inner = to - from - 1, down = (inner - 1 + 1) / 2, up = inner - 1 - down;
    for (int i = 1; i <= down; ++i)
        cell(from + i) = {0, line + i};
    for (int i = 1; i <= up; ++i)
        cell(to - i) = {2, line + i};
    cell(from + down + 1) = {1, line + std::max(down, up)};
    return cells;
}

// The gap between lines with which as many as these fill the viewport's height, within what was asked for.
double gapFor(int lines, const LayoutRequest& request) {
    if (lines < 2)
        return request.rowGap;
    const double free = (request.viewport.height() - lines * request.card.height()) / (lines - 1);
    return std::clamp(free, std::min(request.leastRowGap, request.rowGap), request.rowGap);
}

double scaleOf(double width, int lines, double gap, const LayoutRequest& request) {
    const double height = lines * (request.card.height() + gap) - gap;
    return std::min({1.0, request.viewport.width() / width, request.viewport.height() / height});
}

std::vector<Cell> columnCells(const Ranks& ranks, const LayoutRequest& request) {
    const int count = static_cast<int>(ranks.size());
    const double step = request.card.width() + request.laneGap;
    // The number of columns that lets the whole be seen largest.
    int best = 1;
    double bestScale = 0;
    for (int columns = 1; columns <= std::max(1, count / 3); ++columns) {
        const int lines = (count + columns - 1) / columns;
        double width = 0;
        for (int first = 0; first < count; first += lines) {
            std::size_t lanes = 1;
            for (int rank = first; rank < std::min(count, first + lines); ++rank)
                lanes = std::max(lanes, ranks[static_cast<std::size_t>(rank)].size());
            width += static_cast<double>(lanes) * step - request.laneGap + (first > 0 ? request.columnGap : 0);
        }
        const double scale = scaleOf(width, lines, gapFor(lines, request), request);
        if (scale > bestScale * 1.02) {
            bestScale = scale;
            best = columns;
        }
    }
    const int lines = (count + best - 1) / best;
    std::vector<Cell> cells;
    for (int rank = 0; rank < count; ++rank)
        cells.push_back({rank / lines, rank % lines});
    return cells;
}

} // namespace

std::vector<int> ranksOf(const std::vector<std::vector<int>>& sources) {
    const auto count = sources.size();
    std::vector<int> rank(count, 0), open(count, 0);
    std::vector<std::vector<int>> readers(count);
    for (std::size_t node = 0; node < count; ++node)
        for (const int source : sources[node]) {
            readers[static_cast<std::size_t>(source)].push_back(static_cast<int>(node));
            ++open[node];
        }
    std::vector<int> ready;
    for (std::size_t node = 0; node < count; ++node)
        if (open[node] == 0)
            ready.push_back(static_cast<int>(node));
    while (!ready.empty()) {
        const auto node = static_cast<std::size_t>(ready.back());
        ready.pop_back();
        for (const int reader : readers[node]) {
            const auto r = static_cast<std::size_t>(reader);
            rank[r] = std::max(rank[r], rank[node] + 1);
            if (--open[r] == 0)
                ready.push_back(reader);
        }
    }
    for (std::size_t node = 0; node < count; ++node) {
        if (!sources[node].empty() || readers[node].empty())
            continue;
        int nearest = std::numeric_limits<int>::max();
        for (const int reader : readers[node])
            nearest = std::min(nearest, rank[static_cast<std::size_t>(reader)]);
        rank[node] = std::max(rank[node], nearest - 1);
    }
    return rank;
}

NetworkLayout NetworkLayout::of(const LayoutRequest& request) {
    NetworkLayout layout;
    const auto count = request.sources.size();
    layout.nodes.resize(count);
    if (count == 0)
        return layout;
    const auto rank = ranksOf(request.sources);
    const auto ranks = orderedRanks(request.sources, rank);
    const auto skips = nestedSkips(request.sources, rank);
    layout.isFolded = !skips.empty();
    const auto cells = layout.isFolded ? uCells(static_cast<int>(ranks.size()), skips) : columnCells(ranks, request);

    int columns = 1, lines = 1;
    for (const auto& cell : cells) {
        columns = std::max(columns, cell.column + 1);
        lines = std::max(lines, cell.line + 1);
    }
    layout.rowGap = gapFor(lines, request);
    std::vector<std::size_t> lanes(static_cast<std::size_t>(columns), 1);
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        auto& lane = lanes[static_cast<std::size_t>(cells[r].column)];
        lane = std::max(lane, ranks[r].size());
    }
    std::vector<double> left(static_cast<std::size_t>(columns), 0);
    const double step = request.card.width() + request.laneGap;
    const double gap = layout.isFolded ? 40 : request.columnGap;
    for (std::size_t c = 1; c < left.size(); ++c)
        left[c] = left[c - 1] + static_cast<double>(lanes[c - 1]) * step - request.laneGap + gap;
    layout.scale = scaleOf(left.back() + static_cast<double>(lanes.back()) * step - request.laneGap, lines,
                           layout.rowGap, request);
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        const auto column = static_cast<std::size_t>(cells[r].column);
        const double indent = static_cast<double>(lanes[column] - ranks[r].size()) * step / 2;
        for (std::size_t i = 0; i < ranks[r].size(); ++i) {
            auto& node = layout.nodes[static_cast<std::size_t>(ranks[r][i])];
            node.rank = static_cast<int>(r);
            node.column = cells[r].column;
            node.line = cells[r].line;
            node.lane = static_cast<int>(i);
            node.frame = QRectF(QPointF(left[column] + indent + static_cast<double>(i) * step,
                                        cells[r].line * (request.card.height() + layout.rowGap)),
                                request.card);
        }
    }
    return layout;
}

} // namespace plumbline
