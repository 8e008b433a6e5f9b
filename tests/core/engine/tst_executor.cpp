#include "tests/support/testcase.h"

#include "tests/core/engine/graphs.h"

#include <algorithm>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// Wants everything; notes the order of what it is told and can cancel.
class Watcher final : public Observer {
public:
    std::vector<std::string> told;
    std::vector<Tensor> tensors;
    std::vector<Statistics> statistics;
    std::size_t cancelAfter = SIZE_MAX;
    const Model* model = nullptr;

    Interest interest(const TraceKey&) override { return {true, true}; }
    void layerStarted(LayerId layer) override { told.push_back("start " + model->graph.layer(layer).name); }
    Answer received(ObservedValue value) override {
        told.push_back("value " + model->graph.value(value.key.value).name);
        tensors.push_back(value.tensor);
        statistics.push_back(*value.statistics);
        return tensors.size() >= cancelAfter ? Answer::cancel : Answer::goOn;
    }
};

std::shared_ptr<const Model> network() {
    Builder b;
    auto x = b.input("image", dims({8, 8, 3}));
    x = b.op("Relu", {b.batchNormalization(b.convolution(x, 3, 16, 1), 16, 3)});
    const auto skip = x;
    x = b.op("LeakyRelu", {b.convolution(x, 16, 16, 7)});
    x = b.op("Relu", {b.op("Add", {x, skip})});
    x = b.op("Flatten", {x});
    x = b.op("Tanh", {b.dense(x, 8 * 8 * 16, 10, 20)});
    return b.finish({x});
}

Tensor run(const std::shared_ptr<const Model>& model, const Tensor& input, RunConfiguration configuration = {},
           Observer* observer = nullptr) {
    Executor executor(model, configuration);
    auto result = executor.run(std::span(&input, 1), observer);
    return result && !result->failure ? result->outputs.front() : Tensor();
}

} // namespace

class tst_executor : public QObject {
    Q_OBJECT
private slots:
    void bothBackendsAgreeTracedAndUntraced() {
        const auto model = network();
        auto input = normal({3, 8, 8, 3}, 5);
        const auto reference = run(model, input, {.backend = Backend::reference});
        QCOMPARE(reference.shape(), Shape({3, 10}));
        COMPARE_TENSORS(run(model, input), reference);
        Watcher watcher;
        watcher.model = model.get();
        COMPARE_TENSORS(run(model, input, {}, &watcher), reference);
    }

    void badNumbersComeThroughTheSameWithAndWithoutTracing() {
        Builder b;
        auto x = b.input("image", dims({6, 6, 4}));
        x = b.op("Relu", {b.batchNormalization(b.convolution(x, 4, 8, 1), 8, 3)});
        x = b.op("Tanh", {b.convolution(x, 8, 8, 9)});
        const auto model = b.finish({x});
        for (const float bad : {notANumber, infinity, -infinity, 3e38f, 1e-42f}) {
            const auto clean = normal({2, 6, 6, 4}, 5);
            std::vector<float> v(clean.span<float>().begin(), clean.span<float>().end());
            v[77] = bad;
            const auto input = Tensor::of<float>({2, 6, 6, 4}, std::span<const float>(v));
            const auto reference = run(model, input, {.backend = Backend::reference});
            COMPARE_TENSORS(run(model, input), reference);
            Watcher watcher;
            watcher.model = model.get();
            COMPARE_TENSORS(run(model, input, {}, &watcher), reference);
            if (std::isnan(bad))
                QVERIFY(watcher.statistics.back().nan > 0);
        }
    }

    void theObserverIsToldInOrderWithInputsFirst() {
        Builder b;
        const auto relu = b.op("Relu", {b.input("z", dims({4}))});
        const auto tanh = b.op("Tanh", {relu});
        const auto model = b.finish({tanh});
        Watcher watcher;
        watcher.model = model.get();
        QVERIFY(!run(model, Tensor::of<float>({1, 4}, {-1, 0, 1, 2}), {}, &watcher).isNull());
        const auto at = [&](const std::string& what) {
            return std::ranges::find(watcher.told, what) - watcher.told.begin();
        };
        const auto value = [&](ValueId id) { return at("value " + model->graph.value(id).name); };
        QCOMPARE(watcher.told.size(), std::size_t{5});
        QCOMPARE(at("value z"), 0);
        QCOMPARE(at("start Relu_1"), 1);
        QVERIFY(at("start Tanh_2") < value(tanh)); // both layers may be started before either value is told
        QVERIFY(value(relu) < value(tanh));
        QCOMPARE(value(tanh), 4);
        QCOMPARE(watcher.statistics[1].negative, 0);
        QCOMPARE(watcher.tensors[1].flat(3), 2.0);
    }

