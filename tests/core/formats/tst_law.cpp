#include "tests/support/testcase.h"

#include "core/formats/data/random.h"
#include "core/formats/data/source.h"

#include <cmath>

using namespace plumbline;

class tst_law : public QObject {
    Q_OBJECT
private slots:
    void normalQuantilesAreThoseOfTheTables() { // from Wichura's paper and the usual tables
        QCOMPARE(normalQuantile(0.5), 0.0);
        QVERIFY(std::fabs(normalQuantile(0.25) - -0.6744897501960817) < 1e-15);
        QVERIFY(std::fabs(normalQuantile(0.975) - 1.959963984540054) < 1e-14);
        QVERIFY(std::fabs(normalQuantile(0.001) - -3.090232306167813) < 1e-14);
        QVERIFY(std::fabs(normalQuantile(1e-20) - -9.262340089798408) < 1e-13);
    }

    void theSameSeedGivesTheSameElementsForEver() { // pinned: a saved command must give the same answer in ten years
        const auto drawn = drawLaw({Law::Kind::normal, 0, 1}, {2, 2}, DType::float64, 42);
        VERIFY_RESULT(drawn);
        const auto again = drawLaw({Law::Kind::normal, 0, 1}, {2, 2}, DType::float64, 42);
        const auto other = drawLaw({Law::Kind::normal, 0, 1}, {2, 2}, DType::float64, 43);
        for (int i = 0; i < 4; ++i) {
            QCOMPARE(drawn->flat(i), again->flat(i));
            QVERIFY(drawn->flat(i) != other->flat(i));
        }
        Random random(1);
        QCOMPARE(random.next(), 0xcfc5d07f6f03c29bull);
    }

    void drawsFollowTheirLaw() {
        constexpr std::int64_t n = 200'000;
        const auto normal = drawLaw({Law::Kind::normal, 3, 2}, {n}, DType::float64, 7);
        VERIFY_RESULT(normal);
        double sum = 0, squares = 0, beyond = 0;
        for (const double x : normal->span<double>()) {
            sum += x;
            squares += (x - 3) * (x - 3);
            beyond += std::fabs(x - 3) > 2 * 1.959964;
        }
        QVERIFY(std::fabs(sum / n - 3) < 0.02);
        QVERIFY(std::fabs(std::sqrt(squares / n) - 2) < 0.02);
        QVERIFY(std::fabs(beyond / n - 0.05) < 0.002);
        const auto integers = drawLaw({Law::Kind::integers, 0, 10}, {n}, DType::int64, 7);
        VERIFY_RESULT(integers);
        std::vector<int> counts(10);
        for (const auto value : integers->span<std::int64_t>()) {
            QVERIFY(value >= 0 && value < 10);
            ++counts[static_cast<std::size_t>(value)];
        }
        for (const int count : counts)
            QVERIFY(std::abs(count - n / 10) < 700);
        const auto uniform = drawLaw({Law::Kind::uniform, -1, 1}, {n}, DType::float32, 7);
        VERIFY_RESULT(uniform);
        for (const float x : uniform->span<float>())
            QVERIFY(x >= -1 && x <= 1);
    }

    void twoInputsOfOneModelDrawApart() {
        const auto spec = parseSourceSpec("normal(0,1)");
        VERIFY_RESULT(spec);
        const auto first = openLaw(*spec, {4, 3}, DType::float32, 0, 0);
        const auto second = openLaw(*spec, {4, 3}, DType::float32, 0, 1);
        VERIFY_RESULT(first);
        VERIFY_RESULT(second);
        const auto a = (*first)->all(), b = (*second)->all();
        VERIFY_RESULT(a);
        VERIFY_RESULT(b);
        QVERIFY(a->flat(0) != b->flat(0));
        QCOMPARE((*first)->format(), std::string("law"));
    }
};

PLUMBLINE_TEST(tst_law)
#include "tst_law.moc"
