#include "tests/support/testcase.h"

#include "tests/core/diagnosis/casebuilder.h"

using namespace plumbline;
using namespace plumbline::test;

namespace {

constexpr std::int64_t batch = 16;

/// A stateful layer, y = (x + what it gave in the batch before) / 2, and a Dense behind it.
std::shared_ptr<const Model> stateful(std::int64_t rows = batch) {
    ModelBuilder b;
    const auto x = b.input("series", {rows, 4});
    auto& graph = b.graph();
    const auto state = graph.addState("memory/state", {DType::float32, {rows, 4}}, LayerId());
    const auto sum = b.layer("memory", "SimpleRNN", "Add", {x, state});
    const auto layer = *graph.findLayer("memory");
    const auto half = graph.addConstant("half", Tensor::of<float>({}, {0.5f}), layer);
    const auto y = graph.add(layer, "Mul", {sum, half});
    graph.layer(layer).outputs = {y};
    graph.value(state).layer = layer;
    graph.setNext(state, y);
    return b.finish({b.dense("out", y, 4, 2)});
}

/// Built for batches, by a layer that does not keep to them.
std::shared_ptr<const Model> stateless() {
    ModelBuilder b;
    const auto x = b.input("series", {batch, 4});
    return b.finish({b.dense("out", x, 4, 2)});
}

Tensor rowsOf(const Tensor& x, std::int64_t begin, std::int64_t count) {
    return *x.sliced(0, begin, count).contiguous();
}

} // namespace

class tst_batches : public QObject {
    Q_OBJECT
private slots:
    void oneRowIsFilledUpToABatch() {
        Numbers numbers(1);
        const auto session = Case(stateful()).train(numbers.normal({320, 4})).predict(numbers.normal({1, 4})).run();
        CHECK_FIRST(session, "fixed-batch");
        QCOMPARE(finding.severity, Severity::error);
        QCOMPARE(finding.where.axis, std::optional<std::int64_t>(0));
        QCOMPARE(finding.message.text(),
                 std::string("Input series has 1 row, the model was built for batches of exactly 16, of which layer "
                             "memory keeps the states; tf-keras gives 16 rows for the one without a word, Keras 3 "
                             "raises: fill it up to 16 rows and keep the first output row."));
        QVERIFY2(finding.fix && finding.fix->verified, codesOf(session->diagnosis).c_str());
        QCOMPARE(finding.fix->numpy, std::string("x = np.pad(x, ((0, 15), (0, 0)), mode=\"edge\")"));
        QCOMPARE(session->diagnosis.findings.size(), std::size_t(1));
        QCOMPARE(session->diagnosis.verdict, Verdict::diverges);
    }

    /// A recurrent op refuses the rows as well; that is the same fact once more.
    void noLayerIsBlamedForTheRows() {
        Numbers numbers(11);
        ModelBuilder b;
        auto& graph = b.graph();
        const auto x = b.input("series", {batch, 5, 3});
        const auto state = graph.addState("lstm/state", {DType::float32, {batch, 1, 4}}, LayerId());
        const auto cell = graph.addState("lstm/state:1", {DType::float32, {batch, 1, 4}}, LayerId());
        Attributes attributes;
        attributes.set("hidden_size", std::int64_t(4));
        attributes.set("layout", std::int64_t(1));
        Layer row;
        row.name = "lstm";
        row.type = "LSTM";
        row.inputs = {x};
        const auto layer = graph.addLayer(std::move(row));
        const auto weight = [&](const std::string& name, Shape shape) {
            return graph.addConstant("lstm/" + name, numbers.normal(std::move(shape), 0, 0.3), layer);
        };
        const auto node = graph.addNode(
            layer, "LSTM",
            {x, weight("kernel", {1, 16, 3}), weight("recurrent", {1, 16, 4}), ValueId(), ValueId(), state, cell},
            attributes, 3);
        const auto made = graph.node(node).outputs;
        graph.value(state).layer = graph.value(cell).layer = layer;
        graph.setNext(state, made[1]);
        graph.setNext(cell, made[2]);
        graph.layer(layer).outputs = {made[1]};
        const auto model = b.finish({made[1]});
        for (const std::int64_t rows : {1, 5, 20}) {
            const auto session = Case(model).predict(numbers.normal({rows, 5, 3})).run();
            CHECK_FIRST(session, "fixed-batch");
            QCOMPARE(session->diagnosis.findings.size(), std::size_t(1));
            QCOMPARE(finding.fix.has_value(), rows < batch);
        }
        const auto whole = Case(model).predict(numbers.normal({48, 5, 3})).run();
        VERIFY_RESULT(whole);
        QVERIFY2(whole->diagnosis.findings.empty(), codesOf(whole->diagnosis).c_str());
        QCOMPARE(whole->diagnosis.layers.back().shapes.front(), Shape({48, 1, 4}));
    }

