#include "core/diagnosis/comparison.h"
#include "core/report/json.h"
#include "core/report/text.h"
#include "tests/core/diagnosis/casebuilder.h"

#include <algorithm>

using namespace plumbline;
using namespace plumbline::test;

namespace {

std::string gapsOf(const Diagnosis& diagnosis) {
    std::string out;
    for (const auto& gap : notCompared(diagnosis))
        out.append(out.empty() ? "" : " ").append(gap.text());
    return out;
}

/// Pictures of 8 x 8 x 1 that meet `type` before anything else.
std::shared_ptr<const Model> behindLayer(const std::string& type, bool isRead) {
    ModelBuilder b;
    auto x = b.input("image", {Dim::symbol("batch"), 8, 8, 1});
    x = b.layer("front", type, isRead ? "Identity" : "Unsupported", {x});
    if (!isRead) {
        auto& layer = b.graph().layer(b.graph().value(x).layer);
        layer.problem = {
            LayerProblem::Kind::custom,
            failure(ErrorCode::unsupported, "lambda", "Layer {layer} is a Lambda.", {{"layer", layer.name}}).error()};
    }
    return b.finish({b.conv("conv", x, 1, 2, 1, "Relu")});
}

} // namespace

/// An answer claims no more than was held against training, and each of training's figures says of which rows it is.
class tst_comparison : public QObject {
    Q_OBJECT
private slots:
    void withoutAReferenceNothingIsSaidToBeNormal() {
        Numbers numbers(1);
        const auto session = Case(twoDense()).predict(numbers.uniform({4, 10})).run();
        VERIFY_RESULT(session);
        QCOMPARE(session->diagnosis.verdict, Verdict::matches);
        QCOMPARE(against(session->diagnosis), Against::model);
        QCOMPARE(gapsOf(session->diagnosis), std::string("Nothing wrong in the files, the shapes and the numbers "
                                                         "themselves; no training reference was given."));
        QVERIFY(!isWhollyCompared(session->diagnosis));
    }

    void withAReferenceThatFitsAllIsCompared() {
        Numbers numbers(2);
        const auto session = Case(twoDense()).train(numbers.uniform({400, 10})).predict(numbers.uniform({4, 10})).run();
        VERIFY_RESULT(session);
        QCOMPARE(session->diagnosis.verdict, Verdict::matches);
        QCOMPARE(against(session->diagnosis), Against::training);
        QCOMPARE(gapsOf(session->diagnosis), std::string());
        QVERIFY(isWhollyCompared(session->diagnosis));
    }

    void anInputWithoutAReferenceIsNamed() {
        Numbers numbers(3);
        const auto session = Case(conditional())
                                 .train(numbers.normal({400, 8}), "z")
                                 .predict(numbers.normal({4, 8}), "z")
                                 .predict(numbers.integers({4, 1}, 0, 10), "label")
                                 .run();
        VERIFY_RESULT(session);
        QCOMPARE(session->diagnosis.verdict, Verdict::matches);
        QCOMPARE(against(session->diagnosis), Against::training);
        QCOMPARE(gapsOf(session->diagnosis),
                 std::string("Input label was not compared: no training reference was given for it. No layer was "
                             "compared: that takes a reference that fits for every input."));
        QVERIFY(!isWhollyCompared(session->diagnosis));
    }

    void aReferenceThatDoesNotFitComparesNothing() {
        Numbers numbers(4);
        const auto session = Case(twoDense()).train(numbers.uniform({400, 7})).predict(numbers.uniform({4, 10})).run();
        VERIFY_RESULT(session);
        QCOMPARE(session->diagnosis.verdict, Verdict::matches); // a note on the reference
        QCOMPARE(against(session->diagnosis), Against::model);
        const auto said = gapsOf(session->diagnosis);
        QVERIFY2(said.starts_with("Input z was not compared: its training reference "), said.c_str());
        QVERIFY2(said.find("does not fit the model. No layer was compared") != std::string::npos, said.c_str());
    }

    void aReferenceOfOneRowSaysNothingOfLayers() {
        Numbers numbers(5);
        const auto session = Case(twoDense()).train(numbers.uniform({1, 10})).predict(numbers.uniform({1, 10})).run();
        VERIFY_RESULT(session);
        QCOMPARE(gapsOf(session->diagnosis),
                 std::string("No layer was compared: the training reference has one row, which does not say how far "
                             "layers move."));
        for (std::size_t i = 0; i < session->diagnosis.layers.size(); ++i)
            QVERIFY(session->diagnosis.model->layers[i].isInput || !session->diagnosis.layers[i].divergence);
    }

