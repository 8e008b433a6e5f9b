#include "tests/support/testcase.h"

#include "tests/support/window/diagnosisfixture.h"
#include "widgets/views/network/networklayout.h"
#include "widgets/views/network/networkpainter.h"
#include "widgets/views/network/networkview.h"

#include <QElapsedTimer>
#include <QImage>
#include <QPainter>

using namespace plumbline;

namespace {

LayoutRequest chain(int length, QSizeF viewport) {
    LayoutRequest request;
    request.card = {212, 66};
    request.viewport = viewport;
    for (int i = 0; i < length; ++i)
        request.sources.push_back(i == 0 ? std::vector<int>{} : std::vector<int>{i - 1});
    return request;
}

void nothingOverlaps(const NetworkLayout& layout) {
    for (std::size_t i = 0; i < layout.nodes.size(); ++i)
        for (std::size_t j = i + 1; j < layout.nodes.size(); ++j)
            QVERIFY2(!layout.nodes[i].frame.intersects(layout.nodes[j].frame),
                     qPrintable(QStringLiteral("%1 and %2").arg(i).arg(j)));
}

} // namespace

class tst_networklayout : public QObject {
    Q_OBJECT
private slots:
    void aShortChainRunsDownwards() {
        const auto layout = NetworkLayout::of(chain(4, {800, 600}));
        for (int i = 1; i < 4; ++i) {
            QCOMPARE(layout.nodes[i].frame.left(), layout.nodes[0].frame.left());
            QVERIFY(layout.nodes[i].frame.top() > layout.nodes[i - 1].frame.bottom());
        }
    }

    void aLongChainWrapsIntoColumns() {
        const auto layout = NetworkLayout::of(chain(30, {1000, 600}));
        nothingOverlaps(layout);
        QVERIFY(layout.nodes.back().column >= 1);
        for (std::size_t i = 1; i < layout.nodes.size(); ++i)
            QVERIFY(layout.nodes[i].column > layout.nodes[i - 1].column ||
                    layout.nodes[i].line == layout.nodes[i - 1].line + 1);
    }

    void aRowOfManyInputsIsWrappedWhatReadsThemWithIt() {
        LayoutRequest request;
        request.card = {212, 66};
        request.leastRowGap = 12;
        request.viewport = {720, 480};
        std::vector<int> all;
        for (int i = 0; i < 20; ++i)
            request.sources.emplace_back();
        for (int i = 0; i < 20; ++i) {
            request.sources.push_back({i});
            all.push_back(20 + i);
        }
        request.sources.push_back(all);
        const auto layout = NetworkLayout::of(request);
        nothingOverlaps(layout);
        QVERIFY2(layout.scale > 0.4, qPrintable(QString::number(layout.scale)));
        for (std::size_t i = 0; i < 20; ++i) {
            QVERIFY(layout.nodes[i].isWrapped);
            QCOMPARE(layout.nodes[20 + i].frame.left(), layout.nodes[i].frame.left());
            QCOMPARE(layout.nodes[20 + i].line, layout.nodes[i].line + 1);
            QVERIFY(layout.nodes[40].line > layout.nodes[20 + i].line);
        }
    }

    void aWideNetworkBeginsAtTheLeftOfItsView() {
        auto wide = std::make_shared<Diagnosis>();
        wide->model.emplace();
        for (int i = 0; i < 200; ++i) {
            LayerSummary layer;
            layer.name = "layer_" + std::to_string(i);
            layer.type = "Dense";
            if (i > 0)
                layer.sources = {i - 1};
            wide->model->layers.push_back(layer);
        }
        NetworkView view;
        view.resize(800, 600);
        view.setDiagnosis(wide);
        QVERIFY(view.scene().bounds.width() * view.zoom() > 800);
        QVERIFY2(view.cardRect(0).left() < 100, qPrintable(QString::number(view.cardRect(0).left())));
    }

    void theLegendStaysWithinItsRoom() {
        const auto scene = NetworkScene::of(test::diagnosisFixture("scale"), {}, {900, 600});
        QImage image(900, 100, QImage::Format_RGB32);
        QPainter painter(&image);
        const double whole = paintLegend(painter, {0, 100}, scene, 900).width();
        QVERIFY2(whole > 300, qPrintable(QString::number(whole)));
        const double narrow = paintLegend(painter, {0, 100}, scene, 300).width();
        QVERIFY2(narrow <= 300, qPrintable(QString::number(narrow)));
    }

    void aRowOfAFewStaysARow() {
        LayoutRequest request;
        request.card = {212, 66};
        request.viewport = {720, 480};
        request.sources.resize(6);
        request.sources.push_back({0, 1, 2, 3, 4, 5});
        const auto layout = NetworkLayout::of(request);
        for (std::size_t i = 0; i < 6; ++i)
            QCOMPARE(layout.nodes[i].line, 0);
    }

