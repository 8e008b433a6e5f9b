#include "widgets/views/network/networkview.h"

#include "widgets/common/controls.h"
#include "widgets/common/fonts.h"
#include "widgets/common/wording.h"
#include "widgets/views/network/networkaccessible.h"
#include "widgets/views/network/networkcards.h"

#include <QLineEdit>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {
constexpr double smallest = 0.08, largest = 3.0, readable = 0.62;
constexpr double closeUp = 0.9; ///< where the whole is too small to read: a part of it, at this scale
constexpr double margin = 40;
} // namespace

NetworkView::NetworkView(QWidget* parent)
    : QWidget(parent), m_find(new QLineEdit(this)),
      m_findCount(new RoleLabel({}, interfaceFont(12), Role::secondaryText, this)) {
    static const bool isSpoken = (QAccessible::installFactory(networkAccessible), true);
    Q_UNUSED(isSpoken)
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(320, 240);
    setAccessibleName(tr("Network"));
    m_find->setPlaceholderText(tr("Find by name or type"));
    m_find->setAccessibleName(tr("Find a layer by name or type"));
    m_find->setClearButtonEnabled(true);
    m_find->setFixedWidth(260);
    m_find->hide();
    m_findCount->hide();
    m_find->installEventFilter(this);
    connect(m_find, &QLineEdit::textChanged, this, &NetworkView::setFindText);
    connect(m_find, &QLineEdit::returnPressed, this, [this] { nextFound(1); });
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

/// Rows that mean the same: what is folded, placed and selected is kept by their indices.
static bool hasSameRows(const Diagnosis* a, const Diagnosis* b) {
    if (!a || !b || !a->model || !b->model)
        return false;
    return std::ranges::equal(a->model->layers, b->model->layers, [](const LayerSummary& x, const LayerSummary& y) {
        return x.name == y.name && x.isContainer == y.isContainer;
    });
}

void NetworkView::setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis) {
    const auto path = diagnosis && diagnosis->model ? toQString(diagnosis->model->path) : QString();
    const bool hadModel = m_diagnosis && m_diagnosis->model;
    const bool isNew = path != m_modelPath || !hadModel ||
                       (diagnosis && diagnosis->model && !hasSameRows(diagnosis.get(), m_diagnosis.get()));
    const int row = selectedRow();
    m_diagnosis = std::move(diagnosis);
    m_modelPath = path;
    if (isNew) {
        m_folded.clear();
        if (m_diagnosis && m_diagnosis->model) {
            const auto& layers = m_diagnosis->model->layers;
            // A nested model of a big network begins folded: the whole is read before its parts.
            for (std::size_t i = 0; i < layers.size() && layers.size() > 60; ++i)
                if (layers[i].isContainer)
                    m_folded.insert(static_cast<int>(i));
        }
        m_placed = m_userMoved = m_hadCallout = false;
    }
    rebuild();
    m_state.selected = isNew ? -1 : m_scene.cardOfRow(row);
    m_state.hovered = -1;
    const bool callout = m_scene.calloutCard >= 0;
    if (!m_placed || (callout != m_hadCallout && !m_userMoved))
        place();
    m_hadCallout = callout;
    update();
}

void NetworkView::setRunning(bool running, bool isInputGiven) {
    m_running = running;
    m_inputGiven = isInputGiven;
}

void NetworkView::rebuild() {
    const int row = selectedRow();
    // Above the cards the callout needs room, below them legend and minimap.
    m_scene =
        NetworkScene::of(m_diagnosis, m_folded, QSizeF(width() - 2 * margin, height() - margin - 64 - 48), m_running);
    m_scene.isInputGiven = m_inputGiven;
    m_state.selected = m_scene.cardOfRow(row);
    setFindText(m_find->text());
    setAccessibleDescription(m_scene.callout);
    QAccessibleEvent reordered(this, QAccessible::ObjectReorder);
    QAccessible::updateAccessibility(&reordered);
}

