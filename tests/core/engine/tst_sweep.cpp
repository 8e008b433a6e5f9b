#include "tests/support/testcase.h"

#include "core/engine/plan.h"
#include "tests/core/engine/graphs.h"

#include <cstring>
#include <map>

using namespace plumbline;
using namespace plumbline::test;

namespace {

struct Seen {
    Statistics statistics;
    std::vector<float> elements;
};

/// Every value by its name, watched in one of the ways there are.
class Watcher final : public Observer {
public:
    Watcher(const Model& watched, Interest asked) : m_model(watched), m_asked(asked) {}
    std::map<std::string, Seen> seen;

    Interest interest(const TraceKey&) override { return m_asked; }
    Answer received(ObservedValue value) override {
        auto& one = seen[m_model.graph.value(value.key.value).name];
        one.statistics = *value.statistics;
        if (m_asked.tensor || m_asked.elements) {
            const auto span = value.tensor.span<float>();
            one.elements.assign(span.begin(), span.end());
        }
        return Answer::goOn;
    }

private:
    const Model& m_model;
    Interest m_asked;
};

/// Two residual blocks: convolutions, and all that is done element by element after them, in place where nobody reads
/// the operand again.
std::shared_ptr<const Model> network() {
    Builder b;
    auto x = b.input("image", dims({24, 24, 3}));
    x = b.op("Relu", {b.batchNormalization(b.convolution(x, 3, 16, 1), 16, 3)});
    for (unsigned block = 0; block < 2; ++block) {
        const auto skip = x;
        x = b.op("LeakyRelu", {b.batchNormalization(b.convolution(x, 16, 16, 10 * block + 7), 16, 5)});
        x = b.batchNormalization(b.convolution(x, 16, 16, 10 * block + 9), 16, 6);
        x = b.op("Relu", {b.op("Add", {x, skip})});
    }
    return b.finish({b.op("Tanh", {b.op("Mul", {x, b.list<float>({0.5f})})})});
}

std::map<std::string, Seen> watch(const std::shared_ptr<const Model>& model, const Tensor& input, Interest asked,
                                  int threads) {
    Executor executor(model, {.threads = threads});
    Watcher watcher(*model, asked);
    for (int call = 0; call < 2; ++call) // the second on memory that the first has used
        if (const auto result = executor.run(std::span(&input, 1), &watcher); !result || result->failure)
            return {};
    return watcher.seen;
}

bool same(const Statistics& a, const Statistics& b) {
    return a.count == b.count && a.nan == b.nan && a.positiveInfinity == b.positiveInfinity &&
           a.negativeInfinity == b.negativeInfinity && a.zero == b.zero && a.negative == b.negative && a.min == b.min &&
           a.max == b.max && a.mean == b.mean && a.m2 == b.m2 && a.firstNan == b.firstNan && a.firstInf == b.firstInf &&
           a.histogram.bins() == b.histogram.bins();
}

} // namespace

class tst_sweep : public QObject {
    Q_OBJECT

    static constexpr Interest statistics{.statistics = true};
    static constexpr Interest elements{.statistics = true, .elements = true};
    static constexpr Interest tensors{.statistics = true, .tensor = true};

    static Tensor pictures(std::initializer_list<float> odd) {
        const auto clean = normal({5, 24, 24, 3}, 4);
        std::vector<float> v(clean.span<float>().begin(), clean.span<float>().end());
        std::size_t at = 1234;
        for (const float one : odd)
            v[std::exchange(at, at + 611)] = one;
        return Tensor::of<float>({5, 24, 24, 3}, std::span<const float>(v));
    }

private slots:
    void whatFollowsAConvolutionIsGoneOverWithIt() {
        const auto model = network();
        const std::vector<ValueType> input{{DType::float32, toDims(Shape{5, 24, 24, 3})}};
        const RunConfiguration configuration;
        const std::vector<bool> wanted(model->graph.values().size(), true);
        const auto plan = compilePlan({model->graph, configuration, 2, input, wanted});
        QCOMPARE(plan->sweeps.size(), std::size_t{5});
        for (const auto& sweep : plan->sweeps) {
            QCOMPARE(std::string(plan->steps[sweep.head].op->name), std::string("Conv"));
            QVERIFY(sweep.last > sweep.head);
            QCOMPARE(sweep.piece % 16, 0);
        }
        QVERIFY(compilePlan({model->graph, configuration, 2, input, {}})->sweeps.empty());
    }

