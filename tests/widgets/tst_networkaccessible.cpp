#include "tests/support/testcase.h"

#include "tests/support/window/diagnosisfixture.h"
#include "widgets/views/network/networkview.h"

#include <QAccessible>
#include <QSignalSpy>

using namespace plumbline;

namespace {

std::unique_ptr<NetworkView> viewOf(const char* fixture) {
    auto view = std::make_unique<NetworkView>();
    view->resize(1000, 700);
    view->setDiagnosis(test::diagnosisFixture(fixture));
    view->show();
    return view;
}

QAccessibleInterface* spoken(NetworkView& view) { return QAccessible::queryAccessibleInterface(&view); }

} // namespace

class tst_networkaccessible : public QObject {
    Q_OBJECT
private slots:
    void everyCardIsAnItemThatSaysWhatItShows() {
        const auto view = viewOf("scale");
        auto* network = spoken(*view);
        QVERIFY(network && network->role() == QAccessible::List);
        QVERIFY(network->childCount() >= 10);
        QStringList names;
        for (int i = 0; i < 10; ++i) {
            auto* card = network->child(i);
            QVERIFY(card && card->isValid());
            QCOMPARE(card->role(), QAccessible::ListItem);
            QCOMPARE(card->parent(), network);
            QCOMPARE(network->indexOfChild(card), i);
            names << card->text(QAccessible::Name);
        }
        QCOMPARE(names.value(1), "down1, Conv2D, shape (8, 8, 8, 16), float32, 0 NaN, diverges");
        QVERIFY(network->child(0)->text(QAccessible::Description).contains("Diverges here"));
    }

    void aLayerThatTheRunDidNotReachSaysSo() {
        const auto view = viewOf("feature-count");
        auto* network = spoken(*view);
        QVERIFY(network->child(1)->text(QAccessible::Name).endsWith("could not run"));
        QVERIFY(network->child(2)->text(QAccessible::Name).endsWith("not reached"));
    }

    void anItemStandsWhereItsCardIsPainted() {
        const auto view = viewOf("scale");
        auto* network = spoken(*view);
        const auto area = network->child(3)->rect();
        QVERIFY(network->rect().contains(area));
        const auto middle = area.center();
        QCOMPARE(network->childAt(middle.x(), middle.y()), network->child(3));
        QVERIFY(!network->child(3)->state().offscreen);
    }

    void choosingAnItemSelectsItsLayer() {
        const auto view = viewOf("scale");
        QSignalSpy selected(view.get(), &NetworkView::rowSelected);
        auto* card = spoken(*view)->child(4);
        QVERIFY(!card->state().selected);
        card->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QCOMPARE(selected.size(), 1);
        QCOMPARE(view->selectedRow(), 4);
        QVERIFY(card->state().selected);
    }

    void theSelectedCardHasTheFocusOfTheNetwork() {
        const auto view = viewOf("scale");
        view->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(view.get()));
        view->setFocus();
        QTest::keyClick(view.get(), Qt::Key_Home);
        QCOMPARE(spoken(*view)->focusChild(), spoken(*view)->child(0));
        QVERIFY(spoken(*view)->child(0)->state().focused);
    }

    void itemsOutliveTheirDiagnosisAsNothing() {
        const auto view = viewOf("scale");
        auto* card = spoken(*view)->child(9);
        view->setDiagnosis(nullptr);
        QVERIFY(!card->isValid());
        QVERIFY(card->state().invalid);
        QCOMPARE(card->text(QAccessible::Name), QString());
        view->setDiagnosis(test::diagnosisFixture("scale"));
        QVERIFY(card->isValid());
    }
};

PLUMBLINE_TEST(tst_networkaccessible)
#include "tst_networkaccessible.moc"
