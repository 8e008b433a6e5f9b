#include "tests/support/testcase.h"

#include "tests/core/engine/graphs.h"

#include <algorithm>
#include <numeric>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// What a stateful layer is at its simplest: it adds up, row by row of a batch of 2. The states are not saved with it.
std::shared_ptr<const Model> sums(std::int64_t batch = 2) {
    Builder b;
    const auto x = b.input("x", {batch, 3});
    const auto state = b.graph.addState("sum", {DType::float32, {batch, 3}}, LayerId());
    const auto y = b.op("Add", {x, state});
    b.graph.setNext(state, y);
    const auto constant = b.op("Neg", {b.constant(Tensor::of<float>({2}, {1, 2}))});
    return b.finish({b.op("Relu", {y}), constant});
}

Tensor counting(std::int64_t rows, std::int64_t columns = 3) {
    std::vector<float> v(static_cast<std::size_t>(rows * columns));
    std::iota(v.begin(), v.end(), 1.f);
    return Tensor::of<float>({rows, columns}, std::span<const float>(v));
}

/// sums() by hand.
Tensor summed(const Tensor& x, std::int64_t batch) {
    std::vector<float> v(x.span<float>().begin(), x.span<float>().end());
    const auto step = static_cast<std::size_t>(batch * x.shape()[1]);
    for (std::size_t i = step; i < v.size(); ++i)
        v[i] += v[i - step];
    return Tensor::of<float>(x.shape(), std::span<const float>(v));
}

/// What a run that does not keep to its batch is refused with.
std::string refusal(const std::shared_ptr<const Model>& model, const Tensor& x) {
    Executor executor(model);
    const auto result = executor.run(std::span(&x, 1));
    return !result ? result.error().text() : result->failure ? result->failure->error.message.id() : std::string();
}

std::shared_ptr<Model> asKeras(const std::shared_ptr<const Model>& model) {
    auto out = std::make_shared<Model>(*model);
    out->format = "keras-v3";
    return out;
}

} // namespace

class tst_batches : public QObject {
    Q_OBJECT
private slots:
    void rowsRunInBatchesAndStatesGoOn() {
        for (const auto backend : {Backend::onednn, Backend::reference}) {
            Executor executor(sums(), {.backend = backend});
            const auto x = counting(6);
            const auto result = executor.run(std::span(&x, 1));
            VERIFY_RESULT(result);
            QVERIFY(!result->failure);
            COMPARE_TENSORS(result->outputs[0], summed(x, 2));
            QCOMPARE(result->outputs[1].shape(), Shape({6})); // as predict gives: a batch's output each
            QCOMPARE(result->states.size(), std::size_t(1));
            COMPARE_TENSORS(result->states[0], summed(x, 2).sliced(0, 4, 2));
        }
    }

    void aRunBeginsWithZerosOrWithWhatItIsGiven() {
        Executor executor(sums());
        const auto x = counting(6), first = x.sliced(0, 0, 2), rest = x.sliced(0, 2, 4);
        for (int again = 0; again < 2; ++again) { // nothing is left of an earlier run
            auto begun = executor.run(std::span(&first, 1));
            VERIFY_RESULT(begun);
            COMPARE_TENSORS(begun->outputs[0], first);
            const auto gone = executor.run(std::span(&rest, 1), nullptr, {}, begun->states);
            VERIFY_RESULT(gone);
            COMPARE_TENSORS(gone->outputs[0], summed(x, 2).sliced(0, 2, 4));
        }
    }

    void anObserverIsToldOfOneRunOfAllRows() {
        const auto model = sums();
        Executor executor(model);
        auto x = counting(6);
        std::vector<float> v(x.span<float>().begin(), x.span<float>().end());
        v[13] = notANumber; // row 4
        v[8] = infinity;    // row 2, and so row 4
        x = Tensor::of<float>(x.shape(), std::span<const float>(v));
        TraceRecorder recorder(*model, {.layerOutputsOnly = false});
        RunResult result;
        const auto trace = traceRun(executor, std::span(&x, 1), recorder, &result);
        VERIFY_RESULT(trace);
        const auto wanted = summed(x, 2);
        std::size_t seen = 0;
        for (const auto& record : (*trace)->records) {
            const auto& value = model->graph.value(record.key.value);
            if (value.name == "x") {
                COMPARE_TENSORS(record.elements, x);
            } else if (value.name.starts_with("Add")) {
                COMPARE_TENSORS(record.elements, wanted);
                const auto own = statisticsOf(wanted);
                QCOMPARE(record.shape, Shape({6, 3}));
                QCOMPARE(record.statistics.count, 18);
                QCOMPARE(record.statistics.nan, own.nan);
                QCOMPARE(*record.statistics.firstNan, *own.firstNan);
                QCOMPARE(*record.statistics.firstInf, *own.firstInf);
                QCOMPARE(record.statistics.min, own.min);
                QCOMPARE(record.statistics.max, own.max);
                QVERIFY(std::abs(record.statistics.mean - own.mean) < 1e-9);
                QCOMPARE(record.statistics.histogram.bins(), own.histogram.bins());
            } else
                continue;
            ++seen;
        }
        QCOMPARE(seen, std::size_t(2));
        COMPARE_TENSORS(result.outputs[0], (*trace)->find(model->graph.outputs()[0])->elements);
    }

