#include "tests/support/testcase.h"

#include "tests/core/engine/graphs.h"

#include <atomic>
#include <numeric>

using namespace plumbline;
using namespace plumbline::test;

namespace {

using Time = RunTimes::Time;

/// Its clock goes on by one each time it is read: a piece of work takes one, however fast the machine.
class Ticking final : public Observer {
public:
    Ticking(const Model& watched, std::vector<ValueId> wanted) : m_wanted(watched.graph.values().size()) {
        for (const auto value : wanted)
            m_wanted[value.index] = true;
    }
    std::map<std::uint32_t, double> layerTimes; ///< as told with the values, by layer

    Interest interest(const TraceKey& key) override { return {.statistics = m_wanted[key.value.index]}; }
    Answer received(ObservedValue value) override {
        layerTimes[value.layer.index] = value.microseconds;
        return Answer::goOn;
    }
    Time now() const override { return Time(m_ticks++); }
    Time ticks() const { return Time(m_ticks.load()); }

private:
    std::vector<bool> m_wanted;
    mutable std::atomic<std::int64_t> m_ticks = 1'000;
};

std::vector<ValueId> outputsOfLayers(const Model& model) {
    std::vector<ValueId> out;
    for (const auto& layer : model.graph.layers())
        out.insert(out.end(), layer.outputs.begin(), layer.outputs.end());
    return out;
}

/// A layer of several ops of which the last alone is its output, as a recurrent layer is lowered.
ValueId severalOps(Builder& b, ValueId x, std::int64_t width) {
    const auto layer = b.addLayer("several", "GRU");
    auto value = x;
    for (const char* op : {"Softmax", "Relu", "Softmax"})
        value = b.graph.add(layer, op, {value});
    value = b.graph.add(layer, "MatMul", {value, b.constant(normal({width, width}, 9))});
    b.graph.layer(layer).outputs = {value};
    return value;
}

std::shared_ptr<const Model> network() {
    Builder b;
    auto x = b.input("image", dims({12, 12, 3}));
    x = b.op("Relu", {b.batchNormalization(b.convolution(x, 3, 16, 1), 16, 3)});
    const auto skip = x;
    x = b.op("LeakyRelu", {b.convolution(x, 16, 16, 7)});
    x = b.op("Relu", {b.op("Add", {x, skip})});
    x = b.op("Flatten", {x});
    return b.finish({severalOps(b, b.dense(x, 12 * 12 * 16, 10, 20), 10)});
}

RunTimes timesOf(const std::shared_ptr<const Model>& model, const Tensor& input, Observer& observer,
                 RunConfiguration configuration = {}) {
    Executor executor(model, configuration);
    auto result = executor.run(std::span(&input, 1), &observer);
    return result ? result->times : RunTimes();
}

LayerId layerNamed(const Model& model, std::string_view part) {
    for (std::size_t i = 0; i < model.graph.layers().size(); ++i)
        if (model.graph.layers()[i].name.starts_with(part))
            return LayerId(i);
    return {};
}

} // namespace

class tst_runtimes : public QObject {
    Q_OBJECT
private slots:
    void layersWatchingAndTheRestAreTheWholeRun_data() {
        QTest::addColumn<int>("backend");
        QTest::addColumn<int>("threads");
        QTest::newRow("one thread") << static_cast<int>(Backend::onednn) << 1;
        QTest::newRow("several threads") << static_cast<int>(Backend::onednn) << 2;
        QTest::newRow("reference kernels") << static_cast<int>(Backend::reference) << 1;
    }

    void layersWatchingAndTheRestAreTheWholeRun() {
        QFETCH(int, backend);
        QFETCH(int, threads);
        const auto model = network();
        Ticking observer(*model, outputsOfLayers(*model));
        const auto times = timesOf(model, normal({5, 12, 12, 3}, 5), observer,
                                   {.backend = static_cast<Backend>(backend), .threads = threads});
        // From the first reading of the clock to the last.
        QCOMPARE(times.whole().count(), (observer.ticks() - Time(1'000)).count() - 1);
        QCOMPARE(times.computing(), std::accumulate(times.layers.begin(), times.layers.end(), Time()));
        for (std::size_t i = 0; i < times.layers.size(); ++i)
            QVERIFY2((times.layers[i].count() > 0) == !model->graph.layers()[i].nodes.empty(),
                     model->graph.layers()[i].name.c_str());
    }

    void aLayerHasTheTimeOfAllItsOps() {
        const auto model = network();
        Ticking observer(*model, outputsOfLayers(*model));
        const auto layer = layerNamed(*model, "several");
        const auto times =
            timesOf(model, normal({5, 12, 12, 3}, 5), observer, {.backend = Backend::reference, .threads = 1});
        QCOMPARE(times.layers[layer.index].count(), 4);
        QCOMPARE(observer.layerTimes.at(layer.index), 0.004); // and it is told so while the run goes on
    }

    void opsThatAreFusedShareTheirTimeEvenly() {
        Builder b;
        const auto x = b.input("image", dims({12, 12, 3}));
        const auto model = b.finish({b.op("Relu", {b.batchNormalization(b.convolution(x, 3, 16, 1), 16, 3)})});
        Ticking observer(*model, model->graph.outputs()); // nothing between is watched: all three are one step
        auto times = timesOf(model, normal({5, 12, 12, 3}, 5), observer, {.threads = 1});
        QCOMPARE(times.computing().count(), 1);
        const auto nodes = std::vector<NodeId>{NodeId(0), NodeId(1), NodeId(2)};
        book(times, model->graph, nodes, Time(10));
        QCOMPARE(times.computing().count(), 11);
        for (const char* layer : {"Conv", "BatchNormalization", "Relu"})
            QVERIFY2(times.layers[layerNamed(*model, layer).index].count() >= 3, layer);
    }

    void aRunThatNobodyWatchesIsNotTakenApart() {
        const auto model = network();
        Executor executor(model, {});
        const auto input = normal({2, 12, 12, 3}, 5);
        const auto result = executor.run(std::span(&input, 1));
        VERIFY_RESULT(result);
        QVERIFY(result->times.layers.empty());
        QCOMPARE(result->times.whole().count(), 0);
    }
};

PLUMBLINE_TEST(tst_runtimes)
#include "tst_runtimes.moc"
