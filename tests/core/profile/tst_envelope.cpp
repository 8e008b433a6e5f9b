#include "tests/support/testcase.h"

#include "tests/core/profile/syntheticnet.h"

#include <limits>

using namespace plumbline;
using namespace plumbline::test;

namespace {

struct Rates {
    int flagged = 0, predictions = 0;
    double rate() const { return double(flagged) / predictions; }
};

/// Fresh batches of the reference's own kind, over several networks: how many have a layer outside its band.
Rates falseAlarms(RowKind kind, std::int64_t rows, std::int64_t batch, int networks, int predictions) {
    Rates out;
    for (int n = 0; n < networks; ++n) {
        SyntheticNet net(1000 + static_cast<std::uint64_t>(n));
        const auto envelope = envelopeFor(net.profile(net.rows(kind, rows)), batch);
        for (int i = 0; i < predictions; ++i, ++out.predictions)
            out.flagged += SyntheticNet::worst(envelope, net.batch(net.rows(kind, batch))) > 1;
    }
    return out;
}

} // namespace

class tst_envelope : public QObject {
    Q_OBJECT
private slots:
    void cleanPredictionsComeOutClean_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("batch");
        const char* names[] = {"normal", "uniform", "heavy", "clustered", "sparse"};
        for (int kind = 0; kind < 5; ++kind)
            for (const int batch : {1, 7, 32})
                QTest::addRow("%s rows, batches of %d", names[kind], batch) << kind << batch;
    }
    void cleanPredictionsComeOutClean() { // the aim is below 1 in 1000, heavy tails included
        QFETCH(int, kind);
        QFETCH(int, batch);
        const auto rates = falseAlarms(RowKind(kind), 512, batch, 3, batch == 1 ? 1000 : 1000 / batch);
        QVERIFY2(rates.flagged <= 1 + rates.predictions / 1000,
                 qPrintable(QString("%1 of %2").arg(rates.flagged).arg(rates.predictions)));
    }

    void theTrainingRowsThemselvesComeOutClean() {
        for (const auto kind : {RowKind::normal, RowKind::heavy, RowKind::clustered, RowKind::sparse}) {
            SyntheticNet net(5);
            const auto rows = net.rows(kind, 300);
            const auto profile = net.profile(rows);
            for (const std::int64_t batch : {1, 10, 300}) {
                const auto envelope = envelopeFor(profile, batch);
                for (std::size_t begin = 0; begin < 300; begin += static_cast<std::size_t>(batch)) {
                    const std::vector part(rows.begin() + std::ptrdiff_t(begin),
                                           rows.begin() + std::ptrdiff_t(begin) + batch);
                    const double worst = SyntheticNet::worst(envelope, net.batch(part));
                    QVERIFY2(worst <= 1, qPrintable(QString::number(worst)));
                }
            }
        }
    }

    void aFewRowsOfReferenceStillGiveNoAlarm() {
        for (const std::int64_t rows : {8, 20}) {
            const auto one = falseAlarms(RowKind::normal, rows, 1, 10, 100),
                       many = falseAlarms(RowKind::normal, rows, 16, 10, 20);
            QVERIFY2(one.rate() <= 0.005, qPrintable(QString::number(one.rate())));
            QVERIFY2(many.rate() <= 0.01, qPrintable(QString::number(many.rate())));
        }
    }

    void inputsThatWereNotScaledStandFarOutside() {
        for (const auto kind : {RowKind::normal, RowKind::uniform, RowKind::clustered})
            for (const std::int64_t batch : {1, 16}) {
                SyntheticNet net(11);
                const auto envelope = envelopeFor(net.profile(net.rows(kind, 512)), batch);
                auto rows = net.rows(kind, batch);
                for (auto& row : rows)
                    for (double& x : row)
                        x *= 255;
                QVERIFY(SyntheticNet::worst(envelope, net.batch(rows)) > 10);
            }
    }

    void aBatchOfAnotherLawStandsOutside() {
        SyntheticNet net(12);
        const auto envelope = envelopeFor(net.profile(net.rows(RowKind::normal, 512)), 64);
        QVERIFY(SyntheticNet::worst(envelope, net.batch(net.rows(RowKind::uniform, 64))) > 1);
        auto shifted = net.rows(RowKind::normal, 64);
        for (auto& row : shifted)
            for (double& x : row)
                x += 2;
        QVERIFY(SyntheticNet::worst(envelope, net.batch(shifted)) > 1);
    }

    void aConstantLayerMayRoundButNotMove() {
        Profile profile;
        profile.layers.resize(1);
        profile.layers[0].rows.assign(100, LayerFigures{0.5, 0, 0.5, 0.5, 0});
        profile.layers[0].statistics.count = 6400;
        const auto bands = envelopeFor(profile, 1).layers[0];
        const auto at = [](double value) {
            return statisticsOf(Tensor::of<double>({64}, std::vector<double>(64, value)), HistogramWanted::no);
        };
        QVERIFY(divergenceOf(bands, at(0.5)).multiple <= 1);
        QVERIFY(divergenceOf(bands, at(0.5 + 1e-7)).multiple <= 1);
        const auto moved = divergenceOf(bands, at(0.6));
        QVERIFY(moved.multiple > 100);
        QCOMPARE(moved.expected, 0.5);
        QCOMPARE(moved.actual, 0.6);
    }

    void aFigureThatNeverMovedKeepsReadableMultiples() { // every training image reaches exactly 1
        Profile profile;
        profile.layers.resize(1);
        auto& layer = profile.layers[0];
        Random random(4);
        for (int i = 0; i < 300; ++i)
            layer.rows.push_back({0.1 * random.normal(), 0.67 + 0.01 * random.normal(), -1, 1, 0});
        layer.statistics.count = 300 * 64;
        layer.statistics.m2 = 0.67 * 0.67 * 300 * 64;
        const auto bands = envelopeFor(profile, 1).layers[0];
        QVERIFY(bands.max.distance(1) <= 1);
        QVERIFY(bands.max.distance(255) > 1e4 && bands.max.distance(255) < 1e5);
    }

    void deadUnitsAreToldByTheirZeros() {
        Profile profile;
        profile.layers.resize(1);
        Random random(3);
        for (int i = 0; i < 300; ++i)
            profile.layers[0].rows.push_back({1, 1, 0, 4 + 0.3 * random.normal(), 0.5 + 0.03 * random.normal()});
        profile.layers[0].statistics.count = 300 * 256;
        std::vector<double> elements(256, 0.0);
        elements[0] = 4;
        const auto divergence =
            divergenceOf(envelopeFor(profile, 1).layers[0], statisticsOf(Tensor::of<double>({256}, elements)));
        QVERIFY(divergence.multiple > 2);
    }

    void nothingFiniteIsInfinitelyFar() {
        SyntheticNet net(2);
        const auto envelope = envelopeFor(net.profile(net.rows(RowKind::normal, 50)), 1);
        const auto none = statisticsOf(Tensor::of<float>({2}, {NAN, NAN}));
        QCOMPARE(divergenceOf(envelope.layers[0], none).multiple, std::numeric_limits<double>::infinity());
    }

    void aLayerTheReferenceDidNotReachIsNotJudged() {
        Profile profile;
        profile.layers.resize(1);
        const auto envelope = envelopeFor(profile, 1);
        QVERIFY(!envelope.layers[0].known);
        QCOMPARE(divergenceOf(envelope.layers[0], statisticsOf(Tensor::of<float>({1}, {7}))).multiple, 0.0);
    }

    void theSameProfileGivesTheSameEnvelope() {
        SyntheticNet net(2);
        const auto profile = net.profile(net.rows(RowKind::normal, 100));
        const auto first = envelopeFor(profile, 5), second = envelopeFor(profile, 5);
        for (std::size_t i = 0; i < first.layers.size(); ++i)
            QCOMPARE(first.layers[i].mean.halfWidth, second.layers[i].mean.halfWidth);
    }
};

PLUMBLINE_TEST(tst_envelope)
#include "tst_envelope.moc"
