#include "tests/support/testcase.h"

#include "tests/support/window/diagnosisfixture.h"
#include "widgets/common/histogramview.h"
#include "widgets/common/thumbnails.h"
#include "widgets/panels/sourcespanel.h"

#include <QInputDialog>
#include <QSignalSpy>

using namespace plumbline;

class tst_sourcespanel : public QObject {
    Q_OBJECT
private slots:
    void aFileGivenToNoInputIsAskedAbout() {
        auto several = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        several->model->inputs.push_back({"label", {Dim::symbol("batch"), Dim(1)}, DType::int32});
        SourcesPanel panel;
        panel.setSources("m.keras", {"image=t.npy"}, {}, several);
        QSignalSpy given(&panel, &SourcesPanel::sourceGiven);
        panel.offerInputs(SourceKind::training, "/data/labels.npy");
        auto* dialog = panel.findChild<QInputDialog*>();
        QVERIFY(dialog);
        QVERIFY2(dialog->labelText().contains("labels.npy"), qPrintable(dialog->labelText()));
        QVERIFY2(dialog->textValue().startsWith("label "), qPrintable(dialog->textValue())); // the image has its source
        dialog->accept();
        QCOMPARE(given.size(), 1);
        QCOMPARE(given[0][1].toString(), "label");
        QCOMPARE(given[0][2].toString(), "/data/labels.npy");
    }

    void picturesOfAFileThatIsNoPictureAnyMoreAreGone() {
        const auto diagnosis = test::diagnosisFixture("scale");
        SourcesPanel panel;
        panel.setSources("m.keras", {"t.npy"}, {"p.npy"}, diagnosis);
        QImage picture(16, 16, QImage::Format_RGB32);
        picture.fill(Qt::gray);
        for (const bool training : {true, false})
            panel.setThumbnails(training, 0, {picture, picture});
        const auto shown = [&] {
            std::size_t count = 0;
            for (const auto* view : panel.findChildren<Thumbnails*>())
                count += view->count();
            return count;
        };
        QCOMPARE(shown(), std::size_t{4});
        panel.keepThumbnails({{true, 0}});
        QCOMPARE(shown(), std::size_t{2});
        auto later = std::make_shared<Diagnosis>(*diagnosis); // cards are made anew
        later->prediction.front().rows += 1;
        later->prediction.front().shape[0] += 1;
        panel.setSources("m.keras", {"t.npy"}, {"p.npy"}, later);
        QCOMPARE(shown(), std::size_t{2});
    }

    void ofManyInputsTheCalmOnesTakeLittleRoom() {
        auto diagnosis = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        const auto input = diagnosis->model->inputs.front();
        const auto calm = diagnosis->training.front();
        for (int i = 0; i < 8; ++i) {
            const auto name = "calm_" + std::to_string(i);
            diagnosis->model->inputs.push_back(input);
            diagnosis->model->inputs.back().name = name;
            for (auto* sources : {&diagnosis->training, &diagnosis->prediction}) {
                sources->push_back(calm);
                sources->back().input = name;
            }
        }
        SourcesPanel panel;
        panel.setSources("m.keras", {"t.npz"}, {"p.npz"}, diagnosis);
        for (const auto* card : panel.cards())
            if (card->kind() != SourceKind::model)
                QCOMPARE(card->findChildren<HistogramView*>().size(), card->input() == "image" ? 1 : 0);
    }

    void aWideRangeIsNotShortened() {
        auto diagnosis = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        auto& statistics = diagnosis->prediction.front().statistics;
        statistics.min = -0.978484;
        statistics.max = 182930;
        SourcesPanel panel;
        panel.resize(panel.minimumWidth(), 400);
        panel.setSources("m.keras", {"t.npy"}, {"p.npy"}, diagnosis);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QStringList texts;
        for (const auto* label : panel.findChildren<ElidedLabel*>())
            if (texts << label->text(); label->text().contains("1.83e+05"))
                QVERIFY2(label->width() >= label->sizeHint().width() - 2, qPrintable(label->text()));
        QVERIFY(texts.join('|').contains("1.83e+05"));
    }

    void cardsThatTellTheSameStayWithTheirFocus() {
        const auto scale = test::diagnosisFixture("scale");
        SourcesPanel panel;
        panel.setSources("m.keras", {"t.npy"}, {"p.npy"}, scale);
        panel.show();
        const auto before = panel.cards();
        before[1]->setFocus();
        auto later = std::make_shared<Diagnosis>(*scale);
        later->layers.front().microseconds += 1;
        panel.setSources("m.keras", {"t.npy"}, {"p.npy"}, later);
        QCOMPARE(panel.cards(), before);
        later->prediction.front().statistics.nan += 1;
        panel.setSources("m.keras", {"t.npy"}, {"p.npy"}, later);
        QVERIFY(panel.cards() != before);
        QCOMPARE(panel.focusWidget(), panel.cards()[1]);
    }
};

PLUMBLINE_TEST(tst_sourcespanel)
#include "tst_sourcespanel.moc"
