#include "tests/support/testcase.h"

#include "tests/support/window/diagnosisfixture.h"
#include "widgets/views/network/networkview.h"

#include <QSignalSpy>

using namespace plumbline;

namespace {

/// dense_0 … dense_29, a model `block` with inner_0 … inner_39, head: big enough that the block begins folded.
std::shared_ptr<Diagnosis> nested() {
    auto large = std::make_shared<Diagnosis>(*test::diagnosisFixture("feature-count"));
    large->findings.clear();
    large->layers.clear();
    auto& layers = large->model->layers;
    const auto one = layers[1];
    const auto add = [&](std::string name, int parent) {
        auto layer = one;
        layer.name = std::move(name);
        layer.parent = parent;
        layer.sources = {static_cast<int>(layers.size()) - 1};
        layers.push_back(layer);
    };
    layers.resize(1);
    for (int i = 0; i < 30; ++i)
        add("dense_" + std::to_string(i), -1);
    const int block = static_cast<int>(layers.size());
    add("block", -1);
    layers.back().isContainer = true;
    layers.back().type = "Functional";
    for (int i = 0; i < 40; ++i) {
        add("block/inner_" + std::to_string(i), block);
        if (i == 0)
            layers.back().sources = {block - 1};
    }
    add("head", -1);
    layers.back().sources = {block};
    return large;
}

constexpr int block = 31, inner5 = 37, head = 72;

} // namespace

class tst_foldednetwork : public QObject {
    Q_OBJECT
private slots:
    void aLayerInsideAFoldedModelIsShownWhenChosen() {
        NetworkView view;
        view.resize(900, 640);
        view.show();
        view.setDiagnosis(nested());
        QCOMPARE(view.shownRow(inner5), block);
        QSignalSpy selected(&view, &NetworkView::rowSelected);
        view.selectRow(inner5);
        QCOMPARE(view.selectedRow(), inner5);
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected[0][0].toInt(), inner5);
        const int card = view.scene().cardOfRow(inner5);
        QVERIFY(QRectF(view.rect()).contains(view.cardRect(card)));
    }

    void aModelFileThatBecameAnotherOneIsFoldedByItsOwnLayers() {
        NetworkView view;
        view.resize(900, 640);
        view.show();
        view.setDiagnosis(nested());
        view.selectRow(inner5);
        view.setDiagnosis(nested());
        QCOMPARE(view.selectedRow(), inner5); // a run again keeps what was looked at
        const auto other = nested();          // as many layers, under the same path
        for (auto& layer : other->model->layers)
            layer.name = "other_" + layer.name;
        view.setDiagnosis(other);
        QCOMPARE(view.selectedRow(), -1);
        QCOMPARE(view.shownRow(inner5), block);
    }

    void aSearchReachesIntoFoldedModels() {
        NetworkView view;
        view.resize(900, 640);
        view.show();
        view.setDiagnosis(nested());
        view.setFindText("inner_5");
        QCOMPARE(view.foundRows(), QList<int>{inner5});
        QCOMPARE(view.shownRow(inner5), block); // found in the card that stands for it
        view.nextFound(1);
        QCOMPARE(view.selectedRow(), inner5);
    }

    void theNextLayerFoundGoesRound() {
        NetworkView view;
        view.resize(900, 640);
        view.show();
        view.setDiagnosis(nested());
        view.setFindText("head");
        view.nextFound(-1);
        QCOMPARE(view.selectedRow(), head);
        view.setFindText("dense_1");
        QCOMPARE(view.foundRows().size(), 11);
        view.nextFound(1);
        QCOMPARE(view.selectedRow(), 2);
        view.nextFound(-1);
        QCOMPARE(view.selectedRow(), 20);
        view.setFindText("no such layer");
        view.nextFound(1);
        QCOMPARE(view.selectedRow(), 20);
    }
};

PLUMBLINE_TEST(tst_foldednetwork)
#include "tst_foldednetwork.moc"
