#include "tests/support/testcase.h"

#include "core/tensor/statistics.h"

#include <omp.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>

using namespace plumbline;

namespace {

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

/// The definition, in long double and two passes.
Statistics naive(const Tensor& tensor) {
    Statistics out;
    out.count = tensor.elements();
    std::map<std::uint16_t, std::int64_t> bins;
    long double sum = 0;
    std::vector<double> finite;
    for (std::int64_t i = 0; i < tensor.elements(); ++i) {
        const double v = tensor.flat(i);
        if (std::isnan(v)) {
            ++out.nan;
            if (!out.firstNan)
                out.firstNan = i;
            continue;
        }
        if (std::isinf(v)) {
            ++(v > 0 ? out.positiveInfinity : out.negativeInfinity);
            if (!out.firstInf)
                out.firstInf = i;
            continue;
        }
        out.zero += v == 0;
        out.negative += v < 0;
        out.min = finite.empty() ? v : std::min(out.min, v);
        out.max = finite.empty() ? v : std::max(out.max, v);
        finite.push_back(v);
        sum += v;
        constexpr double largest = std::numeric_limits<float>::max();
        ++bins[Histogram::keyOf(static_cast<float>(std::clamp(v, -largest, largest)))];
    }
    if (!finite.empty()) {
        const auto mean = sum / static_cast<long double>(finite.size());
        long double m2 = 0;
        for (const double v : finite)
            m2 += (v - mean) * (v - mean);
        out.mean = static_cast<double>(mean);
        out.m2 = static_cast<double>(m2);
    }
    std::vector<Histogram::Bin> inOrder;
    for (const auto& [key, count] : bins)
        inOrder.emplace_back(key, count);
    out.histogram = Histogram::fromBins(std::move(inOrder));
    return out;
}

bool near(double a, double b, double relative) {
    return a == b || std::fabs(a - b) <= relative * std::max(std::fabs(a), std::fabs(b));
}

QString difference(const Statistics& a, const Statistics& b) {
    const auto number = [](auto v) { return QString::number(static_cast<double>(v), 'g', 17); };
#define SAME(member)                                                                                                   \
    if (a.member != b.member)                                                                                          \
    return QString(#member ": %1 against %2").arg(number(a.member), number(b.member))
    SAME(count);
    SAME(nan);
    SAME(positiveInfinity);
    SAME(negativeInfinity);
    SAME(zero);
    SAME(negative);
    SAME(min);
    SAME(max);
#undef SAME
    if (a.firstNan != b.firstNan)
        return "firstNan";
    if (a.firstInf != b.firstInf)
        return "firstInf";
    const double deviation = std::sqrt(b.variance());
    if (!near(a.mean, b.mean, 1e-12) && std::fabs(a.mean - b.mean) > 1e-12 * deviation)
        return QString("mean: %1 against %2").arg(number(a.mean), number(b.mean));
    if (!near(a.m2, b.m2, 1e-9))
        return QString("m2: %1 against %2").arg(number(a.m2), number(b.m2));
    if (a.histogram.bins() != b.histogram.bins())
        return "histogram";
    return {};
}
#define COMPARE_STATISTICS(a, b) QVERIFY2(difference(a, b).isEmpty(), qPrintable(difference(a, b)))

std::vector<float> normals(std::size_t n, float mean, float deviation, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> law(mean, deviation);
    std::vector<float> out(n);
    for (auto& v : out)
        v = law(generator);
    return out;
}

Tensor row(const std::vector<float>& v) { return Tensor::of<float>({static_cast<std::int64_t>(v.size())}, v); }

} // namespace

class tst_statistics : public QObject {
    Q_OBJECT
private slots:
    void anEmptyTensorHasNothing() {
        const auto s = statisticsOf(Tensor::of<float>({0, 3}, {}));
        QCOMPARE(s.count, 0);
        QCOMPARE(s.variance(), 0.0);
        QVERIFY(s.histogram.isEmpty());
        QVERIFY(!s.firstNan);
        QCOMPARE(statisticsOf(Tensor()).count, 0);
        QCOMPARE(statisticsAlong(Tensor::of<float>({0, 3}, {}), 1).size(), std::size_t{3});
    }

    void everyKindOfNumberIsCountedInItsPlace() {
        const auto s =
            statisticsOf(row({1, -2, notANumber, 0, -0.0f, infinity, -infinity, 1e-40f, -1e-40f, notANumber}));
        QCOMPARE(s.count, 10);
        QCOMPARE(s.nan, 2);
        QCOMPARE(s.positiveInfinity, 1);
        QCOMPARE(s.negativeInfinity, 1);
        QCOMPARE(s.zero, 2);
        QCOMPARE(s.negative, 2);
        QCOMPARE(s.min, -2.0);
        QCOMPARE(s.max, 1.0);
        QCOMPARE(*s.firstNan, 2);
        QCOMPARE(*s.firstInf, 5);
        QCOMPARE(s.histogram.total(), s.finite());
        QVERIFY(near(s.mean, -1.0 / 6, 1e-12));
    }

    void nothingFiniteLeavesTheMomentsAlone() {
        const auto s = statisticsOf(row({notANumber, infinity, -infinity}));
        QCOMPARE(s.finite(), 0);
        QCOMPARE(s.mean, 0.0);
        QCOMPARE(s.min, 0.0);
        QCOMPARE(s.variance(), 0.0);
        QVERIFY(s.histogram.isEmpty());
    }