    void theStatisticsAreThoseOfTheElementsWhoeverAsksForThem() {
        const auto model = network();
        for (const auto& input : {pictures({}), pictures({notANumber}), pictures({infinity, -infinity, -0.0f}),
                                  pictures({1e-42f, 3e38f, -3e38f})}) {
            const auto whole = watch(model, input, elements, 2);
            const auto alone = watch(model, input, statistics, 2);
            QVERIFY(whole.size() > 12);
            QCOMPARE(alone.size(), whole.size());
            for (const auto& [name, seen] : whole) {
                const auto shape = Shape{static_cast<std::int64_t>(seen.elements.size())};
                const auto direct = statisticsOf(Tensor::of<float>(shape, std::span<const float>(seen.elements)));
                QVERIFY2(seen.statistics.histogram.bins() == direct.histogram.bins(), name.c_str());
                QVERIFY2(seen.statistics.nan == direct.nan && seen.statistics.zero == direct.zero &&
                             seen.statistics.firstNan == direct.firstNan &&
                             seen.statistics.firstInf == direct.firstInf && seen.statistics.min == direct.min &&
                             seen.statistics.max == direct.max && seen.statistics.negative == direct.negative,
                         name.c_str());
                QVERIFY2(std::fabs(seen.statistics.mean - direct.mean) <= 1e-12 * direct.standardDeviation(),
                         name.c_str());
                QVERIFY2(std::fabs(seen.statistics.m2 - direct.m2) <= 1e-10 * direct.m2, name.c_str());
                QVERIFY2(same(seen.statistics, alone.at(name).statistics), name.c_str());
            }
        }
    }

    void theNumberOfThreadsChangesNothing() {
        const auto model = network();
        const auto input = pictures({notANumber});
        const auto one = watch(model, input, statistics, 1);
        for (const int threads : {2, 3}) {
            const auto several = watch(model, input, statistics, threads);
            for (const auto& [name, seen] : one)
                QVERIFY2(same(seen.statistics, several.at(name).statistics), name.c_str());
        }
    }

    void elementsAreKeptWithinTheBudgetAndAreTheValuesOwn() {
        const auto model = network();
        const auto input = pictures({});
        const auto whole = watch(model, input, elements, 2);
        const std::uint64_t oneValue = 5 * 24 * 24 * 16 * sizeof(float);
        for (const std::uint64_t budget : {oneValue - 1, 2 * oneValue, 7 * oneValue / 2, 100 * oneValue}) {
            Executor executor(model, {.threads = 2});
            TraceRecorder recorder(*model, {.elementBudget = budget});
            const auto trace = traceRun(executor, std::span(&input, 1), recorder);
            VERIFY_RESULT(trace);
            std::uint64_t kept = 0;
            for (const auto& record : (*trace)->records) {
                kept += record.elements.isNull() ? 0 : record.elements.bytes();
                if (record.elements.isNull())
                    continue;
                const auto& seen = whole.at(model->graph.value(record.key.value).name).elements;
                QVERIFY(std::ranges::equal(record.elements.span<float>(), seen));
            }
            QVERIFY(kept <= budget);
            QVERIFY(kept + oneValue > budget || budget > 20 * oneValue);
        }
    }

    void anObserverReadsAValueThatIsOverwrittenLater() {
        const auto model = network();
        const auto input = pictures({});
        const auto kept = watch(model, input, elements, 2);
        const auto read = watch(model, input, tensors, 2);
        for (const auto& [name, seen] : kept)
            QVERIFY2(std::memcmp(seen.elements.data(), read.at(name).elements.data(),
                                 seen.elements.size() * sizeof(float)) == 0,
                     name.c_str());
    }
};

PLUMBLINE_TEST(tst_sweep)
#include "tst_sweep.moc"