    /// An index that is out of range in every training row: the run breaks off at the table.
    void whereTrainingItselfDoesNotRunLayersAreNotCalledNormal() {
        ModelBuilder b;
        const auto words = b.input("words", {Dim::symbol("batch"), 4}, DType::int32);
        const auto model = b.finish({b.embedding("table", words, 10, 3)});
        Numbers numbers(6);
        const auto session = Case(model)
                                 .train(numbers.integers({40, 4}, 20, 30, DType::int32))
                                 .predict(numbers.integers({3, 4}, 0, 10, DType::int32))
                                 .run();
        VERIFY_RESULT(session);
        QVERIFY(!session->diagnosis.layers.back().shapes.empty());
        QVERIFY2(!session->diagnosis.layers.back().divergence, "training did not reach the table");
        const auto said = gapsOf(session->diagnosis);
        QCOMPARE(said, std::string("No layer was compared: the model does not run on the training reference."));
    }

    void trainingsFiguresSayOfWhichRowsTheyAre() {
        Numbers numbers(7);
        const auto session = Case(twoDense()).train(numbers.normal({4000, 10})).predict(numbers.normal({4, 10})).run();
        VERIFY_RESULT(session);
        const auto& diagnosis = session->diagnosis;
        const auto& source = diagnosis.training.front();
        // The input's row tells the same numbers as the card of its file, whatever sample the layers ran on.
        QCOMPARE(diagnosis.layers[0].trainingRows, std::int64_t{4000});
        QCOMPARE(diagnosis.layers[0].training->min, source.statistics.min);
        QCOMPARE(diagnosis.layers[0].training->max, source.statistics.max);
        QCOMPARE(rowsText(source, diagnosis.layers[0].trainingRows).text(), std::string("all 4,000 training rows"));
        const auto rows = diagnosis.layers[1].trainingRows;
        QVERIFY(rows > 1 && rows <= 2048);
        QCOMPARE(diagnosis.layers[1].training->count, rows * 128);
        QCOMPARE(rowsText(source, rows).text(), countText(rows) + " of 4,000 training rows");
    }

    void aLawsFiguresAreOfTheRowsDrawn() {
        Numbers numbers(8);
        const auto session = Case(twoDense()).trainLaw("normal(0,1)").predict(numbers.normal({4, 10})).run();
        VERIFY_RESULT(session);
        const auto& source = session->diagnosis.training.front();
        QCOMPARE(rowsBehind(source), session->diagnosis.layers[0].trainingRows);
        QVERIFY(rowsText(source, rowsBehind(source)).text().ends_with(" rows drawn from the law"));
    }

    void whatIsOffSaysBetweenWhichNumbersTrainingStays() {
        Numbers numbers(9);
        auto off = numbers.uniform({64, 10}, 0.5, 1.5);
        const auto session = Case(twoDense()).train(numbers.uniform({1000, 10})).predict(off).run();
        VERIFY_RESULT(session);
        const auto at = std::ranges::find_if(session->diagnosis.findings, [](const Finding& finding) {
            return finding.code == "layer-drift" && finding.where.kind == PlaceKind::input;
        });
        QVERIFY2(at != session->diagnosis.findings.end(), codesOf(session->diagnosis).c_str());
        const auto layer = std::ranges::find_if(
            session->diagnosis.findings, [](const Finding& finding) { return finding.where.kind == PlaceKind::layer; });
        QVERIFY2(layer != session->diagnosis.findings.end(), codesOf(session->diagnosis).c_str());
        const auto text = layer->message.text();
        QVERIFY2(text.find("batches of 64 training rows stay within ") != std::string::npos, text.c_str());
        QVERIFY2(text.find("times as far") == std::string::npos, text.c_str());
        QCOMPARE(at->expected["of"].get<std::string>(), std::string("all 1,000 training rows"));
        QVERIFY(at->evidence["multiple"].get<double>() > 1); // exact, for scripts
    }

    void whetherAModelScalesIsNotSaidWhereALayerIsUnread() {
        for (const bool isRead : {true, false}) {
            Numbers numbers(10);
            const auto raw = numbers.integers({300, 8, 8, 1}, 0, 256, DType::uint8);
            const auto session =
                Case(behindLayer("Lambda", isRead)).train(raw).predict(numbers.uniform({4, 8, 8, 1})).run();
            VERIFY_RESULT(session);
            const auto& findings = session->diagnosis.findings;
            const auto note = std::ranges::find_if(
                findings, [](const Finding& finding) { return finding.message.id().starts_with("reference.raw"); });
            QVERIFY2(note != findings.end(), codesOf(session->diagnosis).c_str());
            const auto text = note->message.text();
            QCOMPARE(text.find("The model has no scaling of its own") != std::string::npos, isRead);
            QCOMPARE(note->evidence.contains("reference_map"), isRead);
            if (!isRead)
                QCOMPARE(findings.front().code, std::string("custom-layer"));
        }
    }
};

PLUMBLINE_TEST(tst_comparison)
#include "tst_comparison.moc"
