#include "widgets/views/network/networkaccessible.h"

#include "widgets/common/wording.h"
#include "widgets/views/network/networkcards.h"
#include "widgets/views/network/networkview.h"

#include <QAccessible>
#include <QAccessibleWidget>

namespace plumbline {

namespace {

QString spokenStatus(const NetworkScene& scene, const NetworkCard& card) {
    if (!scene.layer(card).problem.isEmpty())
        return problemText(scene.layer(card));
    if (!scene.ran)
        return QObject::tr("not run");
    if (scene.isUnreached(card))
        return scene.isRunning ? QObject::tr("not run yet") : QObject::tr("not reached");
    switch (scene.status(card)) {
    case LayerStatus::diverges: return QObject::tr("diverges");
    case LayerStatus::failed: return QObject::tr("could not run");
    default: {
        const auto* run = scene.result(card);
        return run && run->divergence ? QObject::tr("within training") : QString();
    }
    }
}

/// One card. It stands for whatever card has its number now, and for none where there are fewer: a new diagnosis needs
/// no new objects.
class CardAccessible final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    CardAccessible(NetworkView* view, int number) : m_view(view), m_number(number) {}

    bool isValid() const override { return card() != nullptr; }
    QObject* object() const override { return nullptr; }
    QWindow* window() const override { return parent() ? parent()->window() : nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_view); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }

    QString text(QAccessible::Text kind) const override {
        if (!isValid())
            return {};
        if (kind == QAccessible::Name)
            return spokenName(m_view->scene(), *card());
        return kind == QAccessible::Description ? cardDescription(m_view->scene(), *card()) : QString();
    }
    void setText(QAccessible::Text, const QString&) override {}

    QRect rect() const override {
        if (!isValid())
            return {};
        const auto inView = m_view->cardRect(m_number).toAlignedRect();
        return inView.translated(m_view->mapToGlobal(QPoint()));
    }
    QAccessible::State state() const override {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        state.selectable = state.focusable = true;
        state.selected = m_view->selectedRow() == card()->row;
        state.focused = state.selected && m_view->hasFocus();
        state.invisible = !m_view->isVisible();
        state.offscreen = !m_view->rect().intersects(m_view->cardRect(m_number).toAlignedRect());
        state.expandable = state.collapsed = card()->isFolded;
        return state;
    }

    void* interface_cast(QAccessible::InterfaceType type) override {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this) : nullptr;
    }
    QStringList actionNames() const override { return {pressAction(), setFocusAction()}; }
    void doAction(const QString& name) override {
        if (!isValid())
            return;
        if (name == pressAction() || name == setFocusAction())
            m_view->selectRow(card()->row);
        if (name == setFocusAction())
            m_view->setFocus(Qt::OtherFocusReason);
    }
    QStringList keyBindingsForAction(const QString&) const override { return {}; }

private:
    const NetworkCard* card() const {
        const auto& cards = m_view->scene().cards;
        const auto at = static_cast<std::size_t>(m_number);
        return at < cards.size() ? &cards[at] : nullptr;
    }
    NetworkView* m_view; ///< outlives it: NetworkAccessible ends with the view
    int m_number;
};

class NetworkAccessible final : public QAccessibleWidget {
public:
    explicit NetworkAccessible(NetworkView* view) : QAccessibleWidget(view, QAccessible::List) {}
    ~NetworkAccessible() override {
        for (const auto id : m_cards)
            QAccessible::deleteAccessibleInterface(id);
    }

    // The cards come first, then the widgets in the view: its search.
    int childCount() const override { return cardCount() + QAccessibleWidget::childCount(); }
    QAccessibleInterface* child(int index) const override {
        return index < cardCount() ? card(index) : QAccessibleWidget::child(index - cardCount());
    }
    int indexOfChild(const QAccessibleInterface* child) const override {
        for (std::size_t i = 0; i < m_cards.size(); ++i)
            if (QAccessible::accessibleInterface(m_cards[i]) == child)
                return static_cast<int>(i);
        const int inWidgets = QAccessibleWidget::indexOfChild(child);
        return inWidgets < 0 ? -1 : cardCount() + inWidgets;
    }
    QAccessibleInterface* childAt(int x, int y) const override {
        if (auto* widget = QAccessibleWidget::childAt(x, y))
            return widget;
        const auto at = view()->mapFromGlobal(QPoint(x, y));
        for (int i = 0; i < cardCount(); ++i)
            if (view()->cardRect(i).contains(at))
                return card(i);
        return nullptr;
    }
    QAccessibleInterface* focusChild() const override {
        const int selected = view()->hasFocus() ? view()->scene().cardOfRow(view()->selectedRow()) : -1;
        return selected >= 0 ? card(selected) : QAccessibleWidget::focusChild();
    }

private:
    NetworkView* view() const { return static_cast<NetworkView*>(widget()); }
    int cardCount() const { return static_cast<int>(view()->scene().cards.size()); }
    QAccessibleInterface* card(int index) const {
        if (index < 0)
            return nullptr;
        while (m_cards.size() <= static_cast<std::size_t>(index))
            m_cards.push_back(
                QAccessible::registerAccessibleInterface(new CardAccessible(view(), static_cast<int>(m_cards.size()))));
        return QAccessible::accessibleInterface(m_cards[static_cast<std::size_t>(index)]);
    }
    mutable std::vector<QAccessible::Id> m_cards; ///< made when first asked for
};

} // namespace

QString spokenName(const NetworkScene& scene, const NetworkCard& card) {
    const auto& layer = scene.layer(card);
    QStringList parts{toQString(layer.name), cardSubtitle(scene, card)};
    if (const auto* run = scene.result(card); run && !run->shapes.empty()) {
        parts << QObject::tr("shape %1").arg(shapesText(run->shapes)) << toQString(name(run->dtype))
              << QObject::tr("%1 NaN").arg(run->statistics.nan);
        if (run->statistics.infinite() > 0)
            parts << QObject::tr("%1 infinite").arg(run->statistics.infinite());
    } else if (!layer.expectedShapes.empty()) {
        parts << QObject::tr("shape %1").arg(dimsTextQ(layer.expectedShapes.front()));
    }
    if (const auto status = spokenStatus(scene, card); !status.isEmpty())
        parts << status;
    return parts.join(", ");
}

QAccessibleInterface* networkAccessible(const QString&, QObject* object) {
    auto* view = qobject_cast<NetworkView*>(object);
    return view ? new NetworkAccessible(view) : nullptr;
}

} // namespace plumbline