    void anyLengthAgreesWithTheDefinition() {
        for (const std::size_t n : {1, 2, 7, 15, 16, 17, 31, 33, 100, 4095, 4096, 4097, 70001, 300007}) {
            auto v = normals(n, 0.3f, 2, static_cast<unsigned>(n));
            for (std::size_t i = 0; i < n; i += 5)
                v[i] = std::max(v[i], 0.0f);
            COMPARE_STATISTICS(statisticsOf(row(v)), naive(row(v)));
            if (n > 20) {
                v[n / 2] = notANumber;
                v[n / 3] = infinity;
                v[n - 1] = -infinity;
                v[n / 4] = 1e-42f;
                v[n / 5] = -0.0f;
                v[0] = std::numeric_limits<float>::max();
                COMPARE_STATISTICS(statisticsOf(row(v)), naive(row(v)));
            }
        }
    }

    void aSmallDeviationAroundALargeMeanSurvives() {
        const auto v = normals(200000, 1e6f, 1, 3);
        COMPARE_STATISTICS(statisticsOf(row(v)), naive(row(v)));
    }

    void everyTypeAgreesWithTheDefinition() {
        const auto v = normals(70000, 20, 30, 5);
        for (const auto dtype :
             {DType::boolean, DType::int8, DType::uint8, DType::int16, DType::uint16, DType::int32, DType::uint32,
              DType::int64, DType::uint64, DType::float16, DType::bfloat16, DType::float32, DType::float64}) {
            const auto t = row(v).cast(dtype);
            VERIFY_RESULT(t);
            QVERIFY2(difference(statisticsOf(*t), naive(*t)).isEmpty(),
                     (std::string(name(dtype)) + ": " + difference(statisticsOf(*t), naive(*t)).toStdString()).c_str());
        }
    }

    void doublesBeyondFloatStayFinite() {
        const auto t = Tensor::of<double>({4}, {1e300, -1e300, 1e308, 1.5e308});
        const auto s = statisticsOf(t);
        QCOMPARE(s.finite(), 4);
        QVERIFY(near(s.mean, 0.625e308, 1e-12));
        QCOMPARE(s.histogram.total(), 4);
        QCOMPARE(statisticsOf(Tensor::of<double>({2}, {1e-300, -1e-300})).zero, 0);
    }

    void viewsAreReadInTheirOwnOrder() {
        auto v = normals(6 * 50 * 70, 0, 1, 7);
        v[1234] = notANumber;
        v[777] = infinity;
        const auto t = Tensor::of<float>({6, 50, 70}, v);
        const std::size_t turn[] = {2, 0, 1};
        for (const auto& view :
             {t.transposed(turn), t.sliced(1, 3, 20), t.sliced(2, 10, 33).transposed(turn), t.indexed(1, 4)})
            COMPARE_STATISTICS(statisticsOf(view), naive(view));
    }

    void theResultDoesNotDependOnTheThreads() {
        const auto t = row(normals(1000003, 0.1f, 1, 11));
        const int before = omp_get_max_threads();
        omp_set_num_threads(1);
        const auto one = statisticsOf(t);
        omp_set_num_threads(4);
        const auto four = statisticsOf(t);
        omp_set_num_threads(before);
        QCOMPARE(one.mean, four.mean);
        QCOMPARE(one.m2, four.m2);
        QCOMPARE(one.histogram.bins(), four.histogram.bins());
        QCOMPARE(statisticsOf(t, HistogramWanted::no).m2, one.m2);
        QVERIFY(statisticsOf(t, HistogramWanted::no).histogram.isEmpty());
    }

    void partsMergeToTheWholeInAnyOrder() {
        auto v = normals(30000, 5, 3, 13);
        v[20005] = notANumber;
        v[100] = -infinity;
        const auto t = row(v);
        const auto whole = statisticsOf(t);
        Statistics forward;
        for (std::int64_t i = 0; i < 30; ++i)
            forward.merge(statisticsOf(t.sliced(0, i * 1000, 1000)));
        COMPARE_STATISTICS(forward, whole);
        Statistics backward;
        for (std::int64_t i = 30; i-- > 0;)
            backward.merge(statisticsOf(t.sliced(0, i * 1000, 1000)));
        QCOMPARE(backward.histogram.bins(), whole.histogram.bins());
        QCOMPARE(backward.nan, 1);
        QVERIFY(near(backward.mean, whole.mean, 1e-12));
        QVERIFY(near(backward.m2, whole.m2, 1e-10));
        Statistics empty;
        empty.merge(whole);
        COMPARE_STATISTICS(empty, whole);
    }

    void eachRowAndEachChannelHasItsOwn() {
        auto v = normals(9 * 40 * 30, -1, 2, 17);
        v[500] = notANumber;
        const auto t = Tensor::of<float>({9, 40, 30}, v);
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const auto parts = statisticsAlong(t, axis);
            QCOMPARE(parts.size(), static_cast<std::size_t>(t.shape()[axis]));
            for (std::size_t i = 0; i < parts.size(); ++i) {
                auto expected = naive(t.indexed(axis, static_cast<std::int64_t>(i)));
                expected.histogram = {};
                COMPARE_STATISTICS(parts[i], expected);
            }
        }
    }
};

PLUMBLINE_TEST(tst_statistics)
#include "tst_statistics.moc"