    void elementsAreKeptWithinTheBudget() {
        const auto model = sums();
        Executor executor(model);
        const auto x = counting(6); // 72 bytes a value
        for (const std::uint64_t budget : {0u, 71u, 72u, 143u, 144u, 1000u}) {
            TraceRecorder recorder(*model, {.elementBudget = budget});
            const auto trace = traceRun(executor, std::span(&x, 1), recorder);
            VERIFY_RESULT(trace);
            std::uint64_t kept = 0;
            for (const auto& record : (*trace)->records) {
                QCOMPARE(record.statistics.count, record.shape.elements());
                QCOMPARE(record.shape[0], std::int64_t(6));
                if (!record.elements.isNull())
                    kept += record.elements.bytes();
                QVERIFY(record.elements.isNull() || record.elements.shape() == record.shape);
            }
            QVERIFY(kept <= budget);
            QCOMPARE(kept >= 72, budget >= 72);
        }
    }

    void rowsThatAreNoWholeBatchesAreRefused() {
        QCOMPARE(refusal(sums(), counting(3)), std::string("input-shape"));
        QCOMPARE(refusal(sums(), counting(1)), std::string("input-shape"));
        QCOMPARE(refusal(asKeras(sums()), counting(3)), std::string("input-shape"));
        QCOMPARE(refusal(sums(), counting(4)), std::string());
    }

    /// Keras asks its layers, not its inputs, for the number of rows.
    void aKerasModelThatKeepsToNoNumberTakesAny() {
        Builder free;
        const auto any = free.finish({free.dense(free.input("x", {2, 3}), 3, 4, 5)});
        QCOMPARE(refusal(any, counting(5)), std::string("input-shape"));
        QCOMPARE(refusal(asKeras(any), counting(5)), std::string());
        QCOMPARE(refusal(asKeras(any), counting(1)), std::string());
        Builder built;
        const auto x = built.input("x", {2, 3});
        const auto kept = built.finish({built.op("Add", {x, built.constant(counting(2))})});
        QCOMPARE(refusal(asKeras(kept), counting(5)), std::string("input-shape"));
        QCOMPARE(refusal(asKeras(kept), counting(1)), std::string("input-shape"));
        QCOMPARE(refusal(asKeras(kept), counting(6)), std::string());
    }

    void inputsOfDifferentBatchesRunAsTheyDeclareAlone() {
        Builder b;
        const auto x = b.input("x", {4, 3}), y = b.input("y", {1, 3});
        const auto model = b.finish({b.op("Add", {x, y})});
        Executor executor(model);
        const std::vector<Tensor> declared{counting(4), counting(1)}, twice{counting(8), counting(2)};
        const auto one = executor.run(declared), two = executor.run(twice);
        VERIFY_RESULT(one);
        QVERIFY(!one->failure);
        QVERIFY(two && two->failure);
    }

    void memoryIsThatOfABatchAndOfAllOutputs() {
        Executor executor(sums());
        const std::vector<Shape> one{{2, 3}}, many{{2000, 3}};
        const auto few = executor.memoryNeeded(one), all = executor.memoryNeeded(many);
        VERIFY_RESULT(few);
        VERIFY_RESULT(all);
        QCOMPARE(*all, *few + 1000 * (24 + 8));
    }

    void aHundredThousandRowsOfOneAreToldInFewMessages() {
        const auto model = sums(1);
        Executor executor(model);
        const auto x = counting(100'000);
        TraceRecorder recorder(*model, {.elementBudget = 0});
        std::int64_t told = 0, silent = 0;
        recorder.onLayerStarted = [&](LayerId layer) { ++(layer.isValid() ? told : silent); };
        const auto trace = traceRun(executor, std::span(&x, 1), recorder);
        VERIFY_RESULT(trace);
        QVERIFY(told > 0 && told <= 4100);
        QCOMPARE(silent, std::int64_t(1)); // from there on no layer is named that is not the one
        QCOMPARE((*trace)->find(model->graph.outputs()[0])->shape, Shape({100'000, 3}));
    }

    void aRunOfManyBatchesCanBeCancelled() {
        std::stop_source stop;
        Executor executor(sums());
        const auto x = counting(40);
        int reports = 0;
        const Progress progress(stop.get_token(), [&](const ProgressReport& report) {
            if (report.activity.starts_with("running batch") && ++reports == 3)
                stop.request_stop();
        });
        const auto cancelled = executor.run(std::span(&x, 1), nullptr, progress);
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, ErrorCode::cancelled);
        QCOMPARE(reports, 3);
    }
};

PLUMBLINE_TEST(tst_batches)
#include "tst_batches.moc"
