#include "tests/support/testcase.h"

#include "tests/support/window/diagnosisfixture.h"
#include "widgets/common/colormap.h"
#include "widgets/common/icons.h"
#include "widgets/common/palette.h"
#include "widgets/common/thumbnails.h"
#include "widgets/common/wording.h"
#include "widgets/panels/welcomepanel.h"
#include "widgets/views/channelbars.h"
#include "widgets/views/distributionplot.h"
#include "widgets/views/heatmapview.h"
#include "widgets/views/network/networkview.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <cmath>

using namespace plumbline;

class tst_views : public QObject {
    Q_OBJECT
private slots:
    void aHeatmapShowsWhatIsNoNumberInItsOwnColour() {
        HeatmapView view;
        view.resize(200, 200);
        view.setValues({0, 1, NAN, HUGE_VAL, -HUGE_VAL, 0.5, 2, 3, 4}, 3, 3);
        QCOMPARE(view.from(), 0.0);
        QCOMPARE(view.to(), 4.0);
        view.pick(2, 2);
        const auto image = view.grab().toImage();
        const auto at = [&](int row, int column) {
            return image.pixelColor(view.cellRect(row, column).center().toPoint() - QPoint(20, 20));
        };
        QVERIFY(at(0, 2) == color(Role::nan) || at(0, 2).hueF() == mixed(color(Role::nan), Qt::white, 0.55).hueF());
        QCOMPARE(at(0, 0).rgb(), scaleColor(0));
        QVERIFY(scaleColor(0) != scaleColor(1));
        QVERIFY(view.pickNonFinite(1));
        QCOMPARE(view.pickedRow(), 0);
        QCOMPARE(view.pickedColumn(), 2);
    }

    void aHeatmapIsPickedByMouseAndKeys() {
        HeatmapView view;
        view.resize(200, 200);
        view.setValues(std::vector<double>(100, 1.0), 10, 10);
        QSignalSpy picked(&view, &HeatmapView::picked);
        QTest::mouseClick(&view, Qt::LeftButton, {}, view.cellRect(3, 4).center().toPoint());
        QCOMPARE(view.pickedRow(), 3);
        QCOMPARE(view.pickedColumn(), 4);
        QTest::keyClick(&view, Qt::Key_Down);
        QCOMPARE(view.pickedRow(), 4);
        QCOMPARE(picked.size(), 2);
    }

    void channelsStandByTheirDivergence() {
        ChannelBars bars;
        bars.setDivergence({1, 9, 3, NAN, 7});
        QCOMPARE(bars.count(), 4);
        QCOMPARE(bars.channelAt(0), 1);
        QCOMPARE(bars.channelAt(1), 4);
    }

    void theDistributionDrawsBothSides() {
        const auto diagnosis = test::diagnosisFixture("scale");
        DistributionPlot plot;
        plot.setStatistics(&*diagnosis->layers[1].training, &diagnosis->layers[1].statistics);
        QCOMPARE(plot.seriesCount(), 2);
        plot.setStatistics(nullptr, &diagnosis->layers[1].statistics);
        QCOMPARE(plot.seriesCount(), 1);
    }

    void bothLayoutsOfImagesGiveTheSamePictures() {
        std::vector<float> values(2 * 3 * 4 * 4);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<float>(i % 7);
        const auto first = Tensor::of<float>(Shape{2, 3, 4, 4}, std::span<const float>(values));
        const auto last = first.transposed(std::array<std::size_t, 4>{0, 2, 3, 1}).contiguous();
        QVERIFY(last.has_value());
        const auto a = imagesOf(first, false, 8), b = imagesOf(*last, true, 8);
        QCOMPARE(a.size(), std::size_t(2));
        QVERIFY(a == b);
        QVERIFY(imagesOf(Tensor::of<float>(Shape{2, 2}, {1.F, 2.F, 3.F, 4.F}), true, 8).empty());
    }

    void theNetworkIsWalkedByKeys() {
        NetworkView view;
        view.resize(900, 640);
        view.show();
        view.setDiagnosis(test::diagnosisFixture("scale"));
        QSignalSpy selected(&view, &NetworkView::rowSelected);
        QTest::keyClick(&view, Qt::Key_Down);
        QCOMPARE(view.selectedRow(), 0); // begins at the divergence
        QTest::keyClick(&view, Qt::Key_Down);
        QCOMPARE(view.selectedRow(), 1);
        QTest::keyClick(&view, Qt::Key_Down);
        QTest::keyClick(&view, Qt::Key_Right);
        QCOMPARE(view.selectedRow(), 7); // across the skip
        QCOMPARE(selected.size(), 4);
    }

    void theNetworkIsZoomedAroundThePointerAndFits() {
        NetworkView view;
        view.resize(900, 640);
        view.show();
        view.setDiagnosis(test::diagnosisFixture("scale"));
        for (std::size_t i = 0; i < view.scene().cards.size(); ++i)
            QVERIFY(QRectF(view.rect()).contains(view.cardRect(static_cast<int>(i))));
        const auto before = view.zoom();
        view.zoomIn();
        QVERIFY(view.zoom() > before);
        view.fit();
        for (std::size_t i = 0; i < view.scene().cards.size(); ++i)
            QVERIFY(QRectF(view.rect()).contains(view.cardRect(static_cast<int>(i))));
    }

    void aCardIsClicked() {
        NetworkView view;
        view.resize(900, 640);
        view.show();
        view.setDiagnosis(test::diagnosisFixture("scale"));
        QTest::mouseClick(&view, Qt::LeftButton, {}, view.cardRect(5).center().toPoint());
        QCOMPARE(view.selectedRow(), 5);
    }