    void fiveRowsAreFilledUpWithTheLast() {
        Numbers numbers(2);
        const auto session = Case(stateful()).train(numbers.normal({320, 4})).predict(numbers.normal({5, 4})).run();
        CHECK_FIRST(session, "fixed-batch");
        QVERIFY(finding.message.text().ends_with("fill it up to 16 rows and keep the first 5 output rows."));
        QVERIFY(finding.message.text().find("tf-keras") == std::string::npos); // all versions raise
        QVERIFY2(finding.fix && finding.fix->verified, codesOf(session->diagnosis).c_str());
    }

    void twentyRowsAreNoBatchesAndNothingIsMadeUp() {
        Numbers numbers(3);
        const auto session = Case(stateful()).train(numbers.normal({320, 4})).predict(numbers.normal({20, 4})).run();
        CHECK_FIRST(session, "fixed-batch");
        QVERIFY(!finding.fix);
        QVERIFY(finding.message.text().ends_with(
            ": 20 is no multiple of that, and the last 4 would go on from the states of other rows."));
        QCOMPARE(session->diagnosis.verdict, Verdict::cannotRun);
        const auto seventeen = Case(stateful()).predict(numbers.normal({17, 4})).run();
        VERIFY_RESULT(seventeen);
        QVERIFY(seventeen->diagnosis.findings.front().message.text().find(
                    "predict gives 32 rows for them without a word") != std::string::npos);
    }

    void wholeBatchesRunOneAfterTheOther() {
        Numbers numbers(4);
        const auto model = stateful();
        const auto x = numbers.normal({32, 4});
        const auto session = Case(model).train(numbers.normal({320, 4})).predict(x).run();
        VERIFY_RESULT(session);
        QVERIFY2(session->diagnosis.findings.empty(), codesOf(session->diagnosis).c_str());
        QCOMPARE(session->diagnosis.verdict, Verdict::matches);
        const auto id = *model->graph.findLayer("memory");
        QCOMPARE(session->diagnosis.layers[id.index].shapes.front(), Shape({32, 4}));
        const auto* record = session->trace->output(*model, id);
        for (std::int64_t i = 0; i < 64; ++i) {
            const auto first = x.flat(i) / 2;
            QVERIFY(std::abs(record->elements.flat(i) - first) < 1e-6);
            QVERIFY(std::abs(record->elements.flat(i + 64) - (x.flat(i + 64) + first) / 2) < 1e-6);
        }
        // The batch of training beside it is of as many rows.
        QCOMPARE(session->trainingTrace->output(*model, id)->shape, Shape({32, 4}));
    }

