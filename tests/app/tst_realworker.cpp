#include "tests/support/testcase.h"

#include "app/window/mainwindow.h"
#include "core/formats/data/writers.h"
#include "widgets/common/style.h"
#include "widgets/panels/diagnosispanel.h"
#include "widgets/panels/inspectorpanel.h"
#include "widgets/panels/layerspanel.h"
#include "widgets/panels/noticepanel.h"
#include "widgets/panels/sourcespanel.h"
#include "widgets/panels/tensorpane.h"
#include "widgets/views/heatmapview.h"
#include "widgets/views/network/networkview.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <csignal>

using namespace plumbline;

namespace {

constexpr int patience = 60000; ///< ms; a limit, not a wait

QString demo(const char* file) {
    return test::testFile(QStringLiteral("../resources/demo/%1").arg(QLatin1String(file)));
}

struct Opened {
    CheckService* service;
    std::unique_ptr<MainWindow> window;
};

Opened window(WorkerLimits limits = {}) {
    auto service = workerService(limits);
    Opened opened{service.get(), nullptr};
    opened.window = std::make_unique<MainWindow>(std::move(service));
    opened.window->setRemembering(false);
    opened.window->resize(1440, 900);
    opened.window->show();
    return opened;
}

bool settles(MainWindow& window, const std::function<void()>& begin) {
    QSignalSpy settled(&window, &MainWindow::settled);
    begin();
    return settled.wait(patience);
}

QString codeOfFirst(const MainWindow& window) {
    const auto& model = window.diagnosisPanel()->model();
    const auto* finding = model.rowCount() > 0 ? model.finding(model.index(0, 0)) : nullptr;
    return finding ? QString::fromStdString(finding->code) : QString();
}

} // namespace

/// The window with the worker process it has in a user's hands.
class tst_realworker : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    /// Latents enough that a run takes a while and some memory.
    QString manyLatents(std::int64_t rows) {
        auto builder = TensorBuilder::zeros(DType::float32, Shape{rows, 100});
        const auto path = m_folder.filePath("latents.npy");
        return builder && writeNpy(path.toStdString(), std::move(*builder).build()) ? path : QString();
    }