    void aThousandLayersAreDrawnAndSelected() {
        auto large = std::make_shared<Diagnosis>(*test::diagnosisFixture("feature-count"));
        large->findings.clear();
        large->layers.clear();
        auto& layers = large->model->layers;
        const auto one = layers[1];
        while (layers.size() < 1000) {
            layers.push_back(one);
            layers.back().name = "dense_" + std::to_string(layers.size());
            layers.back().sources = {static_cast<int>(layers.size()) - 2};
        }
        NetworkView view;
        view.resize(900, 640);
        view.show();
        view.setDiagnosis(large);
        QVERIFY(!view.grab().isNull());
        view.selectRow(999);
        QVERIFY(QRectF(view.rect()).intersects(view.cardRect(999)));
    }

    void everyIconIsThere() {
        for (const auto& file : QDir(":/icons").entryList({"*.svg"}))
            QVERIFY2(!icon(file.chopped(4)).pixmap(16, 16).isNull(), qPrintable(file));
        QVERIFY(QDir(":/icons").entryList({"*.svg"}).size() > 15);
        QVERIFY(icon("no-such-icon").isNull());
    }

    void textStandsOutFromItsGroundInBothAppearances() {
        // WCAG 2.1's contrast ratio: 4.5 for text.
        const auto luminance = [](const QColor& c) {
            const auto part = [](double v) { return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
            return 0.2126 * part(c.redF()) + 0.7152 * part(c.greenF()) + 0.0722 * part(c.blueF());
        };
        for (const auto appearance : {Appearance::light, Appearance::dark})
            for (const auto& [ink, ground] :
                 {std::pair(Role::text, Role::surface), std::pair(Role::text, Role::window),
                  std::pair(Role::secondaryText, Role::surface), std::pair(Role::secondaryText, Role::sunken),
                  std::pair(Role::verified, Role::verifiedSoft), std::pair(Role::onAccent, Role::accent)}) {
                const double a = luminance(colorOf(ink, appearance)), b = luminance(colorOf(ground, appearance));
                const double ratio = (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
                QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("%1 on %2: %3")
                                                      .arg(static_cast<int>(ink))
                                                      .arg(static_cast<int>(ground))
                                                      .arg(ratio)));
            }
    }

    void numbersReadAsAUserWritesThem() {
        QCOMPARE(timesText(118.2), "118×");
        QCOMPARE(timesText(9.13), "9.1×");
        QCOMPARE(timesText(0.8), "0.80×");
        QCOMPARE(timesText(12345), "12,345×");
        QCOMPARE(valueText(NAN), "NaN");
        QCOMPARE(valueText(-HUGE_VAL), "-Inf");
        QCOMPARE(durationText(1900), "1.9 ms");
        QCOMPARE(percentText(1, 8), "12.5 %");
    }

    void aLongNameIsBrokenAndAShortOneIsCopiedAsItIs() {
        QCOMPARE(breakable("conv2_block1_1_bn"), "conv2_block1_1_bn");
        const QString named = "encoder_block_0_self_attention_query_projection", solid(100, 'x');
        QCOMPARE(breakable(named).remove(QChar(0x200B)), named);
        QVERIFY(breakable(named).contains("encoder_" + QString(QChar(0x200B)) + "block_"));
        for (const auto& part : breakable(solid).split(QChar(0x200B)))
            QVERIFY(part.size() <= 24);
    }

    void aNaNInAPixelOfAHeatmapIsSeen() {
        HeatmapView view;
        view.resize(200, 200);
        std::vector<double> values(400 * 400, 1.0);
        values[100 * 400 + 200] = NAN;
        view.setValues(values, 400, 400);
        const auto image = view.grab().toImage();
        int seen = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                seen += image.pixelColor(x, y) == color(Role::nan);
        QVERIFY2(seen >= 9, qPrintable(QString::number(seen)));
    }

    void aMessageNamesItsPlaceInBoldAndEscapesIt() {
        const Message message("id", "Input {input} holds {map}.",
                              {{"input", std::string("<b>z")}, {"map", std::string("x/255")}});
        const auto html = messageHtml(message);
        QVERIFY2(html.contains("<b>&lt;b&gt;z</b>"), qPrintable(html));
        QVERIFY(html.contains("font-family"));
    }

    void aSentenceInTheWindowHasTheWordsOfItsText() {
        for (const std::int64_t rows : {1, 7}) {
            const Message message("id", "{rows} {rows|row|rows} of {input} {rows|does|do} not fit.",
                                  {{"rows", rows}, {"input", std::string("z")}});
            auto html = messageHtml(message);
            html.remove(QRegularExpression("<[^>]*>"));
            QCOMPARE(html, QString::fromStdString(message.text()));
        }
    }

    void demosAreFoundBesideTheirList() {
        QTemporaryDir folder;
        QFile file(folder.filePath("demos.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            R"json({"demos": [{"title": "It fails", "summary": "A model.", "model": "m.keras", "training": ["z=normal(0,1)", "label=labels.npy"], "prediction": ["x.npy"]}]})json");
        file.close();
        const auto demos = readDemos(file.fileName());
        QCOMPARE(demos.size(), std::size_t(1));
        QCOMPARE(demos[0].title, "It fails");
        QCOMPARE(demos[0].model, folder.filePath("m.keras"));
        QCOMPARE(demos[0].training, (QStringList{"z=normal(0,1)", "label=" + folder.filePath("labels.npy")}));
        QString problem;
        QVERIFY(readDemos(folder.filePath("none.json"), &problem).empty());
        QVERIFY(problem.contains("none.json"));
    }
};

PLUMBLINE_TEST(tst_views)
#include "tst_views.moc"
