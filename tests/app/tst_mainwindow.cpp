#include "tests/support/testcase.h"

#include "app/window/mainwindow.h"
#include "tests/support/window/fixtureservice.h"
#include "widgets/common/style.h"
#include "widgets/models/columnsmodel.h"
#include "widgets/panels/commandpalette.h"
#include "widgets/panels/diagnosispanel.h"
#include "widgets/panels/inspectorpanel.h"
#include "widgets/panels/layerspanel.h"
#include "widgets/panels/sourcespanel.h"
#include "widgets/views/heatmapview.h"
#include "widgets/views/network/networkview.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>

using namespace plumbline;
using plumbline::test::FixtureService;

namespace {

constexpr int patience = 20000; ///< ms; a limit, not a wait

struct Opened {
    FixtureService* service;
    std::unique_ptr<MainWindow> window;
};

Opened opened(const char* fixture, QSize size = {1440, 900}) {
    auto service = std::make_unique<FixtureService>(fixture);
    Opened result{service.get(), nullptr};
    result.window = std::make_unique<MainWindow>(std::move(service));
    result.window->setRemembering(false);
    result.window->resize(size);
    result.window->show();
    QSignalSpy settled(result.window.get(), &MainWindow::settled);
    result.window->session().open("restorer.keras", {"train_images.npy"}, {"scan_batch.npy"});
    if (!settled.wait(patience))
        qFatal("the window never settled");
    QApplication::processEvents();
    return result;
}

QImage picture(MainWindow& window, const char* name) {
    settleLayout(window);
    const auto image = window.grab().toImage();
    QDir().mkpath(test::binaryFile("screenshots"));
    image.save(test::binaryFile(QStringLiteral("screenshots/%1.png").arg(QLatin1String(name))));
    return image;
}

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
        QCOMPARE(scene.callout, "Diverges here: values 0 … 255, training had −1 … 1");
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