    /// What states do to a layer from batch to batch is training's too.
    void trainingsOwnRowsAreSilentInAnyNumberOfBatches() {
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            Numbers numbers(seed);
            const auto training = numbers.normal({480, 4}, 3, 1);
            for (const std::int64_t batches : {1, 2, 5, 30}) {
                const auto session =
                    Case(stateful()).train(training).predict(rowsOf(training, 0, batches * batch)).run();
                VERIFY_RESULT(session);
                QVERIFY2(session->diagnosis.verdict == Verdict::matches, codesOf(session->diagnosis).c_str());
                QVERIFY(session->diagnosis.layers.back().divergence.has_value());
            }
        }
    }

    void aFaultInTheSecondBatchAloneShows() {
        Numbers numbers(5);
        auto x = numbers.normal({32, 4});
        std::vector<float> v(x.span<float>().begin(), x.span<float>().end());
        for (std::size_t i = 64; i < v.size(); ++i)
            v[i] *= 30;
        x = Tensor::of<float>(x.shape(), std::span<const float>(v));
        const auto session = Case(stateful()).train(numbers.normal({320, 4})).predict(x).run();
        VERIFY_RESULT(session);
        QCOMPARE(session->diagnosis.verdict, Verdict::diverges);
    }

    void aBatchOfOneTakesEveryNumberOfRowsOneByOne() {
        Numbers numbers(6);
        const auto training = numbers.normal({300, 4});
        const auto session = Case(stateful(1)).train(training).predict(rowsOf(training, 10, 20)).run();
        VERIFY_RESULT(session);
        QVERIFY2(session->diagnosis.findings.empty(), codesOf(session->diagnosis).c_str());
        const auto& layer = session->diagnosis.layers.back();
        QCOMPARE(layer.shapes.front(), Shape({20, 2}));
        QVERIFY(layer.divergence.has_value());
    }

    void aReferenceOfFewerRowsThanABatchStillSaysWhatIsNormal() {
        Numbers numbers(7);
        const auto training = numbers.normal({10, 4});
        const auto session = Case(stateful()).train(training).predict(numbers.normal({16, 4})).run();
        VERIFY_RESULT(session);
        QVERIFY2(session->diagnosis.verdict == Verdict::matches, codesOf(session->diagnosis).c_str());
        QVERIFY(session->diagnosis.layers.back().divergence.has_value());
    }

    /// Run with Keras 3.15 and tf-keras 2.21: predict and a call give as many rows as come in.
    void aModelThatKeepsNothingTakesAnyNumber() {
        Numbers numbers(8);
        for (const std::int64_t rows : {1, 5, 20}) {
            const auto session =
                Case(stateless()).train(numbers.normal({320, 4})).predict(numbers.normal({rows, 4})).run();
            CHECK_FIRST(session, "fixed-batch");
            QCOMPARE(finding.severity, Severity::note);
            QCOMPARE(session->diagnosis.verdict, Verdict::matches);
            QCOMPARE(session->diagnosis.layers.back().shapes.front(), Shape({rows, 2}));
        }
        const auto whole = Case(stateless()).train(numbers.normal({320, 4})).predict(numbers.normal({32, 4})).run();
        VERIFY_RESULT(whole);
        QVERIFY2(whole->diagnosis.findings.empty(), codesOf(whole->diagnosis).c_str());
    }

    void theBatchThatDoesNotFitMemoryIsTheWholeOne() {
        Numbers numbers(9);
        Case tight(stateful());
        tight.request.run.memoryLimit = 64;
        const auto session = tight.predict(numbers.normal({32, 4})).run();
        CHECK_FIRST(session, "memory");
        QVERIFY2(finding.message.text().ends_with("not even one batch of its 16 rows fits."),
                 finding.message.text().c_str());
    }

    void aSampleWithoutItsBatchAxisIsToldFirst() {
        Numbers numbers(10);
        ModelBuilder b;
        const auto x = b.input("series", {batch, 8, 4});
        auto& graph = b.graph();
        const auto state = graph.addState("memory/state", {DType::float32, {batch, 8, 4}}, LayerId());
        const auto y = b.layer("memory", "SimpleRNN", "Add", {x, state});
        graph.setNext(state, y);
        const auto session =
            Case(b.finish({y})).train(numbers.normal({64, 8, 4})).predict(numbers.normal({8, 4})).run();
        CHECK_FIRST(session, "missing-batch-axis");
    }
};

PLUMBLINE_TEST(tst_batches)
#include "tst_batches.moc"
