// Every source that cannot be read is told at once, and what the model says of itself beside them.
#include "core/diagnosis/modelalone.h"
#include "tests/core/diagnosis/casebuilder.h"

#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

namespace {

void add(Case& check, bool training, const std::string& source) {
    (training ? check.request.training : check.request.prediction).push_back(*parseSourceSpec(source));
}

} // namespace

class tst_unreadable : public QObject {
    Q_OBJECT
private slots:
    void bothSourcesAreTold() {
        Case check(twoDense());
        add(check, true, "/no/such/training.npy");
        add(check, false, "/no/such/input.npy");
        const auto session = check.run();
        VERIFY_RESULT(session);
        QVERIFY(session->diagnosis.error);
        QCOMPARE(session->diagnosis.furtherErrors.size(), std::size_t(1));
        const auto said = session->diagnosis.error->text() + session->diagnosis.furtherErrors[0].text();
        QVERIFY(said.find("training.npy") != std::string::npos);
        QVERIFY(said.find("input.npy") != std::string::npos);
        QCOMPARE(session->diagnosis.exitStatus(), 3);
    }

    void bothFilesOfOneInputAreTold() {
        Case check(twoDense());
        add(check, false, "z=/no/such/first.npy"); // rows of two files
        add(check, false, "z=/no/such/second.npy");
        const auto session = check.run();
        VERIFY_RESULT(session);
        const auto& further = session->diagnosis.furtherErrors;
        QCOMPARE(further.size(), std::size_t(1));
        QVERIFY(further[0].text().find("second.npy") != std::string::npos);
    }

    void oneAloneHasNoList() {
        Case check(twoDense());
        add(check, false, "/no/such/input.npy");
        const auto session = check.run();
        VERIFY_RESULT(session);
        QVERIFY(session->diagnosis.furtherErrors.empty());
    }

    void theModelsOwnFaultsStandBesideThem() {
        ModelBuilder b;
        const auto x = b.input("z", {Dim::symbol("batch"), 2});
        const auto model = b.finish(
            {b.layer("dense", "Dense", "MatMul", {x}, {{"kernel", Tensor::of<float>({2, 2}, {1, 2, NAN, 4})}})});
        Case check(model);
        add(check, false, "/no/such/input.npy");
        const auto session = check.run();
        VERIFY_RESULT(session);
        QVERIFY(session->diagnosis.error);
        QCOMPARE(session->diagnosis.findings.size(), std::size_t(1));
        QCOMPARE(session->diagnosis.findings[0].code, std::string("nan-in-weights"));
    }

    void theReferenceIsProfiledAnewOnceItsNeighbourIsThere() {
        Numbers numbers(1);
        Case check(twoDense());
        check.train(numbers.normal({100, 10}));
        add(check, false, "/no/such/input.npy");
        const auto first = check.run();
        VERIFY_RESULT(first);
        check.request.prediction.clear();
        check.predict(numbers.normal({4, 10}));
        CheckSession again;
        again.model = first->model;
        const auto second = checkModel(std::move(again), check.request, {}, {}, &*first);
        VERIFY_RESULT(second);
        QVERIFY(second->diagnosis.layers.back().divergence.has_value());
    }

    void aModelAloneTellsOfItsBadWeights() {
        ModelBuilder b;
        const auto x = b.input("z", {Dim::symbol("batch"), 2});
        const auto model = b.finish(
            {b.layer("dense", "Dense", "MatMul", {x}, {{"kernel", Tensor::of<float>({2, 2}, {1, 2, NAN, 4})}})});
        const auto diagnosis = diagnosisOfModel(model);
        QCOMPARE(diagnosis.findings.size(), std::size_t(1));
        QCOMPARE(diagnosis.findings[0].code, std::string("nan-in-weights"));
        QCOMPARE(diagnosis.verdict, Verdict::diverges);
        QVERIFY(diagnosis.layers.empty());
        QVERIFY(diagnosisOfModel(twoDense()).findings.empty());
    }

    void aModelAloneTellsOfALayerOfTheUsersOwn() {
        ModelBuilder b;
        const auto x = b.input("z", {Dim::symbol("batch"), 2});
        const auto y = b.layer("mine", "Lambda", "Identity", {x});
        const auto id = *b.graph().findLayer("mine");
        Error error;
        error.message = Message("layer.custom", "Layer {layer} is a Lambda.", {{"layer", std::string("mine")}});
        b.graph().layer(id).problem = LayerProblem{LayerProblem::Kind::custom, error};
        const auto diagnosis = diagnosisOfModel(b.finish({y}));
        QCOMPARE(diagnosis.findings.size(), std::size_t(1));
        QCOMPARE(diagnosis.findings[0].code, std::string("custom-layer"));
        QCOMPARE(diagnosis.verdict, Verdict::cannotRun);
    }
};

PLUMBLINE_TEST(tst_unreadable)
#include "tst_unreadable.moc"
