#include "tests/support/testcase.h"

#include "tests/support/window/openedwindow.h"
#include "widgets/common/controls.h"
#include "widgets/common/palette.h"
#include "widgets/common/style.h"
#include "widgets/models/columnsmodel.h"
#include "widgets/models/layersmodel.h"
#include "widgets/panels/commandpalette.h"
#include "widgets/panels/diagnosispanel.h"
#include "widgets/panels/inspectorpanel.h"
#include "widgets/panels/layerspanel.h"
#include "widgets/views/heatmapview.h"
#include "widgets/views/network/networkcards.h"
#include "widgets/views/network/networkview.h"

#include <QApplication>
#include <QDockWidget>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>

using namespace plumbline;
using namespace plumbline::test;

namespace {

int pixelsOf(const QImage& image, const QRect& area, const QColor& wanted) {
    int count = 0;
    const auto inside = area.intersected(image.rect());
    for (int y = inside.top(); y <= inside.bottom(); ++y)
        for (int x = inside.left(); x <= inside.right(); ++x)
            count += image.pixelColor(x, y) == wanted;
    return count;
}

} // namespace

class tst_mainwindow : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { installStyle(*qApp); }
    void init() { Theme::instance().setChoice(Theme::Choice::light); }

    void showsWhereThePredictionLeavesTraining() {
        const auto [service, window] = opened("scale");
        const auto& scene = window->network()->scene();
        QCOMPARE(scene.callout, "Diverges here: values 0 … 255, all 1,400 training rows had −1 … 1");
        QCOMPARE(scene.layer(scene.cards[static_cast<std::size_t>(scene.calloutCard)]).name, std::string("image"));
        QCOMPARE(window->selectedRow(), 0);
        const auto image = picture(*window, "scale-light");
        // The callout stands above its card, filled with the colour of the divergence.
        const auto card = window->network()->cardRect(scene.calloutCard);
        const QPoint corner = window->network()->mapTo(window.get(), QPoint(0, 0));
        const auto area = QRectF(card.left(), card.top() - 44, 200, 30).toRect().translated(corner);
        QVERIFY(window->network()->rect().contains(card.toRect()));
        QVERIFY2(pixelsOf(image, area, color(Role::divergence)) > 1500,
                 "the callout is not painted where its card stands");
        window->diagnosisPanel()->findChild<QPushButton*>("applyFix0")->setFocus();
    }

    void isDarkWhereTheUserWantsIt() {
        Theme::instance().setChoice(Theme::Choice::dark);
        const auto [service, window] = opened("scale");
        const auto image = picture(*window, "scale-dark");
        const QPoint corner = window->network()->mapTo(window.get(), QPoint(0, 0));
        QVERIFY(pixelsOf(image, QRect(corner, QSize(60, 60)), colorOf(Role::window, Appearance::dark)) > 1000);
        QCOMPARE(pixelsOf(image, image.rect(), colorOf(Role::surface, Appearance::light)) < image.width() * 20, true);
    }

    void namesTheMissingColumn() {
        const auto [service, window] = opened("feature-count");
        picture(*window, "feature-count-light");
        const auto& columns = window->inspector()->columns();
        QCOMPARE(columns.rowCount(), 10);
        QCOMPARE(columns.index(7, ColumnsModel::DistanceColumn).data().toString(), "missing");
        QCOMPARE(columns.index(7, ColumnsModel::NameColumn).data().toString(), "volume");
        const auto& scene = window->network()->scene();
        QCOMPARE(scene.cards[0].lines.value(1), "got      (60, 9) f64");
        QCOMPARE(scene.callout, "Diverges here: 9 features, training has 10: column 7, volume, is missing");
    }

    void fitsASmallWindow() {
        const auto [service, window] = opened("scale", {1280, 800});
        QCOMPARE(window->size(), QSize(1280, 800));
        picture(*window, "scale-1280");
        QVERIFY(window->network()->width() >= 480);
    }

    void aSmallWindowShowsTheWholeCallout() {
        const auto [service, window] = opened("scale", {1024, 700});
        picture(*window, "scale-1024");
        const auto* network = window->network();
        const auto& scene = network->scene();
        const auto card = network->cardRect(scene.calloutCard);
        const auto& frame = scene.cards[static_cast<std::size_t>(scene.calloutCard)].frame;
        const double scale = card.width() / frame.width();
        const double right = card.left() + (calloutBox(scene).right() - frame.left()) * scale;
        QVERIFY2(right <= network->width() - 8, qPrintable(QString::number(right - network->width())));
        QVERIFY(card.left() >= 0);
    }

    void asSmallAsItGetsEveryPanelIsWhole() {
        const auto [service, window] = opened("scale", {100, 100});
        settleLayout(*window);
        QVERIFY2(window->height() <= 500, "a screen of 1920 x 1080 at 200 % has room for it");
        for (const auto* dock : window->findChildren<QDockWidget*>()) {
            QVERIFY2(window->rect().contains(dock->geometry()), qPrintable(dock->windowTitle()));
            QVERIFY2(dock->width() >= dock->minimumSizeHint().width(), qPrintable(dock->windowTitle()));
        }
    }

    void selectingALayerShowsItsValues() {
        const auto [service, window] = opened("scale");
        QSignalSpy settled(window.get(), &MainWindow::settled);
        window->network()->selectRow(1);
        QVERIFY(settled.wait(patience));
        QCOMPARE(window->selectedRow(), 1);
        QCOMPARE(window->inspector()->row(), 1);
        auto* heatmap = window->inspector()->heatmap();
        QCOMPARE(heatmap->rows(), 8);
        QCOMPARE(heatmap->columns(), 8);
        picture(*window, "scale-down1");
        heatmap->pick(0, 1);
        // Channel 0 is farthest from training, so that one is shown.
        QCOMPARE(window->inspector()->exactText(), "[0, 0, 1, 0] = 90");
        QVERIFY(heatmap->pickNonFinite(1));
        QCOMPARE(window->inspector()->exactText(), "[0, 7, 7, 0] = nan");
        QCOMPARE(window->inspector()->statisticText(4, 1), "0");
        QCOMPARE(window->layers()->table()->currentIndex().data(LayersModel::RowRole).toInt(), 1);
    }

    void aGridThatShowsAPartOfTheSamplesSaysSo() {
        auto diagnosis = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        const auto last = diagnosis->layers.size() - 1;
        InspectorPanel inspector;
        inspector.resize(376, 1200);
        inspector.show();
        const auto said = [&](std::int64_t samples) {
            auto& shape = diagnosis->layers[last].shapes.front();
            shape = Shape{samples, 16, 16, 1};
            TensorRequest asked;
            const auto request = connect(&inspector, &InspectorPanel::elementsRequested, &inspector,
                                         [&](ElementsFor purpose, const TensorRequest& one) {
                                             if (purpose == ElementsFor::images)
                                                 asked = one;
                                         });
            inspector.setDiagnosis(std::make_shared<const Diagnosis>(*diagnosis));
            inspector.setRow(static_cast<int>(last));
            disconnect(request);
            const Shape part{std::min<std::int64_t>(samples, 16), 16, 16, 1};
            const std::vector<float> values(static_cast<std::size_t>(part.elements()), 0.5F);
            inspector.setElements(ElementsFor::images, asked, Tensor::of<float>(part, std::span<const float>(values)),
                                  {});
            QStringList texts;
            for (const auto* label : inspector.findChildren<QLabel*>())
                if (label->isVisible() && label->text().contains("samples"))
                    texts << label->text();
            return texts.join('|');
        };
        QCOMPARE(said(32), "the first 16 of 32 samples");
        QCOMPARE(said(8), QString());
    }

    void theTableOfLayersStandsInItsTab() {
        const auto [service, window] = opened("scale");
        window->findChild<QTabBar*>()->setCurrentIndex(1);
        QVERIFY(window->layers()->isVisible());
        picture(*window, "scale-layers");
    }

    void layersGoAsMarkdownIntoABugReport() {
        const auto [service, window] = opened("scale");
        const auto lines = window->layers()->text(TableFormat::markdown).split('\n');
        QVERIFY(lines[0].startsWith("| # | name | type |"));
        QVERIFY(lines[1].startsWith("| --- |"));
        QVERIFY(lines[2].contains("| image | InputLayer |"));
        QCOMPARE(lines.size(), 10 + 3);
    }

    void aModelAloneShowsItsLayers() {
        auto service = std::make_unique<FixtureService>("scale");
        MainWindow window(std::move(service));
        window.setRemembering(false);
        window.resize(1440, 900);
        window.show();
        picture(window, "welcome");
        QSignalSpy settled(&window, &MainWindow::settled);
        window.openModel("restorer.keras");
        QVERIFY(settled.wait(patience));
        QApplication::processEvents();
        picture(window, "model-alone");
        QCOMPARE(window.network()->scene().cards.size(), std::size_t(10));
        QVERIFY(!window.network()->scene().ran);
        QCOMPARE(window.selectedRow(), 1);
    }

    void aLayerIsFoundByNameInThePalette() {
        const auto [service, window] = opened("scale");
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        QTest::keyClick(window.get(), Qt::Key_K, Qt::ControlModifier);
        auto* palette = window->findChild<CommandPalette*>();
        QVERIFY(palette);
        palette->setText("no such thing");
        QCOMPARE(palette->shownCount(), 0);
        const auto* nothing = palette->findChild<RoleLabel*>();
        QVERIFY(nothing && nothing->isVisible() && nothing->text().contains("no such thing"));
        palette->setText("neck");
        QVERIFY(!nothing->isVisible());
        QCOMPARE(palette->shownCount(), 1);
        palette->runCurrent();
        QCOMPARE(window->selectedRow(), 5);
    }
};

PLUMBLINE_TEST(tst_mainwindow)
#include "tst_mainwindow.moc"
