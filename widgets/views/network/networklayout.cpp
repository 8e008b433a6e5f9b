#include "widgets/views/network/networklayout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace plumbline {

namespace {

using Ranks = std::vector<std::vector<int>>; ///< the nodes of each rank, in their order from left to right

/// Where a rank stands. One with more nodes than `perLine` goes on `stride` lines below, as often as it takes.
struct Cell {
    int column = 0, line = 0;
    int perLine = std::numeric_limits<int>::max(), stride = 1;
};

int lanesOf(const std::vector<int>& nodes, const Cell& cell) {
    return std::min(static_cast<int>(nodes.size()), cell.perLine);
}

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

/// Ranks that stand together: one, or wide ones that follow each other and are wrapped as a whole, so that what reads
/// a node still stands below it.
struct Block {
    int first = 0, count = 1, wraps = 1;
    int lines() const { return count * wraps; }
};

std::vector<Block> blocksOf(const Ranks& ranks, int perLine) {
    std::vector<Block> blocks;
    bool wasWide = false;
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        const int size = static_cast<int>(ranks[r].size()), wraps = (size - 1) / perLine + 1;
        if (wraps > 1 && wasWide) {
            ++blocks.back().count;
            blocks.back().wraps = std::max(blocks.back().wraps, wraps);
        } else {
            blocks.push_back({static_cast<int>(r), 1, wraps});
        }
        wasWide = wraps > 1;
    }
    return blocks;
}

struct Arrangement {
    std::vector<Cell> cells;
    double scale = 0;
};

/// The blocks from top to bottom in columns of about as many lines.
Arrangement arranged(const Ranks& ranks, const std::vector<Block>& blocks, int perLine, int columns,
                     const LayoutRequest& request) {
    int total = 0, lines = 1;
    for (const auto& block : blocks) {
        total += block.lines();
        lines = std::max(lines, block.lines());
    }
    lines = std::max(lines, (total + columns - 1) / columns);
    Arrangement result;
    std::vector<int> lanes{1};
    int line = 0, deepest = 0;
    for (const auto& block : blocks) {
        if (line > 0 && line + block.lines() > lines) {
            lanes.push_back(1);
            line = 0;
        }
        for (int i = 0; i < block.count; ++i) {
            const Cell cell{static_cast<int>(lanes.size()) - 1, line + i, perLine, block.count};
            lanes.back() = std::max(lanes.back(), lanesOf(ranks[static_cast<std::size_t>(block.first + i)], cell));
            result.cells.push_back(cell);
        }
        line += block.lines();
        deepest = std::max(deepest, line);
    }
    double width = -request.columnGap;
    for (const int count : lanes)
        width += count * (request.card.width() + request.laneGap) - request.laneGap + request.columnGap;
    result.scale = scaleOf(width, deepest, gapFor(deepest, request), request);
    return result;
}

/// What lets the whole be seen largest. Ranks of a few nodes stay whole; wider ones are wrapped where that helps.
std::vector<Cell> columnCells(const Ranks& ranks, const LayoutRequest& request) {
    constexpr int neverWrapped = 6, fewestPerLine = 3;
    const int count = static_cast<int>(ranks.size());
    int widest = 1;
    for (const auto& nodes : ranks)
        widest = std::max(widest, static_cast<int>(nodes.size()));
    Arrangement best;
    const auto consider = [&](int perLine) {
        const auto blocks = blocksOf(ranks, perLine);
        for (int columns = 1; columns <= std::max(1, count / 3); ++columns)
            if (auto other = arranged(ranks, blocks, perLine, columns, request); other.scale > best.scale * 1.02)
                best = std::move(other);
    };
    consider(widest);
    if (widest > neverWrapped)
        for (int perLine = std::min(widest - 1, 2 * neverWrapped); perLine >= fewestPerLine; --perLine)
            consider(perLine);
    return best.cells;
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
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        const int wraps = (static_cast<int>(ranks[r].size()) - 1) / cells[r].perLine;
        columns = std::max(columns, cells[r].column + 1);
        lines = std::max(lines, cells[r].line + wraps * cells[r].stride + 1);
    }
    layout.rowGap = gapFor(lines, request);
    std::vector<int> lanes(static_cast<std::size_t>(columns), 1);
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        auto& lane = lanes[static_cast<std::size_t>(cells[r].column)];
        lane = std::max(lane, lanesOf(ranks[r], cells[r]));
    }
    std::vector<double> left(static_cast<std::size_t>(columns), 0);
    const double step = request.card.width() + request.laneGap;
    const double gap = layout.isFolded ? 40 : request.columnGap;
    for (std::size_t c = 1; c < left.size(); ++c)
        left[c] = left[c - 1] + lanes[c - 1] * step - request.laneGap + gap;
    layout.scale = scaleOf(left.back() + lanes.back() * step - request.laneGap, lines, layout.rowGap, request);
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        const auto column = static_cast<std::size_t>(cells[r].column);
        const double indent = (lanes[column] - lanesOf(ranks[r], cells[r])) * step / 2;
        for (std::size_t i = 0; i < ranks[r].size(); ++i) {
            const int at = static_cast<int>(i);
            auto& node = layout.nodes[static_cast<std::size_t>(ranks[r][i])];
            node.rank = static_cast<int>(r);
            node.column = cells[r].column;
            node.line = cells[r].line + at / cells[r].perLine * cells[r].stride;
            node.lane = at % cells[r].perLine;
            node.isWrapped = static_cast<int>(ranks[r].size()) > cells[r].perLine;
            node.frame = QRectF(
                QPointF(left[column] + indent + node.lane * step, node.line * (request.card.height() + layout.rowGap)),
                request.card);
        }
    }
    return layout;
}

} // namespace plumbline
