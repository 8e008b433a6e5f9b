// A layer that is all NaN or all infinite is beyond any width, also where the training reference's own run is as dead.
#include "tests/core/diagnosis/casebuilder.h"

#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// first has a NaN weight for one unit; from second on everything is NaN.
std::shared_ptr<const Model> poisoned() {
    ModelBuilder b;
    const auto x = b.input("z", {Dim::symbol("batch"), 3});
    const auto first = b.layer("first", "Dense", "MatMul", {x},
                               {{"kernel", Tensor::of<float>({3, 3}, {1, 2, NAN, 3, 4, 5, 6, 7, 8})}});
    const auto relu = b.layer("relu", "ReLU", "Relu", {first});
    const auto second = b.dense("second", relu, 3, 4);
    return b.finish({b.layer("last", "Activation", "Tanh", {second})});
}

const LayerResult& rowOf(const CheckSession& session, const std::string& name) {
    return session.diagnosis.layers[session.model->graph.findLayer(name)->index];
}

} // namespace

class tst_deadlayers : public QObject {
    Q_OBJECT
private slots:
    void aLayerOfNanIsNotWithinTrainingThoughTrainingsIsTheSame() {
        Numbers numbers(1);
        const auto session = Case(poisoned()).train(numbers.normal({300, 3})).predict(numbers.normal({4, 3})).run();
        CHECK_FIRST(session, "nan-in-weights");
        for (const auto* name : {"second", "last"}) {
            QCOMPARE(rowOf(*session, name).status, LayerStatus::diverges);
            QVERIFY(std::isinf(rowOf(*session, name).divergence.value()));
        }
    }

    void theWayFromTheWeightToItDivergesWithoutAGap() {
        // Of `first` and `relu` a third of the elements is NaN, and so it is in training's run.
        Numbers numbers(2);
        const auto session = Case(poisoned()).train(numbers.normal({300, 3})).predict(numbers.normal({4, 3})).run();
        VERIFY_RESULT(session);
        for (const auto* name : {"first", "relu"}) {
            QCOMPARE(rowOf(*session, name).status, LayerStatus::diverges);
            QVERIFY(std::isinf(rowOf(*session, name).divergence.value()));
        }
        QCOMPARE(rowOf(*session, "z").status, LayerStatus::ok);
        const auto& channels = rowOf(*session, "first").channelDivergence;
        QCOMPARE(channels.size(), std::size_t(3));
        QVERIFY(std::isinf(channels[2])); // the unit of the NaN weight, and no other
        QVERIFY(std::isfinite(channels[0]) && std::isfinite(channels[1]));
    }

    void withoutAReferenceItDivergesToo() {
        Numbers numbers(3);
        const auto session = Case(poisoned()).predict(numbers.normal({4, 3})).run();
        VERIFY_RESULT(session);
        QCOMPARE(rowOf(*session, "second").status, LayerStatus::diverges);
        QVERIFY(std::isinf(rowOf(*session, "second").divergence.value()));
    }

    void allInfiniteIsDeadToo() {
        ModelBuilder b;
        const auto x = b.input("z", {Dim::symbol("batch"), 3});
        const auto model = b.finish({b.layer("inverse", "Lambda", "Reciprocal", {x})});
        const std::vector<float> nothing(60, 0);
        const auto zeros = Tensor::of<float>({20, 3}, std::span<const float>(nothing));
        const auto session = Case(model).train(zeros).predict(zeros).run();
        VERIFY_RESULT(session);
        QCOMPARE(rowOf(*session, "inverse").status, LayerStatus::diverges);
        QVERIFY(std::isinf(rowOf(*session, "inverse").divergence.value()));
    }

    void layersBehindThatAreFiniteAgainAreJudgedByTheirNumbers() {
        // Which of four NaN is the largest is an integer, and no NaN.
        ModelBuilder b;
        const auto x = b.input("z", {Dim::symbol("batch"), 3});
        const auto nan =
            b.layer("dead", "Dense", "MatMul", {x}, {{"kernel", Tensor::of<float>({3, 2}, {NAN, NAN, 1, 1, 1, 1})}});
        Attributes axis;
        axis.set("axis", std::int64_t{1});
        const auto model = b.finish({b.layer("choice", "Lambda", "ArgMax", {nan}, {}, axis)});
        Numbers numbers(4);
        const auto session = Case(model).train(numbers.normal({300, 3})).predict(numbers.normal({4, 3})).run();
        VERIFY_RESULT(session);
        QCOMPARE(rowOf(*session, "dead").status, LayerStatus::diverges);
        const auto& choice = rowOf(*session, "choice");
        QCOMPARE(choice.status, LayerStatus::ok);
        QVERIFY(!choice.divergence || *choice.divergence <= 1);
    }

    void trainingWithAFewNanRowsStillSaysWhatIsNormal() {
        // A row of NaN in sixty: the others' figures are the layer's, and as few NaN here are within training.
        Numbers numbers(5);
        ModelBuilder b;
        const auto model = b.finish({b.dense("dense", b.input("z", {Dim::symbol("batch"), 3}), 3, 4)});
        auto train = numbers.normal({300, 3}, 5, 1);
        for (std::size_t row = 0; row < 300; row += 60)
            train = with(train, row * 3, NAN);
        const auto x = numbers.normal({40, 3}, 5, 1);
        const auto one = Case(model).train(train).predict(with(x, 3, NAN)).run();
        VERIFY_RESULT(one);
        QVERIFY2(rowOf(*one, "dense").divergence.value_or(9) <= 1, codesOf(one->diagnosis).c_str());
        auto many = x;
        for (std::size_t row = 0; row < 36; ++row)
            many = with(many, row * 3, NAN);
        const auto most = Case(model).train(train).predict(many).run();
        VERIFY_RESULT(most);
        QCOMPARE(rowOf(*most, "dense").status, LayerStatus::diverges);
        QVERIFY(rowOf(*most, "dense").divergence.value() > 1);
        // And what was no matter with NaN rows as zeros among the figures: values near zero are off.
        const auto off = Case(model).train(train).predict(numbers.normal({40, 3}, 0, 0.01)).run();
        VERIFY_RESULT(off);
        QCOMPARE(rowOf(*off, "dense").status, LayerStatus::diverges);
    }
};

PLUMBLINE_TEST(tst_deadlayers)
#include "tst_deadlayers.moc"
