#include "tests/support/testcase.h"

#include "core/profile/envelope.h"
#include "core/profile/workload.h"
#include "tests/core/engine/graphs.h"

#include <QElapsedTimer>

using namespace plumbline;
using namespace plumbline::test;

namespace {

Profile profiled(const std::vector<std::pair<std::string, Tensor>>& references) {
    Profile profile;
    for (const auto& [name, tensor] : references) {
        const auto source = tensorSource(tensor);
        auto input = profileInput(name, *source, {});
        if (!input)
            qFatal("%s", input.error().text().c_str());
        profile.inputs.push_back(std::move(*input));
    }
    return profile;
}

std::shared_ptr<const Model> generator() { // an 8x8 picture of 12 numbers, with a skip
    Builder b;
    auto x = b.op("Relu", {b.dense(b.input("z", dims({12})), 12, 8 * 8 * 4, 1)});
    x = b.op("Reshape", {x, b.list<std::int64_t>({-1, 8, 8, 4})});
    const auto skip = x;
    x = b.op("LeakyRelu", {b.batchNormalization(b.convolution(x, 4, 4, 3), 4, 8)});
    x = b.op("Tanh", {b.convolution(b.op("Add", {x, skip}), 4, 3, 5)});
    return b.finish({x});
}

/// The largest divergence over all layers of one prediction.
double worst(Executor& executor, const Envelope& envelope, const Tensor& input) {
    TraceRecorder recorder(executor.model());
    const auto trace = traceRun(executor, std::span(&input, 1), recorder);
    double out = 0;
    for (std::size_t i = 0; i < envelope.layers.size(); ++i)
        if (const auto* record = (*trace)->output(executor.model(), LayerId(i)))
            out = std::max(out, divergenceOf(envelope.layers[i], record->statistics).multiple);
    return out;
}

} // namespace

class tst_layerprofile : public QObject {
    Q_OBJECT
private slots:
    void everyLayerHasTheFiguresOfEveryRow() {
        const auto model = generator();
        const auto train = normal({40, 12}, 7);
        auto profile = profiled({{"z", train}});
        Executor executor(model);
        const auto done = profileLayers(profile, executor);
        VERIFY_RESULT(done);
        QCOMPARE(profile.layers.size(), model->graph.layers().size());
        QVERIFY(profile.weightsKey != 0);
        for (const std::int64_t row : {0, 17, 39}) {
            const auto input = train.sliced(0, row, 1);
            TraceRecorder recorder(*model);
            const auto trace = traceRun(executor, std::span(&input, 1), recorder);
            VERIFY_RESULT(trace);
            for (std::size_t i = 0; i < profile.layers.size(); ++i) {
                const auto& rows = profile.layers[i].rows;
                QCOMPARE(rows.size(), std::size_t(40));
                const auto& alone = (*trace)->output(*model, LayerId(i))->statistics;
                const auto& figures = rows[static_cast<std::size_t>(row)];
                QVERIFY(std::fabs(figures.mean - alone.mean) < 1e-5);
                QVERIFY(std::fabs(figures.std - alone.standardDeviation()) < 1e-5);
                QVERIFY(std::fabs(figures.min - alone.min) < 1e-5);
                QVERIFY(std::fabs(figures.max - alone.max) < 1e-5);
                QVERIFY(std::fabs(figures.zeroFraction - double(alone.zero) / double(alone.count)) < 1e-12);
            }
        }
        const auto& last = profile.layers.back();
        QCOMPARE(last.channelMean.size(), std::size_t(3));
        QCOMPARE(last.statistics.count, 40LL * 8 * 8 * 3);
        const auto mean = (last.channelMean[0] + last.channelMean[1] + last.channelMean[2]) / 3;
        QVERIFY(std::fabs(mean - last.statistics.mean) < 1e-6);
    }

    void
    rowsOfTwoInputsStayTogether() { // row i of one is i, of the other -i: their sum is 0 wherever they belong together
        Builder b;
        const auto a = b.input("a", dims({2})), c = b.input("c", dims({2}));
        const auto model = b.finish({b.op("Add", {a, c})});
        std::vector<float> up, down;
        for (int i = 0; i < 5000; ++i) {
            up.insert(up.end(), 2, float(i));
            down.insert(down.end(), 2, float(-i));
        }
        auto profile = profiled({{"a", Tensor::of<float>({5000, 2}, std::span<const float>(up))},
                                 {"c", Tensor::of<float>({5000, 2}, std::span<const float>(down))}});
        Executor executor(model);
        const auto done = profileLayers(profile, executor);
        VERIFY_RESULT(done);
        QVERIFY(profile.layers.back().rows.size() > 1000);
        for (const auto& row : profile.layers.back().rows)
            QCOMPARE(row.mean, 0.0);
    }