private slots:
    void initTestCase() {
        installStyle(*qApp);
        qputenv("PLUMBLINE_WORKER", test::binaryFile("plumbline-worker").toLocal8Bit());
    }

    void aDemoIsDiagnosedMendedAndUndone() {
        const auto [service, window] = ::window();
        QVERIFY(settles(*window, [&] {
            window->session().open(demo("restorer/restorer.keras"), {"image=" + demo("restorer/train_images.npy")},
                                   {"image=" + demo("restorer/scan_batch.npy")});
        }));
        QCOMPARE(codeOfFirst(*window), "scale");
        const auto& panel = *window->diagnosisPanel();
        QVERIFY(panel.model().finding(panel.model().index(0, 0))->fix->verified);
        QVERIFY(window->network()->scene().calloutCard >= 0);
        QCOMPARE(window->inspector()->exactText(), "[0, 0, 0, 0] = 0");
        auto* goTo = panel.findChild<QPushButton*>("applyFix0");
        QVERIFY(goTo);
        QVERIFY(settles(*window, [&] { QTest::mouseClick(goTo, Qt::LeftButton); }));
        QCOMPARE(panel.model().causeCount(), 0);
        QCOMPARE(window->session().diagnosis()->verdict, Verdict::matches);
        QCOMPARE(window->network()->scene().calloutCard, -1);
        QVERIFY(panel.findChild<QPushButton*>("undoFix"));
        QVERIFY(settles(*window, [&] { window->session().undoStack()->undo(); }));
        QCOMPARE(codeOfFirst(*window), "scale");
        QVERIFY(window->network()->scene().calloutCard >= 0);
    }

    void theNextNanIsFoundThroughTheWholeLayer() {
        const auto [service, window] = ::window();
        QVERIFY(settles(*window, [&] {
            window->session().open(demo("dcgan/dcgan.keras"), {"z=" + demo("dcgan/latents.npy")},
                                   {"z=" + demo("dcgan/latents_nan.npy")});
        }));
        QCOMPARE(codeOfFirst(*window), "nan-in-input");
        QCOMPARE(window->inspector()->exactText(), "[5, 42] = nan");
        // The last layer shows one picture at a time; its NaN all stand in the sixth.
        const int last = static_cast<int>(window->session().diagnosis()->model->layers.size()) - 1;
        QVERIFY(settles(*window, [&] { window->selectRow(last); }));
        auto* output = window->inspector()->output();
        QCOMPARE(output->exactText(), "[5, 0, 0, 0] = nan");
        QVERIFY(settles(*window, [&] { QVERIFY(output->goTo({1, 2, 3, 0})); }));
        QVERIFY(output->exactText().startsWith("[1, 2, 3, 0] = "));
        output->goToNonFinite(1);
        QTRY_COMPARE_WITH_TIMEOUT(output->exactText(), "[5, 0, 0, 0] = nan", patience);
        output->goToNonFinite(-1);
        QTRY_COMPARE_WITH_TIMEOUT(output->exactText(), "[5, 7, 7, 0] = nan", patience);
    }

    void aModelAloneTellsOfItsOwnFaults_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("row");
        QTest::newRow("a NaN weight") << "nan_weight.keras"
                                      << "nan-in-weights"
                                      << "first";
        QTest::newRow("a negative variance") << "negative_variance.keras"
                                             << "negative-variance"
                                             << "norm";
        QTest::newRow("a Lambda") << "own_layer.keras"
                                  << "custom-layer"
                                  << "doubled";
    }
    void aModelAloneTellsOfItsOwnFaults() {
        QFETCH(QString, file);
        QFETCH(QString, code);
        QFETCH(QString, row);
        const auto path = test::testFile("fixtures/defects/" + file);
        const auto [service, window] = ::window();
        QVERIFY(settles(*window, [&] { window->openModel(path); }));
        QCOMPARE(codeOfFirst(*window), code);
        const auto& scene = window->network()->scene();
        QVERIFY(scene.calloutCard >= 0);
        const auto& card = scene.cards[static_cast<std::size_t>(scene.calloutCard)];
        QCOMPARE(QString::fromStdString(scene.layer(card).name), row);
        QVERIFY2(!scene.callout.contains("Diverges"), qPrintable(scene.callout)); // nothing ran
        const auto& where = window->session().diagnosis()->findings.front().where;
        if (where.kind == PlaceKind::weight)
            QVERIFY(window->inspector()->weight()->exactText().startsWith(
                QString::fromStdString(indexText(*where.element)) + " = "));
        // A reference alone takes none of it away, and asks for no prediction.
        QVERIFY(settles(*window, [&] { window->session().setSource(true, "x", "normal(0,1)"); }));
        QCOMPARE(codeOfFirst(*window), code);
    }

    void everySourceThatCannotBeReadSaysSo() {
        const auto [service, window] = ::window();
        QVERIFY(settles(*window, [&] {
            window->session().open(test::testFile("fixtures/defects/nan_weight.keras"), {"x=/no/such/train.npy"},
                                   {"x=/no/such/input.npy"});
        }));
        QStringList problems;
        for (const auto* label : window->findChildren<QLabel*>())
            problems << label->text();
        const auto said = problems.join('\n');
        QVERIFY(said.contains("/no/such/train.npy"));
        QVERIFY(said.contains("/no/such/input.npy"));
        QCOMPARE(codeOfFirst(*window), "nan-in-weights");
        int strong = 0;
        for (const auto* card : window->findChildren<SourceCard*>())
            strong += card->isStrong() ? 1 : 0;
        QCOMPARE(strong, 2);
    }

    void theWeightsOfAModelAloneAreShown() {
        const auto [service, window] = ::window();
        QVERIFY(settles(*window, [&] { window->openModel(demo("first/generator.keras")); }));
        const int dense = window->network()->scene().cards[1].row;
        QCOMPARE(window->selectedRow(), dense);
        auto* weight = window->inspector()->weight();
        QVERIFY(weight->exactText().startsWith("[0, 0] = "));
        QCOMPARE(weight->shape(), (Shape{10, 128}));
        QCOMPARE(weight->heatmap()->columns(), 128);
        QCOMPARE(weight->goToText("9, -1"), std::nullopt);
        QVERIFY(weight->exactText().startsWith("[9, 127] = "));
        QVERIFY(weight->goToText("10, 0")->contains("10 is outside the axis in, which has 0 … 9"));
    }

    void aKilledWorkerIsSaidAndTheWindowRunsAgain() {
        const auto [service, window] = ::window();
        auto* opened = window.get();
        auto* worker = service;
        const auto latents = manyLatents(6000);
        QVERIFY(!latents.isEmpty());
        auto killed = std::make_shared<bool>(false);
        connect(&opened->session().jobs(), &Jobs::checkPart, opened, [worker, killed](quint64, const CheckPart& part) {
            if (!part.result || *killed)
                return;
            const int pid = worker->processId();
            *killed = pid > 0 && ::kill(pid, SIGKILL) == 0; // a pid of -1 would mean everybody
        });
        QVERIFY(settles(
            *opened, [&] { opened->session().open(demo("dcgan/dcgan.keras"), {"z=normal(0,1)"}, {"z=" + latents}); }));
        QVERIFY(*killed);
        QCOMPARE(codeOfFirst(*opened), "crash");
        const auto& diagnosis = *opened->session().diagnosis();
        QVERIFY2(diagnosis.findings[0].message.text().find("SIGKILL") != std::string::npos,
                 diagnosis.findings[0].message.text().c_str());
        QVERIFY(!opened->session().isAlive());
        // What was done before stays, what was not reached says so.
        QVERIFY(!diagnosis.layers.empty());
        QVERIFY(!diagnosis.layers.front().shapes.empty());
        QVERIFY(opened->network()->scene().hasUnreached);
        QVERIFY(settles(*opened, [&] {
            opened->session().open(demo("dcgan/dcgan.keras"), {"z=normal(0,1)"}, {"z=" + demo("dcgan/one_latent.npy")});
        }));
        QVERIFY(opened->session().isAlive());
        QVERIFY(codeOfFirst(*opened) != "crash");
    }

    void aWorkerThatIsKilledWhileItWaitsIsSaid() {
        const auto [service, window] = ::window();
        QVERIFY(settles(*window, [&] {
            window->session().open(demo("dcgan/dcgan.keras"), {"z=normal(0,1)"}, {"z=" + demo("dcgan/good.npy")});
        }));
        QTRY_VERIFY(window->session().isAlive());
        const int pid = service->processId();
        QVERIFY(pid > 0 && ::kill(pid, SIGKILL) == 0);
        QTRY_VERIFY_WITH_TIMEOUT(!window->session().isAlive(), patience); // nothing was asked of it
        // What it had is told how to get back.
        QVERIFY(settles(*window, [&] { window->selectRow(2); }));
        QStringList texts;
        for (const auto* label : window->inspector()->findChildren<QLabel*>())
            if (label->isVisible())
                texts << label->text();
        QVERIFY2(texts.join('|').contains("F5"), qPrintable(texts.join('|')));
        QVERIFY(settles(*window, [&] { window->session().run(); }));
        QTRY_VERIFY(window->session().isAlive());
    }

    void aBatchThatNeedsTooMuchMemoryIsSaid() {
        if (test::sanitized)
            QSKIP("A sanitizer's shadow alone is more than any limit on memory.");
        WorkerLimits limits;
        limits.memoryBytes = 256ULL << 20;
        const auto [service, window] = ::window(limits);
        const auto latents = manyLatents(60000);
        QVERIFY(!latents.isEmpty());
        QVERIFY(settles(*window, [&] { window->session().open(demo("dcgan/dcgan.keras"), {}, {"z=" + latents}); }));
        const auto code = codeOfFirst(*window);
        QVERIFY2(code == "out-of-memory" || code == "memory", qPrintable(code));
        QVERIFY(window->network()->scene().cards.size() > 5);
        QVERIFY(settles(*window, [&] {
            window->session().open(demo("dcgan/dcgan.keras"), {}, {"z=" + demo("dcgan/one_latent.npy")});
        }));
        QVERIFY(window->network()->scene().ran);
    }

    void aReferenceAloneIsNoFault() {
        const auto [service, window] = ::window();
        QVERIFY(settles(*window, [&] { window->openModel(demo("first/generator.keras")); }));
        QVERIFY(settles(*window, [&] { window->session().setSource(true, {}, "uniform(0,1)"); }));
        QCOMPARE(window->diagnosisPanel()->model().causeCount(), 0);
        QCOMPARE(window->session().diagnosis()->training.size(), std::size_t(1));
        QVERIFY(!window->network()->scene().ran);
        QVERIFY(settles(*window, [&] { window->session().setSource(false, {}, demo("first/good.npy")); }));
        QVERIFY(window->network()->scene().ran);
    }

    void theNextNanIsFoundThroughAWeight() {
        const auto [service, window] = ::window();
        QVERIFY(settles(*window, [&] { window->openModel(demo("first/generator.keras")); }));
        auto* weight = window->inspector()->weight();
        QCOMPARE(window->inspector()->activePane(), weight);
        weight->goToNonFinite(1); // nobody has counted: it is looked for
        bool isSaid = false;
        for (const auto* label : weight->findChildren<QLabel*>())
            isSaid |= label->isVisible() && label->text().contains("no NaN");
        QVERIFY(isSaid);
    }

    void aDamagedHdf5FileIsExplained() {
        const auto [service, window] = ::window();
        QFile file(m_folder.filePath("damaged.h5"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray("\x89HDF\r\n\x1a\n", 8) + QByteArray(4000, '\x5a'));
        file.close();
        QVERIFY(settles(*window, [&] { window->openModel(file.fileName()); }));
        QVERIFY(window->notice()->isVisible());
        QCOMPARE(window->notice()->notice().title, "damaged.h5 cannot be read");
        QVERIFY2(window->notice()->notice().text.contains("damaged.h5"), qPrintable(window->notice()->notice().text));
        QVERIFY(window->session().isAlive());
    }

    void anArrayThatCannotBeReadSaysSoOnItsCard() {
        const auto [service, window] = ::window();
        QFile file(m_folder.filePath("promise.npy"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        auto header = QByteArray("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000, 10), }");
        header = header.leftJustified(117, ' ') + '\n';
        file.write(QByteArray("\x93NUMPY\x01\x00", 8) + char(header.size()) + '\0' + header + QByteArray(64, '\0'));
        file.close();
        QVERIFY(settles(*window, [&] {
            window->session().open(demo("first/generator.keras"), {"z=" + demo("first/train.npy")},
                                   {"z=" + file.fileName()});
        }));
        QString told;
        for (const auto* card : window->sources()->cards())
            if (card->kind() == SourceKind::prediction)
                told = card->accessibleDescription();
        QVERIFY2(told.contains("1000000000000000") && told.contains("holds 64 B"), qPrintable(told));
        QVERIFY(window->network()->isVisible()); // the model stays
    }

    void aModelThatCannotBeReadIsExplainedWhereItWouldStand() {
        const auto [service, window] = ::window();
        QFile file(m_folder.filePath("broken.keras"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("PK but no more") > 0);
        file.close();
        QVERIFY(settles(*window, [&] { window->openModel(file.fileName()); }));
        QVERIFY(window->notice()->isVisible());
        QVERIFY(!window->network()->isVisible());
        QCOMPARE(window->notice()->notice().title, "broken.keras cannot be read");
        QVERIFY(window->notice()->notice().text.contains("broken.keras"));
        QVERIFY(!window->notice()->notice().actions.isEmpty());
        QVERIFY(settles(*window, [&] { window->openModel(demo("first/generator.keras")); }));
        QVERIFY(!window->notice()->isVisible());
        QVERIFY(window->network()->isVisible());
    }
};

PLUMBLINE_TEST(tst_realworker)
#include "tst_realworker.moc"