    void keptElementsSurviveTheRun() {
        const auto model = network();
        const auto input = normal({2, 8, 8, 3}, 5);
        Executor executor(model);
        Watcher first;
        first.model = model.get();
        QVERIFY(executor.run(std::span(&input, 1), &first));
        std::vector<Statistics> before;
        for (const auto& tensor : first.tensors)
            before.push_back(statisticsOf(tensor));
        const auto other = normal({2, 8, 8, 3}, 6);
        Watcher second;
        second.model = model.get();
        QVERIFY(executor.run(std::span(&other, 1), &second));
        for (std::size_t i = 0; i < before.size(); ++i) {
            QCOMPARE(statisticsOf(first.tensors[i]).mean, before[i].mean);
            QCOMPARE(first.statistics[i].mean, before[i].mean);
            QCOMPARE(first.statistics[i].histogram.total(), first.tensors[i].elements());
        }
    }

    void aSecondCallGivesTheSameAndOtherShapesToo() {
        const auto model = network();
        Executor executor(model);
        for (const std::int64_t rows : {1, 5, 1, 2, 5, 3, 7, 1}) {
            const auto input = normal({rows, 8, 8, 3}, static_cast<unsigned>(rows));
            const auto result = executor.run(std::span(&input, 1));
            VERIFY_RESULT(result);
            QVERIFY(!result->failure);
            COMPARE_TENSORS(result->outputs[0], run(model, input, {.backend = Backend::reference}));
        }
    }

    void outputsOfEarlierCallsStayAsTheyWere() {
        const auto model = network();
        Executor executor(model);
        const auto a = normal({1, 8, 8, 3}, 1);
        const auto b = normal({1, 8, 8, 3}, 2);
        const auto first = executor.run(std::span(&a, 1));
        VERIFY_RESULT(first);
        const double kept = first->outputs[0].flat(0);
        VERIFY_RESULT(executor.run(std::span(&b, 1)));
        QCOMPARE(first->outputs[0].flat(0), kept);
    }

    void theThreadsDoNotChangeWhatComesOut() {
        const auto model = network();
        const auto input = normal({4, 8, 8, 3}, 8);
        COMPARE_TENSORS(run(model, input, {.threads = 1}), run(model, input, {.threads = 2}), 1e-6);
    }

    void inputsAreCastAsKerasDoes() {
        Builder b;
        const auto model = b.finish({b.op("Neg", {b.input("x", dims({3}))})});
        const auto out = run(model, Tensor::of<std::int64_t>({1, 3}, {1, 2, 300}));
        QCOMPARE(out.dtype(), DType::float32);
        QCOMPARE(out.flat(2), -300.0);
        const auto wide = Tensor::of<double>({3, 2}, {1, 2, 3, 4, 5, 6});
        const std::size_t turn[] = {1, 0};
        QCOMPARE(run(model, wide.transposed(turn)).flat(1), -3.0);
    }

    void aWrongInputIsRefusedWithBothShapes() {
        const auto model = network();
        Executor executor(model);
        const auto flat = normal({10}, 1);
        auto result = executor.run(std::span(&flat, 1));
        VERIFY_RESULT(result);
        QVERIFY(result->failure.has_value());
        QVERIFY(!result->failure->layer.isValid());
        QCOMPARE(result->failure->error.text(),
                 std::string("Input image takes the shape (None, 8, 8, 3), and (10,) was given."));
        QVERIFY(result->outputs[0].isNull());
        const auto none = executor.run({});
        QVERIFY(!none);
        QCOMPARE(none.error().text(), std::string("The model takes 1 input, and 0 were given."));
    }

    void inputsThatShareTheirRowsMustAgree() {
        Builder b;
        const auto x = b.input("x", dims({2}));
        const auto y = b.input("y", dims({2}));
        const auto model = b.finish({b.op("Add", {x, y})});
        Executor executor(model);
        const Tensor inputs[] = {normal({3, 2}, 1), normal({4, 2}, 2)};
        const auto result = executor.run(inputs);
        VERIFY_RESULT(result);
        QVERIFY(result->failure.has_value());
        QCOMPARE(result->failure->error.message.id(), std::string("input-rows"));
    }

