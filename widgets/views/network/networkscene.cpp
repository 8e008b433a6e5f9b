#include "widgets/views/network/networkscene.h"

#include "widgets/common/wording.h"
#include "widgets/views/network/networkcards.h"
#include "widgets/views/network/networklayout.h"
#include "widgets/views/network/networkroutes.h"

#include <QObject>

#include <algorithm>
#include <limits>
#include <set>

namespace plumbline {

namespace {

constexpr QSizeF compactCard(212, 66), wideCard(300, 84);
constexpr double widestCard = 300;
constexpr double groupLabel = 16; ///< above the first card of a nested model

// For every row the row that shows it: itself, or the outermost folded model it stands in; -1 for an opened model's own
// row.
std::vector<int> shownAs(const std::vector<LayerSummary>& layers, const QSet<int>& folded) {
    std::vector<int> shown(layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
        int row = static_cast<int>(i);
        for (int at = layers[i].parent; at >= 0 && at < static_cast<int>(layers.size());
             at = layers[static_cast<std::size_t>(at)].parent)
            if (folded.contains(at))
                row = at;
        shown[i] = row;
        if (layers[i].isContainer && row == static_cast<int>(i) && !folded.contains(row))
            shown[i] = -1;
    }
    return shown;
}

// The last shown rows of an opened model stand for its output; what an inner input reads is what the model reads.
std::vector<int> resolved(int source, const std::vector<LayerSummary>& layers, const std::vector<int>& shown) {
    const auto at = static_cast<std::size_t>(source);
    if (at >= layers.size())
        return {};
    if (shown[at] >= 0)
        return {shown[at]};
    for (std::size_t i = layers.size(); i-- > 0;)
        if (layers[i].parent == source)
            return resolved(static_cast<int>(i), layers, shown);
    return {};
}

void markPath(NetworkScene& scene) {
    if (scene.calloutCard < 0)
        return;
    std::vector<std::vector<int>> readers(scene.cards.size());
    for (std::size_t i = 0; i < scene.edges.size(); ++i)
        readers[static_cast<std::size_t>(scene.edges[i].from)].push_back(static_cast<int>(i));
    std::vector<int> open{scene.calloutCard};
    scene.cards[static_cast<std::size_t>(scene.calloutCard)].onPath = true;
    while (!open.empty()) {
        const int at = open.back();
        open.pop_back();
        for (const int edge : readers[static_cast<std::size_t>(at)]) {
            auto& next = scene.cards[static_cast<std::size_t>(scene.edges[static_cast<std::size_t>(edge)].to)];
            const auto status = scene.status(next);
            if (status != LayerStatus::diverges && status != LayerStatus::failed)
                continue;
            scene.edges[static_cast<std::size_t>(edge)].onPath = true;
            if (!next.onPath) {
                next.onPath = true;
                open.push_back(scene.edges[static_cast<std::size_t>(edge)].to);
            }
        }
    }
}

void addCallout(NetworkScene& scene) {
    const auto& findings = scene.diagnosis->findings;
    if (findings.empty() || findings.front().severity == Severity::note)
        return;
    const auto& finding = findings.front();
    scene.calloutCard = scene.cardOfRow(rowOf(*scene.diagnosis, finding.where));
    if (scene.calloutCard < 0)
        return;
    scene.isDeath = finding.code == "crash" || finding.code == "timeout" || finding.code == "out-of-memory";
    scene.cards[static_cast<std::size_t>(scene.calloutCard)].callout = true;
    const auto text = calloutText(*scene.diagnosis, finding);
    const bool isStop = finding.code == "memory" || finding.code == "unsupported-layer" ||
                        finding.code == "custom-layer" || finding.code.starts_with("weights-");
    const auto lead = scene.isDeath ? QObject::tr("Ended here: %1")
                      : isStop      ? QObject::tr("Stops here: %1")
                      : scene.ran   ? QObject::tr("Diverges here: %1")
                                    : QObject::tr("Here: %1"); // of a model alone nothing has diverged yet
    scene.callout = lead.arg(text);
    // Rows from the callout's on make room for it, level as they are.
    const auto box = calloutBox(scene);
    const double line = scene.cards[static_cast<std::size_t>(scene.calloutCard)].frame.top();
    double needed = 0;
    for (const auto& card : scene.cards)
        if (card.frame.intersects(box) && card.frame.top() < line)
            needed = std::max(needed, card.frame.bottom() - box.top() + 6);
    for (auto& card : scene.cards)
        if (card.frame.top() >= line)
            card.frame.translate(0, needed);
}

// The cards of an opened nested model that follow one another in a column stand on one ground.
void addGroups(NetworkScene& scene) {
    const auto& layers = scene.diagnosis->model->layers;
    std::vector<const NetworkCard*> ordered;
    for (const auto& card : scene.cards)
        ordered.push_back(&card);
    std::stable_sort(ordered.begin(), ordered.end(), [](const NetworkCard* a, const NetworkCard* b) {
        return a->column != b->column ? a->column < b->column : a->line < b->line;
    });
    int column = -1, parent = -1;
    for (const auto* card : ordered) {
        const int row = layers[static_cast<std::size_t>(card->row)].parent;
        if (row >= 0 && (card->column != column || row != parent))
            scene.groups.push_back({row, QRectF()});
        if (row >= 0)
            scene.groups.back().frame |= card->frame.adjusted(-8, -groupLabel, 8, 8);
        column = card->column;
        parent = row;
    }
    for (const auto& group : scene.groups)
        scene.bounds |= group.frame;
}

} // namespace

NetworkScene NetworkScene::of(std::shared_ptr<const Diagnosis> diagnosis, const QSet<int>& folded, QSizeF viewport,
                              bool isRunning) {
    NetworkScene scene;
    scene.isRunning = isRunning;
    scene.diagnosis = std::move(diagnosis);
    if (!scene.diagnosis || !scene.diagnosis->model)
        return scene;
    const auto& layers = scene.diagnosis->model->layers;
    scene.ran = !scene.diagnosis->layers.empty();
    const auto shown = shownAs(layers, folded);

    std::vector<int> cardOf(layers.size(), -1);
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (shown[i] == static_cast<int>(i)) {
            cardOf[i] = static_cast<int>(scene.cards.size());
            NetworkCard card;
            card.row = static_cast<int>(i);
            card.isFolded = layers[i].isContainer;
            scene.cards.push_back(card);
        } else if (shown[i] >= 0 && cardOf[static_cast<std::size_t>(shown[i])] >= 0) {
            ++scene.cards[static_cast<std::size_t>(cardOf[static_cast<std::size_t>(shown[i])])].foldedLayers;
        }
    // Edges between what is shown. A repeated pair is one edge; an edge inside a folded model is none.
    std::set<std::pair<int, int>> pairs;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (shown[i] < 0)
            continue;
        const int to = cardOf[static_cast<std::size_t>(shown[i])];
        for (const int source : layers[i].sources)
            for (const int row : resolved(source, layers, shown)) {
                const int from = cardOf[static_cast<std::size_t>(row)];
                if (from >= 0 && to >= 0 && from < to)
                    pairs.emplace(from, to);
            }
    }