    void anAppliedFixRunsAgainAndIsUndone() {
        const auto [service, window] = opened("scale");
        QCOMPARE(service->checks.load(), 1);
        auto* apply = window->diagnosisPanel()->findChild<QPushButton*>("applyFix0");
        QVERIFY(apply);
        QSignalSpy settled(window.get(), &MainWindow::settled);
        QTest::mouseClick(apply, Qt::LeftButton);
        QVERIFY(settled.wait(patience));
        QCOMPARE(service->checks.load(), 2);
        QCOMPARE(window->session().fixes().size(), std::size_t(1));
        QCOMPARE(window->diagnosisPanel()->model().causeCount(), 0);
        QCOMPARE(window->network()->scene().calloutCard, -1);
        picture(*window, "scale-fixed");
        QVERIFY(window->diagnosisPanel()->findChild<QPushButton*>("undoFix"));
        window->session().undoStack()->undo();
        QVERIFY(settled.wait(patience));
        QCOMPARE(window->session().fixes().size(), std::size_t(0));
        QCOMPARE(window->diagnosisPanel()->model().causeCount(), 1);
        QCOMPARE(window->network()->scene().callout.isEmpty(), false);
        window->session().undoStack()->redo();
        QVERIFY(settled.wait(patience));
        QCOMPARE(window->diagnosisPanel()->model().causeCount(), 0);
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

    void aRunIsCancelledAndTheWindowGoesOn() {
        auto [service, window] = opened("scale");
        service->blocks = true;
        window->session().run();
        QVERIFY(window->session().isBusy());
        QTRY_COMPARE(service->checks.load(), 2);
        QSignalSpy finished(&window->session(), &Session::finished);
        window->session().cancel();
        QCOMPARE(finished.size(), 1);
        QVERIFY(!window->session().isBusy());
        service->blocks = false;
        QSignalSpy settled(window.get(), &MainWindow::settled);
        window->session().run();
        QVERIFY(settled.wait(patience));
        QCOMPARE(window->diagnosisPanel()->model().causeCount(), 1);
    }

    void theThreeLatestRunsAreOneRun() {
        auto [service, window] = opened("scale");
        service->blocks = true;
        window->session().run();
        QTRY_COMPARE(service->checks.load(), 2);
        window->session().run();
        service->blocks = false;
        window->session().run();
        QSignalSpy settled(window.get(), &MainWindow::settled);
        QVERIFY(settled.wait(patience));
        // The second was stopped or dropped, the third answered.
        QVERIFY(service->checks.load() <= 4);
        QVERIFY(!window->session().isBusy());
        QCOMPARE(window->diagnosisPanel()->model().causeCount(), 1);
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
        palette->setText("neck");
        QCOMPARE(palette->shownCount(), 1);
        palette->runCurrent();
        QCOMPARE(window->selectedRow(), 5);
    }

    void aReportIsAPageWithAPictureBesideIt() {
        const auto [service, window] = opened("scale");
        QTemporaryDir folder;
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        QTest::keyClick(window.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        auto* dialog = window->findChild<QFileDialog*>();
        QVERIFY(dialog);
        emit dialog->fileSelected(folder.filePath("bug.html"));
        dialog->close();
        QFile page(folder.filePath("bug.html"));
        QVERIFY(page.open(QIODevice::ReadOnly));
        const auto html = page.readAll();
        QVERIFY(html.contains("scale") && html.contains("down1"));
        QCOMPARE(QImage(folder.filePath("bug.png")).size(), window->size() * window->devicePixelRatio());
    }

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

    void theInspectorStaysWithinItsDockWhenAFixIsApplied() {
        const auto [service, window] = opened("scale");
        QSignalSpy settled(window.get(), &MainWindow::settled);
        window->network()->selectRow(6);
        QVERIFY(settled.wait(patience));
        window->session().applyFix(0);
        QVERIFY(settled.wait(patience));
        picture(*window, "scale-fixed-up1");
        const auto* scroll = window->inspector()->findChild<QScrollArea*>();
        QVERIFY(scroll && scroll->widget());
        QCOMPARE(scroll->widget()->width(), scroll->viewport()->width());
    }

    void aLongNameDoesNotWidenThePanels() {
        const auto name = std::string("encoder_block_0_multi_head_self_attention_query_projection_with_a_long_name");
        auto diagnosis = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        diagnosis->model->layers[1].name = name;
        diagnosis->model->inputs = {diagnosis->model->inputs[0], diagnosis->model->inputs[0]};
        diagnosis->model->inputs[1].name = name;
        InspectorPanel inspector;
        inspector.resize(376, 800);
        inspector.show();
        inspector.setDiagnosis(diagnosis);
        inspector.setRow(1);
        SourcesPanel sources;
        sources.resize(264, 800);
        sources.show();
        sources.setSources("m.keras", {}, {}, diagnosis);
        for (auto* panel : {static_cast<QWidget*>(&inspector), static_cast<QWidget*>(&sources)}) {
            settleLayout(*panel);
            const auto* scroll = panel->findChild<QScrollArea*>();
            QVERIFY(scroll && scroll->widget());
            QCOMPARE(scroll->widget()->width(), scroll->viewport()->width());
        }
    }

    void aFindingWithoutEvidenceHasTheWholeWidth() {
        Diagnosis lost;
        Finding finding;
        finding.code = "weights-missing";
        finding.where.kind = PlaceKind::process;
        finding.message = Message("m", "The file holds weights only, no architecture: give the model's JSON with it.");
        lost.findings.push_back(finding);
        DiagnosisPanel panel;
        panel.resize(1200, 200);
        panel.show();
        panel.setDiagnosis(std::make_shared<const Diagnosis>(lost), {});
        settleLayout(panel);
        for (const auto* label : panel.findChildren<QLabel*>())
            if (label->text().contains("weights-missing"))
                QVERIFY2(label->width() > 1000, qPrintable(QString::number(label->width())));
    }

    void theSourceThatIsOffIsInView() {
        auto diagnosis = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        auto& inputs = diagnosis->model->inputs;
        const auto one = inputs.front();
        for (int i = 0; i < 8; ++i) {
            inputs.insert(inputs.begin(), one);
            inputs.front().name = "other_" + std::to_string(i);
        }
        SourcesPanel sources;
        sources.resize(264, 600);
        sources.show();
        sources.setSources("m.keras", {"image=t.npy"}, {"image=p.npy"}, diagnosis);
        settleLayout(sources);
        bool isInView = false;
        for (const auto* card : sources.cards())
            if (card->isStrong())
                isInView = !card->visibleRegion().isEmpty();
        QVERIFY(isInView);
    }

    void aCardIsAsHighAsItsText() {
        auto diagnosis = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        diagnosis->prediction.clear();
        diagnosis->layers.clear();
        diagnosis->findings.clear();
        Error error;
        error.file = "/data/huge.npy";
        error.message = Message("e", "huge.npy promises an array of shape (1000000000000000, 10) and dtype float32, "
                                     "40.0 PB, but holds 64 B of elements.");
        diagnosis->error = error;
        SourcesPanel sources;
        sources.resize(264, 800);
        sources.show();
        sources.setSources("m.keras", {}, {"huge.npy"}, diagnosis);
        settleLayout(sources);
        bool isSaid = false;
        for (const auto* label : sources.findChildren<QLabel*>())
            if (label->isVisible() && label->text().remove(QChar(0x200B)).contains("40.0 PB")) {
                isSaid = true;
                QVERIFY2(label->height() >= label->heightForWidth(label->width()),
                         qPrintable(QString::number(label->height())));
            }
        QVERIFY(isSaid);
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

PLUMBLINE_TEST(tst_mainwindow)
#include "tst_mainwindow.moc"
