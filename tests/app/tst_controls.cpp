#include "tests/support/testcase.h"

#include "tests/support/window/openedwindow.h"
#include "widgets/common/palette.h"
#include "widgets/common/style.h"
#include "widgets/panels/commandpalette.h"
#include "widgets/views/network/networkview.h"

#include <QAbstractButton>
#include <QApplication>
#include <QScrollArea>
#include <QSet>

using namespace plumbline;
using namespace plumbline::test;

class tst_controls : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { installStyle(*qApp); }
    void init() { Theme::instance().setChoice(Theme::Choice::light); }

    void everyActionHasAShortcutAndStandsInThePalette() {
        const auto [service, window] = opened("scale");
        QSet<QString> shortcuts;
        for (const auto* action : window->actions()) {
            const auto keys = action->shortcut().toString();
            QVERIFY2(!keys.isEmpty(), qPrintable(action->text() + " has no shortcut"));
            QVERIFY2(!shortcuts.contains(keys), qPrintable(keys + " is taken twice"));
            shortcuts << keys;
        }
        window->showPalette();
        auto* palette = window->findChild<CommandPalette*>();
        QVERIFY(palette);
        for (const auto* words : {"Copy the layers as CSV", "Save a report", "Go to an element by its index",
                                  "Show or hide: Inspector", "Apply the first fix"}) {
            palette->setText(words);
            QCOMPARE(palette->shownCount(), 1);
        }
    }

    void everyControlSaysWhatItIs() {
        const auto [service, window] = opened("scale");
        for (auto* widget : window->findChildren<QWidget*>())
            if (widget->isVisible() && (widget->focusPolicy() & Qt::TabFocus) && !widget->inherits("QScrollArea"))
                QVERIFY2(!widget->accessibleName().isEmpty() ||
                             !widget->property("text").toString().trimmed().isEmpty(),
                         qPrintable(QStringLiteral("a %1 (%2) in a %3 has no name")
                                        .arg(widget->metaObject()->className(), widget->objectName(),
                                             widget->parentWidget()->metaObject()->className())));
        for (auto* button : window->findChildren<QAbstractButton*>())
            if (button->isVisible())
                QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(),
                         qPrintable(QStringLiteral("a %1 has no name").arg(button->metaObject()->className())));
        QVERIFY(window->network()->accessibleDescription().contains("118×") ||
                window->network()->accessibleDescription().contains("255"));
    }
};

PLUMBLINE_TEST(tst_controls)
#include "tst_controls.moc"