    for (auto& card : scene.cards) {
        const auto status = scene.status(card);
        describeCard(card, scene);
        scene.hasUnreached |= scene.isUnreached(card);
        scene.hasDivergence |= status == LayerStatus::diverges;
        if (const auto* run = scene.result(card); run && !run->shapes.empty())
            card.histogram = HistogramPair::of(run->training ? &*run->training : nullptr, &run->statistics, 44);
    }

    LayoutRequest request;
    request.sources.resize(scene.cards.size());
    for (const auto& [from, to] : pairs)
        request.sources[static_cast<std::size_t>(to)].push_back(from);
    const bool wide =
        std::any_of(scene.cards.begin(), scene.cards.end(), [](const auto& card) { return !card.lines.isEmpty(); });
    // Few cards are large and stand apart far enough for the shapes to be written on the edges.
    const bool roomy = scene.cards.size() <= 6;
    const bool nested = std::any_of(scene.cards.begin(), scene.cards.end(), [&](const auto& card) {
        return layers[static_cast<std::size_t>(card.row)].parent >= 0;
    });
    request.card = wide && roomy ? wideCard : compactCard;
    request.rowGap = roomy ? 66 : 22;
    request.leastRowGap = roomy ? 30 : nested ? groupLabel + 4 : 12;
    request.viewport = viewport;
    auto layout = NetworkLayout::of(request);
    // Cards grow to what they say where that makes nothing smaller.
    double needed = request.card.width();
    for (const auto& card : scene.cards)
        needed = std::max(needed, std::min(widestCard, neededWidth(card, scene)));
    if (needed > request.card.width()) {
        auto wider = request;
        wider.card.setWidth(needed);
        if (auto grown = NetworkLayout::of(wider); grown.scale >= layout.scale)
            layout = std::move(grown);
    }
    for (std::size_t i = 0; i < scene.cards.size(); ++i) {
        auto& card = scene.cards[i];
        const auto& node = layout.nodes[i];
        card.frame = node.frame;
        card.rank = node.rank;
        card.column = node.column;
        card.line = node.line;
        card.lane = node.lane;
        card.isWrapped = node.isWrapped;
    }
    addCallout(scene);
    for (const auto& card : scene.cards)
        scene.bounds |= card.frame;
    if (scene.calloutCard >= 0)
        scene.bounds |= calloutBox(scene);
    addGroups(scene);
    for (const auto& [from, to] : pairs) {
        NetworkEdge edge{from, to, {}, false, false, {}, {}};
        routeEdge(edge, scene.cards);
        const auto& source = scene.cards[static_cast<std::size_t>(from)];
        const auto* run = scene.result(source);
        edge.isReached =
            !scene.ran || (!scene.isUnreached(source) && !scene.isUnreached(scene.cards[static_cast<std::size_t>(to)]));
        if (roomy && source.column == scene.cards[static_cast<std::size_t>(to)].column) {
            const auto& layer = scene.layer(source);
            const auto* input = layer.isInput ? predictionOf(*scene.diagnosis, layer.name) : nullptr;
            edge.label = run && !run->shapes.empty()    ? shapeText(run->shapes.front())
                         : input && scene.ran           ? shapeText(input->shape)
                         : layer.expectedShapes.empty() ? QString()
                                                        : dimsTextQ(layer.expectedShapes.front());
        }
        scene.edges.push_back(std::move(edge));
    }

