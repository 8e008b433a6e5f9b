#include "tests/support/testcase.h"

#include "core/engine/derivedstatistics.h"
#include "tests/core/engine/graphs.h"

#include <array>
#include <map>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// Every value with all its statistics and its own copy of the elements.
class Watcher final : public Observer {
public:
    std::map<std::string, ObservedValue> byOp;
    const Model* model = nullptr;

    Interest interest(const TraceKey&) override { return {true, true}; }
    void layerStarted(LayerId) override {}
    Answer received(ObservedValue value) override {
        const auto name = value.node.isValid() ? model->graph.node(value.node).op : "input";
        byOp[name] = std::move(value);
        return Answer::goOn;
    }
};

/// A picture through everything whose statistics follow from its operands'.
std::shared_ptr<const Model> network() {
    Builder b;
    const auto x = b.input("image", dims({16, 16, 8}));
    const auto relu = b.op("Relu", {x});
    Attributes resize;
    resize.set("mode", std::string("nearest"));
    resize.set("coordinate_transformation_mode", std::string("asymmetric"));
    resize.set("nearest_mode", std::string("floor"));
    resize.set("channels_last", std::int64_t{1});
    const auto large = b.op("Resize", {x, ValueId(), b.list<float>({1, 2, 3, 1})}, std::move(resize));
    Attributes turn;
    turn.set("perm", std::vector<std::int64_t>{0, 2, 1, 3});
    const auto turned = b.op("Transpose", {x}, std::move(turn));
    const auto flat = b.op("Flatten", {x});
    Attributes last;
    last.set("axis", std::int64_t{-1});
    const auto both = b.op("Concat", {relu, turned, x}, std::move(last));
    return b.finish({large, flat, both});
}

std::string difference(const Statistics& a, const Statistics& b) {
    if (a.count != b.count || a.nan != b.nan || a.positiveInfinity != b.positiveInfinity ||
        a.negativeInfinity != b.negativeInfinity || a.zero != b.zero || a.negative != b.negative)
        return "counts";
    if (a.min != b.min || a.max != b.max)
        return "extremes";
    if (a.firstNan != b.firstNan || a.firstInf != b.firstInf)
        return "first of what is not finite";
    if (a.histogram.bins() != b.histogram.bins())
        return "histogram";
    const auto near = [](double x, double y, double scale) { return std::fabs(x - y) <= 1e-12 * scale; };
    if (!near(a.mean, b.mean, std::fabs(b.mean) + b.standardDeviation()) || !near(a.m2, b.m2, b.m2))
        return "moments";
    return {};
}

} // namespace

class tst_derivedstatistics : public QObject {
    Q_OBJECT
private slots:
    void watchedLayersHaveTheStatisticsOfTheirElementsWhateverTheyAre() {
        const auto model = network();
        const std::vector<std::vector<float>> oddities{{},
                                                       {notANumber},
                                                       {infinity, -infinity},
                                                       {0.0f, -0.0f},
                                                       {1e-42f, -1e-42f, 3e38f, -3e38f},
                                                       {1e-42f, notANumber, -infinity, -0.0f}};
        for (const auto backend : {Backend::onednn, Backend::reference})
            for (const auto& odd : oddities) {
                const auto clean = normal({8, 16, 16, 8}, 5);
                std::vector<float> v(clean.span<float>().begin(), clean.span<float>().end());
                for (std::size_t i = 0; i < odd.size(); ++i)
                    v[1000 + 777 * i] = odd[i];
                const auto input = Tensor::of<float>({8, 16, 16, 8}, std::span<const float>(v));
                Executor executor(model, {.backend = backend});
                Watcher watcher;
                watcher.model = model.get();
                const auto result = executor.run(std::span(&input, 1), &watcher);
                VERIFY_RESULT(result);
                QVERIFY(!result->failure);
                QCOMPARE(watcher.byOp.size(), std::size_t{6});
                for (const auto& [op, value] : watcher.byOp) {
                    const auto problem = difference(*value.statistics, statisticsOf(value.tensor));
                    QVERIFY2(problem.empty(), (op + ": " + problem).c_str());
                }
            }
    }

    void onlyWhatIsAskedForIsGiven() {
        const auto x = Tensor::of<float>({4}, {-1, 0, 2, 3});
        const auto y = Tensor::of<float>({4}, {0, 0, 2, 3});
        const auto operand = statisticsOf(x), bare = statisticsOf(x, HistogramWanted::no);
        const StatisticsRule rule{StatisticsRule::Kind::rectified};
        const Statistics* const known[] = {&operand};
        const Statistics* const binless[] = {&bare};
        const Statistics* const missing[] = {nullptr};
        QVERIFY(derivedStatistics(rule, known, y, HistogramWanted::no)->histogram.isEmpty());
        QVERIFY(!derivedStatistics(rule, binless, y, HistogramWanted::yes));
        QVERIFY(!derivedStatistics(rule, missing, y, HistogramWanted::yes));
        QVERIFY(!derivedStatistics({}, known, y, HistogramWanted::yes));
        QVERIFY(!derivedStatistics({StatisticsRule::Kind::joined}, std::array<const Statistics*, 2>{&operand, nullptr},
                                   y, HistogramWanted::yes));
    }

    void aResizeThatMixesOrRepeatsUnevenlyIsCountedItself() {
        const auto rule = [](const char* mode, const char* coordinates, Shape out) {
            Attributes attributes;
            attributes.set("mode", std::string(mode));
            attributes.set("coordinate_transformation_mode", std::string(coordinates));
            attributes.set("nearest_mode", std::string("floor"));
            const ValueType in[] = {{DType::float32, toDims(Shape{4, 64, 64, 2})}};
            return statisticsRule("Resize", attributes, in, {}, {DType::float32, toDims(out)});
        };
        QCOMPARE(rule("nearest", "asymmetric", {4, 64, 128, 6}).times, 6);
        QVERIFY(rule("nearest", "asymmetric", {4, 64, 96, 2}).kind == StatisticsRule::Kind::none);
        QVERIFY(rule("linear", "half_pixel", {4, 64, 128, 2}).kind == StatisticsRule::Kind::none);
    }
};

PLUMBLINE_TEST(tst_derivedstatistics)
#include "tst_derivedstatistics.moc"