    void aUNetFoldsSoThatItsSkipIsLevel() {
        auto request = chain(10, {1000, 600});
        request.sources[7].push_back(2);
        const auto layout = NetworkLayout::of(request);
        QVERIFY(layout.isFolded);
        nothingOverlaps(layout);
        QCOMPARE(layout.nodes[7].frame.top(), layout.nodes[2].frame.top());
        QVERIFY(layout.nodes[7].frame.left() > layout.nodes[2].frame.right());
        QCOMPARE(layout.nodes[9].frame.top(),
                 layout.nodes[0].frame.top()); // as the picture has it: both arms end level
        QCOMPARE(layout.nodes[5].column, 1);
    }

    void nestedSkipsAreAllLevel() {
        auto request = chain(20, {1000, 800});
        request.sources[18].push_back(1);
        request.sources[15].push_back(3);
        request.sources[12].push_back(7);
        const auto layout = NetworkLayout::of(request);
        nothingOverlaps(layout);
        for (const auto& [from, to] : {std::pair(1, 18), std::pair(3, 15), std::pair(7, 12)})
            QCOMPARE(layout.nodes[static_cast<std::size_t>(to)].line,
                     layout.nodes[static_cast<std::size_t>(from)].line);
    }

    void branchesStandSideBySide() {
        LayoutRequest request = chain(1, {800, 600});
        request.sources = {{}, {0}, {0}, {1, 2}, {}, {3, 4}};
        const auto layout = NetworkLayout::of(request);
        nothingOverlaps(layout);
        QCOMPARE(layout.nodes[1].frame.top(), layout.nodes[2].frame.top());
        QCOMPARE(layout.nodes[4].rank, layout.nodes[5].rank - 1); // a late input stands by its reader, not at the top
    }

    void everySkipThatCrossesStillGivesALayout() {
        auto request = chain(12, {800, 600});
        request.sources[7].push_back(1);
        request.sources[11].push_back(4);
        const auto layout = NetworkLayout::of(request);
        QVERIFY(!layout.isFolded);
        nothingOverlaps(layout);
    }

    void nothingGivesNothing() { QCOMPARE(NetworkLayout::of({}).nodes.size(), std::size_t(0)); }

    void theScenePutsTheDivergenceOnItsPath() {
        const auto scene = NetworkScene::of(test::diagnosisFixture("scale"), {}, {800, 600});
        QCOMPARE(scene.cards.size(), std::size_t(10));
        QCOMPARE(scene.edges.size(), std::size_t(10));
        QCOMPARE(scene.calloutCard, 0);
        for (const auto& card : scene.cards)
            QVERIFY(card.onPath);
        QVERIFY(scene.hasDivergence);
        QVERIFY(!scene.hasUnreached);
        QVERIFY(cardDescription(scene, scene.cards[1]).contains("divergence 96×"));
        QCOMPARE(scene.cardAt(scene.cards[3].frame.center()), 3);
        QCOMPARE(scene.cardAt({-500, -500}), -1);
    }

    void aTypeThatIsCastWithoutHarmIsNoDivergence() {
        auto diagnosis = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        diagnosis->prediction[0].dtype = DType::float64; // as a table without types of its own is read
        const auto isOff = [&] { return NetworkScene::of(diagnosis, {}, {800, 600}).cards[0].gotIsOff; };
        QVERIFY(!isOff());
        Finding finding;
        finding.code = "dtype";
        finding.severity = Severity::note;
        finding.where = diagnosis->findings[0].where;
        diagnosis->findings.push_back(finding);
        QVERIFY(!isOff());
        diagnosis->findings.back().severity = Severity::error;
        QVERIFY(isOff());
    }

    void whatWasNotReachedSaysSo() {
        const auto scene = NetworkScene::of(test::diagnosisFixture("feature-count"), {}, {800, 600});
        QCOMPARE(scene.cards[0].lines, (QStringList{"expected (None, 10) f32", "got      (60, 9) f64"}));
        QCOMPARE(scene.cards[2].lines.value(1), "not reached");
        QVERIFY(scene.hasUnreached);
        QCOMPARE(scene.edges[0].label, "(60, 9)");
        QVERIFY(!scene.edges[1].isReached);
    }

    void aNestedModelFoldsToOneCard() {
        auto nested = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        nested->layers.clear();
        auto& layers = nested->model->layers;
        // bn1 … neck stand inside down1.
        layers[1].isContainer = true;
        for (const int row : {2, 3, 4, 5})
            layers[static_cast<std::size_t>(row)].parent = 1;
        const auto open = NetworkScene::of(nested, {}, {800, 600});
        QCOMPARE(open.cards.size(), std::size_t(9));
        const auto folded = NetworkScene::of(nested, {1}, {800, 600});
        QCOMPARE(folded.cards.size(), std::size_t(6));
        QCOMPARE(folded.cards[1].foldedLayers, 4);
        QCOMPARE(folded.cardOfRow(4), 1);
    }
};

PLUMBLINE_TEST(tst_networklayout)
#include "tst_networklayout.moc"