    markPath(scene);
    return scene;
}

int NetworkScene::cardOfRow(int row) const {
    while (row >= 0 && diagnosis && diagnosis->model && row < static_cast<int>(diagnosis->model->layers.size())) {
        for (std::size_t i = 0; i < cards.size(); ++i)
            if (cards[i].row == row)
                return static_cast<int>(i);
        row = diagnosis->model->layers[static_cast<std::size_t>(row)].parent;
    }
    return -1;
}

int NetworkScene::cardAt(QPointF point) const {
    for (std::size_t i = 0; i < cards.size(); ++i)
        if (cards[i].frame.contains(point))
            return static_cast<int>(i);
    return -1;
}

const LayerSummary& NetworkScene::layer(const NetworkCard& card) const {
    return diagnosis->model->layers[static_cast<std::size_t>(card.row)];
}

const LayerResult* NetworkScene::result(const NetworkCard& card) const {
    const auto row = static_cast<std::size_t>(card.row);
    return row < diagnosis->layers.size() ? &diagnosis->layers[row] : nullptr;
}

bool NetworkScene::isUnreached(const NetworkCard& card) const {
    // What the prediction gave is there, also where the run refused to begin with it.
    if (!ran || status(card) != LayerStatus::notReached)
        return false;
    return !layer(card).isInput || (!predictionOf(*diagnosis, layer(card).name) && card.lines.isEmpty());
}

std::optional<double> NetworkScene::divergence(const NetworkCard& card) const {
    const auto* run = result(card);
    if (!run || run->shapes.empty())
        return {};
    const bool bad = run->statistics.nan + run->statistics.infinite() > 0;
    if (bad && run->status == LayerStatus::diverges && run->divergence.value_or(0) <= 1)
        return std::numeric_limits<double>::infinity(); // of NaN without a reference there is no multiple
    return run->divergence;
}

LayerStatus NetworkScene::status(const NetworkCard& card) const {
    const auto* run = result(card);
    return run ? run->status : LayerStatus::ok;
}

} // namespace plumbline