void NetworkView::place() {
    if (m_scene.cards.empty())
        return;
    m_placed = true;
    const QRectF bounds = m_scene.bounds;
    // The strip at the bottom holds legend and minimap.
    const QSizeF room(width() - 2 * margin, height() - margin - 64);
    const double whole = std::min({1.0, room.width() / bounds.width(), room.height() / bounds.height()});
    m_scale = whole >= readable ? whole : closeUp;
    if (whole >= readable) {
        m_origin = QPointF(margin + (room.width() - bounds.width() * m_scale) / 2 - bounds.left() * m_scale,
                           margin * 0.8 + std::min((room.height() - bounds.height() * m_scale) / 2, 60.0) -
                               bounds.top() * m_scale);
        return;
    }
    if (m_scene.calloutCard >= 0) {
        centreDivergence();
        return;
    }
    // The first card in the middle, but no empty ground beside what goes on at its other side.
    const double centred = width() / 2.0 - m_scene.cards.front().frame.center().x() * m_scale;
    const double leftmost = margin - bounds.left() * m_scale, rightmost = width() - margin - bounds.right() * m_scale;
    m_origin = QPointF(rightmost < leftmost ? std::clamp(centred, rightmost, leftmost) : centred,
                       margin - bounds.top() * m_scale);
}

int NetworkView::selectedRow() const {
    return m_state.selected >= 0 && m_state.selected < static_cast<int>(m_scene.cards.size())
               ? m_scene.cards[static_cast<std::size_t>(m_state.selected)].row
               : -1;
}

QRectF NetworkView::visibleScene() const {
    return QRectF(toScene({0, 0}), toScene({static_cast<double>(width()), static_cast<double>(height())}));
}

QRectF NetworkView::cardRect(int card) const {
    const auto& frame = m_scene.cards[static_cast<std::size_t>(card)].frame;
    return QRectF(frame.topLeft() * m_scale + m_origin, frame.size() * m_scale);
}

QRectF NetworkView::minimapBox() const {
    constexpr double edge = 14, gap = 8;
    const QSizeF size(124, 92);
    const QPointF corner(width() - edge - size.width(), height() - edge - size.height());
    // Above the legend where that is too long to stand beside.
    const bool isNarrow = m_legend.right() + gap > corner.x();
    return QRectF(corner - QPointF(0, isNarrow ? m_legend.height() + gap : 0), size);
}

bool NetworkView::minimapShown() const {
    // A small view has no room to give away.
    if (m_scene.cards.size() < 2 || width() < 3.5 * minimapBox().width() || height() < 3 * minimapBox().height())
        return false;
    if (!visibleScene().contains(m_scene.bounds))
        return true;
    for (std::size_t i = 0; i < m_scene.cards.size(); ++i)
        if (cardRect(static_cast<int>(i)).intersects(minimapBox().adjusted(-6, -6, 6, 6)))
            return false;
    return true;
}

void NetworkView::selectRow(int row) {
    unfoldTo(row);
    select(m_scene.cardOfRow(row), true);
}

void NetworkView::unfoldTo(int row) {
    if (!m_diagnosis || !m_diagnosis->model)
        return;
    const auto& layers = m_diagnosis->model->layers;
    const auto count = static_cast<int>(layers.size());
    bool isHidden = false;
    for (int at = row; at >= 0 && at < count; at = layers[static_cast<std::size_t>(at)].parent)
        isHidden |= at != row && m_folded.remove(at);
    if (!isHidden)
        return;
    rebuild();
    if (!m_userMoved)
        place();
}

int NetworkView::shownRow(int row) const {
    const int card = m_scene.cardOfRow(row);
    return card >= 0 ? m_scene.cards[static_cast<std::size_t>(card)].row : -1;
}

void NetworkView::select(int card, bool show) {
    if (card == m_state.selected) {
        if (show && card >= 0)
            reveal(card);
        return;
    }
    m_state.selected = card;
    if (card >= 0) {
        setAccessibleDescription(cardDescription(m_scene, m_scene.cards[static_cast<std::size_t>(card)]));
        QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&changed);
        tellSelected();
        if (show)
            reveal(card);
        emit rowSelected(selectedRow());
    }
    update();
}

void NetworkView::tellSelected() {
    if (m_state.selected < 0)
        return;
    QAccessibleEvent selected(this, QAccessible::Selection);
    selected.setChild(m_state.selected);
    QAccessible::updateAccessibility(&selected);
    if (!hasFocus())
        return;
    QAccessibleEvent focused(this, QAccessible::Focus);
    focused.setChild(m_state.selected);
    QAccessible::updateAccessibility(&focused);
}

void NetworkView::reveal(int card) {
    const QRectF area(margin / 2, margin / 2, width() - margin, height() - margin);
    const auto frame = cardRect(card);
    if (area.contains(frame))
        return;
    m_origin += area.center() - frame.center();
    update();
}