    void aConflictInsideNamesItsLayerAndWhatWasBeforeRan() {
        Builder b;
        const auto h = Dim::symbol("h");
        auto x = b.input("image", {Dim::symbol("batch"), h, Dim(4)});
        x = b.op("Relu", {x});
        const auto sum = b.op("Add", {x, b.constant(normal({7, 4}, 1))});
        const auto model = b.finish({b.op("Tanh", {sum})});
        Watcher watcher;
        watcher.model = model.get();
        Executor executor(model);
        const auto input = normal({1, 5, 4}, 2);
        const auto result = executor.run(std::span(&input, 1), &watcher);
        VERIFY_RESULT(result);
        QVERIFY(result->failure.has_value());
        QCOMPARE(model->graph.layer(result->failure->layer).name, std::string("Add_2"));
        QCOMPARE(result->failure->error.layer, std::string("Add_2"));
        QCOMPARE(result->failure->operands.size(), std::size_t{2});
        QCOMPARE(dimsText(result->failure->operands[0].shape), std::string("(1, 5, 4)"));
        QCOMPARE(watcher.tensors.size(), std::size_t{2}); // the input and the Relu
        QCOMPARE(watcher.told.back(), std::string("start Add_2"));
        QVERIFY(result->outputs[0].isNull());
    }

    void anUnsupportedLayerStopsTheRunWithItsOwnProblem() {
        Builder b;
        auto x = b.op("Relu", {b.input("x", dims({3}))});
        x = b.op("Unsupported", {x});
        auto& layer = b.graph.layer(b.graph.value(x).layer);
        layer.problem = LayerProblem{LayerProblem::Kind::custom,
                                     failure(ErrorCode::unsupported, "custom-layer",
                                             "Layer {layer} is a class of the user's own.", {{"layer", layer.name}})
                                         .error()};
        const auto model = b.finish({b.op("Tanh", {x})});
        QVERIFY(!model->graph.value(model->graph.outputs()[0]).type.has_value());
        Executor executor(model);
        const auto input = normal({1, 3}, 1);
        const auto result = executor.run(std::span(&input, 1));
        VERIFY_RESULT(result);
        QVERIFY(result->failure.has_value());
        QCOMPARE(result->failure->error.text(), std::string("Layer Unsupported_2 is a class of the user's own."));
    }