    void aLawServesBesideADataset() {
        Builder b;
        const auto z = b.input("z", dims({2})), label = b.input("label", dims({2}));
        const auto model = b.finish({b.op("Add", {z, label})});
        Profile profile = profiled({{"label", normal({3000, 2}, 4)}});
        const auto spec = parseSourceSpec("z=normal(0,1)");
        VERIFY_RESULT(spec);
        const auto law = openLaw(*spec, {maximumSampleRows, 2}, DType::float32, 0, 0);
        VERIFY_RESULT(law);
        auto input = profileInput("z", **law, *spec);
        VERIFY_RESULT(input);
        profile.inputs.push_back(std::move(*input));
        Executor executor(model);
        const auto done = profileLayers(profile, executor);
        VERIFY_RESULT(done);
        QVERIFY(profile.layers.back().rows.size() > 2000);
        QVERIFY(std::fabs(profile.layers.back().statistics.standardDeviation() - std::sqrt(2)) < 0.1);
    }

    void freshInputsComeOutCleanAndWrongOnesDoNot() {
        const auto model = generator();
        Executor executor(model);
        auto profile = profiled({{"z", normal({2000, 12}, 7)}});
        const auto done = profileLayers(profile, executor);
        VERIFY_RESULT(done);
        for (const std::int64_t batch : {1, 2, 16, 100}) {
            const auto envelope = envelopeFor(profile, batch);
            int flagged = 0;
            for (unsigned i = 0; i < 100; ++i)
                flagged += worst(executor, envelope, normal({batch, 12}, 1000 + i)) > 1;
            QVERIFY2(flagged == 0, qPrintable(QString("%1 of 100 at batch %2").arg(flagged).arg(batch)));
            QVERIFY(worst(executor, envelope, normal({batch, 12}, 3, 255)) > 10);
        }
        const auto uniform = drawLaw({Law::Kind::uniform, 0, 1}, {64, 12}, DType::float32, 1);
        VERIFY_RESULT(uniform);
        QVERIFY(worst(executor, envelopeFor(profile, 64), *uniform) > 1);
    }

    void whatTheReferenceDoesNotReachStaysUnknown() {
        const auto model = generator();
        Executor executor(model);
        auto profile = profiled({{"z", normal({50, 9}, 7)}}); // 9 columns where 12 are asked
        const auto done = profileLayers(profile, executor);
        VERIFY_RESULT(done);
        QVERIFY(profile.layers.back().rows.empty());
        auto other = profiled({{"y", normal({50, 12}, 7)}});
        const auto none = profileLayers(other, executor);
        VERIFY_RESULT(none);
        QCOMPARE(other.layers.size(), model->graph.layers().size());
        QVERIFY(other.layers.back().rows.empty());
    }

    void theKeyFollowsTheWeights() {
        const auto one = generator();
        QCOMPARE(weightsKey(*one), weightsKey(*generator()));
        Builder b;
        b.dense(b.input("z", dims({12})), 12, 5, 1);
        const auto first = b.finish({});
        Model second = *first;
        for (std::size_t i = 0; i < second.graph.values().size(); ++i)
            if (auto& value = second.graph.value(ValueId(i)); value.isConstant()) {
                std::vector<float> elements(value.constant.span<float>().begin(), value.constant.span<float>().end());
                elements.back() = std::nextafter(elements.back(), 10.0f);
                value.constant = Tensor::of<float>(value.constant.shape(), std::span<const float>(elements));
                break;
            }
        QVERIFY(weightsKey(*first) != weightsKey(second));
    }

    void heavyModelsRunFewerRows() {
        QCOMPARE(rowsToRun({1e3, 1e3}), maximumSampleRows);
        QCOMPARE(rowsToRun({100e6, 150e3}), 120);
        QCOMPARE(rowsToRun({660e6, 1e6}), 64);
        QCOMPARE(rowsToRun({1e12, 1e8}), 8);
        const Shape row{12};
        const auto cost = rowCost(generator()->graph, std::span(&row, 1));
        QVERIFY(cost.multiplications > 12 * 256 && cost.multiplications < 30'000);
    }

    void profilingIsQuickForSmallModels() { // a guard against another order of magnitude, not a benchmark
        Builder b;
        const auto model = b.finish({b.dense(b.dense(b.input("x", dims({10})), 10, 128, 1), 128, 1, 2)});
        Executor executor(model);
        QElapsedTimer timer;
        timer.start();
        auto profile = profiled({{"x", normal({1000, 10}, 1)}});
        const auto input = timer.nsecsElapsed();
        const auto done = profileLayers(profile, executor);
        VERIFY_RESULT(done);
        const auto layers = timer.nsecsElapsed();
        envelopeFor(profile, 1);
        qInfo("1000 x 10: input %.2f ms, layers %.2f ms, envelope %.2f ms", double(input) / 1e6,
              double(layers - input) / 1e6, double(timer.nsecsElapsed() - layers) / 1e6);
        QVERIFY(timer.elapsed() < 1000);
    }
};

PLUMBLINE_TEST(tst_layerprofile)
#include "tst_layerprofile.moc"