void NetworkView::centreDivergence() {
    if (m_scene.calloutCard < 0)
        return;
    if (m_scale < readable)
        m_scale = 1;
    m_origin += QRectF(rect()).center() - cardRect(m_scene.calloutCard).center();
    // The callout reaches beyond its card's right: in a narrow view it comes before the card's place in the middle.
    const double beyond = m_origin.x() + calloutBox(m_scene).right() * m_scale - (width() - margin / 2);
    const double room = cardRect(m_scene.calloutCard).left() - margin / 2;
    m_origin.rx() -= std::clamp(beyond, 0.0, std::max(0.0, room));
    update();
}

void NetworkView::fit() {
    if (m_scene.cards.empty())
        return;
    const QSizeF room(width() - 2 * margin, height() - margin - 64);
    m_scale = std::clamp(std::min(room.width() / m_scene.bounds.width(), room.height() / m_scene.bounds.height()),
                         smallest, 1.25);
    m_origin = QPointF(margin + room.width() / 2, margin * 0.8 + room.height() / 2) - m_scene.bounds.center() * m_scale;
    update();
}

void NetworkView::setZoom(double scale, QPointF around) {
    const auto fixed = toScene(around);
    m_scale = std::clamp(scale, smallest, largest);
    m_origin = around - fixed * m_scale;
    m_userMoved = true;
    update();
}

void NetworkView::zoomIn() { setZoom(m_scale * 1.2, rect().center()); }
void NetworkView::zoomOut() { setZoom(m_scale / 1.2, rect().center()); }
void NetworkView::zoomReset() { setZoom(1, rect().center()); }

void NetworkView::toggleFold(int row) {
    if (!m_diagnosis || !m_diagnosis->model || row < 0)
        return;
    const auto& layers = m_diagnosis->model->layers;
    const auto at = static_cast<std::size_t>(row);
    const int container = layers[at].isContainer ? row : layers[at].parent;
    if (container < 0)
        return;
    if (!m_folded.remove(container))
        m_folded.insert(container);
    rebuild();
    if (const int card = m_scene.cardOfRow(container); card >= 0)
        select(card, true);
    update();
}

void NetworkView::openFind() {
    m_find->move(14, 14);
    m_find->show();
    m_find->setFocus();
    m_find->selectAll();
    setFindText(m_find->text());
}

void NetworkView::setFindText(const QString& text) {
    const auto words = text.trimmed();
    m_state.found.clear();
    m_foundRows.clear();
    m_state.searching = !words.isEmpty() && m_diagnosis && m_diagnosis->model;
    if (m_state.searching) {
        const auto& layers = m_diagnosis->model->layers;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            // A layer of a folded model is found in the card that stands for it.
            const int row = static_cast<int>(i), card = m_scene.cardOfRow(row);
            if (card < 0 || (!toQString(layers[i].name).contains(words, Qt::CaseInsensitive) &&
                             !toQString(layers[i].type).contains(words, Qt::CaseInsensitive)))
                continue;
            m_foundRows << row;
            m_state.found.insert(card);
        }
    }
    m_findCount->setText(m_foundRows.isEmpty() ? tr("no layer found")
                                               : tr("%1 found · F3 next").arg(m_foundRows.size()));
    m_findCount->setVisible(m_state.searching && m_find->isVisibleTo(this));
    m_findCount->adjustSize();
    m_findCount->move(m_find->geometry().right() + 10, m_find->geometry().center().y() - m_findCount->height() / 2);
    update();
}

void NetworkView::nextFound(int direction) {
    if (m_foundRows.isEmpty())
        return;
    const auto count = m_foundRows.size();
    const auto at = std::lower_bound(m_foundRows.begin(), m_foundRows.end(), selectedRow()) - m_foundRows.begin();
    const bool isOnOne = at < count && m_foundRows[at] == selectedRow();
    const auto next = direction > 0 ? at + (isOnOne ? 1 : 0) : at - 1;
    selectRow(m_foundRows[(next % count + count) % count]);
}

void NetworkView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), color(Role::window));
    paintGrid(painter, rect(), m_origin, m_scale);
    if (m_scene.cards.empty())
        return;
    painter.save();
    painter.translate(m_origin);
    painter.scale(m_scale, m_scale);
    auto state = m_state;
    state.scale = m_scale;
    paintNetwork(painter, m_scene, state, visibleScene());
    painter.restore();
    m_legend = paintLegend(painter, QPointF(14, height() - 14), m_scene, width() - 28);
    if (minimapShown())
        paintMinimap(painter, minimapBox(), m_scene, visibleScene());
}

} // namespace plumbline