    void cancellingEndsTheRunBetweenTwoLayers() {
        const auto model = network();
        const auto input = normal({1, 8, 8, 3}, 1);
        Executor executor(model);
        Watcher watcher;
        watcher.model = model.get();
        watcher.cancelAfter = 3;
        const auto result = executor.run(std::span(&input, 1), &watcher);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::cancelled);
        QCOMPARE(watcher.tensors.size(), std::size_t{3});
        std::stop_source stop;
        stop.request_stop();
        const auto refused = executor.run(std::span(&input, 1), nullptr, Progress(stop.get_token()));
        QVERIFY(!refused);
        QVERIFY(executor.run(std::span(&input, 1))); // and runs again afterwards
    }

    void tooMuchMemoryIsForeseen() {
        const auto model = network();
        const Shape shape{64, 8, 8, 3};
        Executor free(model);
        const auto needed = free.memoryNeeded(std::span(&shape, 1));
        VERIFY_RESULT(needed);
        QVERIFY(*needed >= 2 * 64 * 8 * 8 * 16 * 4);
        Executor bounded(model, {.memoryLimit = *needed / 2});
        const auto input = normal(shape, 1);
        Watcher watcher;
        watcher.model = model.get();
        const auto result = bounded.run(std::span(&input, 1), &watcher);
        VERIFY_RESULT(result);
        QVERIFY(result->failure.has_value());
        QCOMPARE(result->failure->error.message.id(), std::string("memory"));
        QVERIFY(result->failure->layer.isValid());
        QCOMPARE(watcher.tensors.size(), std::size_t{1});
        const Shape huge{1LL << 60, 8, 8, 3};
        const auto overflow = free.memoryNeeded(std::span(&huge, 1));
        QVERIFY(!overflow);
        QCOMPARE(overflow.error().message.id(), std::string("element-overflow"));
    }

    void anEmptyBatchGivesEmptyOutputs() {
        Builder b;
        const auto model = b.finish({b.op("Relu", {b.dense(b.input("x", dims({3})), 3, 2, 1)})});
        Executor executor(model);
        const auto input = Tensor::of<float>({0, 3}, {});
        const auto result = executor.run(std::span(&input, 1));
        VERIFY_RESULT(result);
        if (!result->failure)
            QCOMPARE(result->outputs[0].shape(), Shape({0, 2}));
        else
            QVERIFY(!result->failure->error.text().empty());
    }

    void shapesComputedFromShapesAreKnownBeforeTheRun() {
        Builder b;
        const auto x = b.input("x", {Dim::symbol("batch"), Dim(4), Dim::symbol("n")});
        const auto rows = b.op("Gather", {b.op("Shape", {x}), b.list<std::int64_t>({0})});
        const auto shape = b.op("Concat", {rows, b.list<std::int64_t>({-1})}, [] {
            Attributes a;
            a.set("axis", std::int64_t{0});
            return a;
        }());
        const auto model = b.finish({b.op("Relu", {b.op("Reshape", {x, shape})})});
        const ValueType concrete{DType::float32, toDims({2, 4, 5})};
        const auto types = inferTypes(model->graph, std::span(&concrete, 1));
        QVERIFY(!types.failure.has_value());
        QCOMPARE(dimsText(types.types[model->graph.outputs()[0].index]->shape), std::string("(2, 20)"));
        QCOMPARE(run(model, normal({2, 4, 5}, 1)).shape(), Shape({2, 20}));
    }

    void narrowPrecisionsRoundEachResult() {
        Builder b;
        const auto model =
            b.finish({b.op("Mul", {b.input("x", dims({2})), b.constant(Tensor::of<float>({1}, {1.001f}))})});
        const auto input = Tensor::of<float>({1, 2}, {1, 60000});
        QCOMPARE(run(model, input, {.precision = Precision::bfloat16}).flat(0), 1.0);
        QVERIFY(run(model, input).flat(0) != 1.0);
        const auto large = Tensor::of<float>({1, 2}, {1, 65500});
        QVERIFY(std::isinf(run(model, large, {.precision = Precision::float16}).flat(1)));
    }

    void oneValueAsInputAndOutputAndTwiceAnOutput() {
        Builder b;
        const auto x = b.input("x", dims({3}));
        const auto y = b.op("Relu", {x});
        const auto z = b.op("Tanh", {y});
        const auto model = b.finish({x, y, z, y});
        Executor executor(model);
        const auto input = Tensor::of<float>({1, 3}, {-1, 0.5f, 2});
        const auto result = executor.run(std::span(&input, 1));
        VERIFY_RESULT(result);
        QCOMPARE(result->outputs[0].flat(0), -1.0);
        QCOMPARE(result->outputs[1].flat(2), 2.0);
        QVERIFY(std::fabs(result->outputs[2].flat(1) - std::tanh(0.5)) < 1e-6);
        QCOMPARE(result->outputs[3].flat(0), 0.0);
    }

    void aTraceKeepsElementsWithinItsBudget() {
        const auto model = network();
        const auto input = normal({2, 8, 8, 3}, 1);
        Executor executor(model);
        TraceRecorder all(*model);
        RunResult result;
        const auto trace = traceRun(executor, std::span(&input, 1), all, &result);
        VERIFY_RESULT(trace);
        QCOMPARE((*trace)->records.front().key.value, model->graph.inputs()[0]);
        for (const auto& record : (*trace)->records) {
            QVERIFY(!record.elements.isNull());
            QCOMPARE(record.statistics.count, record.elements.elements());
        }
        const auto* last = (*trace)->output(*model, LayerId(model->graph.layers().size() - 1));
        QVERIFY(last);
        COMPARE_TENSORS(last->elements, result.outputs[0]);
        TraceRecorder none(*model, {.elementBudget = 0, .histograms = false});
        const auto slim = traceRun(executor, std::span(&input, 1), none);
        VERIFY_RESULT(slim);
        QCOMPARE((*slim)->records.size(), (*trace)->records.size());
        for (const auto& record : (*slim)->records) {
            QVERIFY(record.elements.isNull());
            QVERIFY(record.statistics.histogram.isEmpty());
        }
    }

    void theEngineSaysWhatItRunsOn() {
        const auto text = engineDescription(2);
        QVERIFY(text.starts_with("oneDNN "));
        QVERIFY(text.ends_with("2 threads"));
    }
};

PLUMBLINE_TEST(tst_executor)
#include "tst_executor.moc"
