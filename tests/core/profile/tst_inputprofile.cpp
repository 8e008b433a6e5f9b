#include "tests/support/testcase.h"

#include "core/formats/data/random.h"
#include "core/profile/profile.h"

#include <QFile>
#include <QTemporaryDir>

#include <cmath>
#include <fstream>

using namespace plumbline;

namespace {

Tensor drawn(const Law& law, Shape shape, std::uint64_t seed = 1, DType dtype = DType::float32) {
    return *drawLaw(law, shape, dtype, seed);
}

InputProfile profileOf(Tensor tensor, std::vector<std::string> columns = {}) {
    const auto source = tensorSource(std::move(tensor), std::move(columns));
    SourceSpec spec;
    spec.text = "train.npy";
    auto profile = profileInput("x", *source, spec);
    if (!profile)
        qFatal("%s", profile.error().text().c_str());
    return *profile;
}

/// Resident memory of this process in bytes: all of it, and the part that is not a file's pages.
std::pair<std::int64_t, std::int64_t> residentBytes() {
    std::ifstream status("/proc/self/status");
    std::int64_t all = 0, anonymous = 0;
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:"))
            all = std::stoll(line.substr(6)) * 1024;
        if (line.starts_with("RssAnon:"))
            anonymous = std::stoll(line.substr(8)) * 1024;
    }
    return {all, anonymous};
}

} // namespace

class tst_inputprofile : public QObject {
    Q_OBJECT
private slots:
    void aTableHasStatisticsOfItsColumns() {
        const auto profile =
            profileOf(Tensor::of<float>({4, 2}, {1, 10, 2, 20, NAN, 30, 3, INFINITY}), {"age", "income"});
        QCOMPARE(profile.rows, 4);
        QCOMPARE(profile.shape, Shape({4, 2}));
        QCOMPARE(profile.rowShape(), Shape({2}));
        QCOMPARE(profile.columns, std::vector<std::string>({"age", "income"}));
        QCOMPARE(profile.statistics.nan, 1);
        QCOMPARE(profile.perColumn.size(), std::size_t(2));
        const auto& age = profile.perColumn[0];
        QCOMPARE(age.count, 4);
        QCOMPARE(age.nan, 1);
        QCOMPARE(*age.firstNan, 2);
        QCOMPARE(age.mean, 2.0);
        QVERIFY(std::fabs(age.variance() - 2.0 / 3) < 1e-12);
        QCOMPARE(age.histogram.total(), 3);
        const auto& income = profile.perColumn[1];
        QCOMPARE(income.positiveInfinity, 1);
        QCOMPARE(*income.firstInf, 3);
        QCOMPARE(income.max, 30.0);
        QVERIFY(profile.wholeNumbers);
    }

    void columnsAgreeWithStatisticsOfEachColumn() {
        const auto table = drawn({Law::Kind::normal, 1e6, 3}, {5000, 7}, 3, DType::float64);
        const auto profile = profileOf(table);
        for (std::size_t c = 0; c < 7; ++c) {
            const auto alone = statisticsOf(table.indexed(1, static_cast<std::int64_t>(c)));
            const auto& found = profile.perColumn[c];
            QCOMPARE(found.count, alone.count);
            QCOMPARE(found.min, alone.min);
            QCOMPARE(found.max, alone.max);
            QVERIFY(std::fabs(found.mean - alone.mean) < 1e-6);
            QVERIFY(std::fabs(found.standardDeviation() - alone.standardDeviation()) < 1e-6);
            QVERIFY(found.histogram.bins() == alone.histogram.bins());
        }
    }

    void aShortReferenceIsSampledWhole() {
        const auto profile = profileOf(drawn({Law::Kind::normal, 0, 1}, {50, 3}));
        QCOMPARE(profile.sample.shape(), Shape({50, 3}));
        QCOMPARE(profile.sampleRows.size(), std::size_t(50));
    }

    void theSampleHoldsTheSameRowsOfEveryInput() { // an image must stay with its label
        std::vector<float> first, second;
        for (int i = 0; i < 10'000; ++i) {
            first.insert(first.end(), {float(i), float(-i)});
            second.push_back(float(i));
        }
        const auto a = profileOf(Tensor::of<float>({10'000, 2}, first));
        const auto b = profileOf(Tensor::of<float>({10'000, 1}, second));
        QCOMPARE(a.sample.shape()[0], maximumSampleRows);
        QVERIFY(a.sampleRows == b.sampleRows);
        QVERIFY(std::ranges::is_sorted(a.sampleRows));
        for (std::int64_t i = 0; i < maximumSampleRows; ++i) {
            QCOMPARE(a.sample.flat(2 * i), double(a.sampleRows[static_cast<std::size_t>(i)]));
            QCOMPARE(b.sample.flat(i), a.sample.flat(2 * i));
        }
        double mean = 0;
        for (const auto row : a.sampleRows)
            mean += double(row) / double(maximumSampleRows);
        QVERIFY(std::fabs(mean - 5000) < 250); // from all over the file
    }

    void aSmallerSampleIsPartOfALargerOne() {
        const auto large = sampleRowIndices(100'000, 2048), small = sampleRowIndices(100'000, 100);
        QVERIFY(std::ranges::includes(large, small));
        const auto shorter = sampleRowIndices(50'000, 2048); // and of the rows two files share most are chosen in both
        std::vector<std::int64_t> shared;
        std::ranges::set_intersection(large, shorter, std::back_inserter(shared));
        QVERIFY(shared.size() > 900);
    }

    void lawsAreRecognisedFromTheirDraws_data() {
        QTest::addColumn<QString>("law");
        for (const char* law : {"normal(0,1)", "uniform(0,1)", "uniform(-1,1)", "integers(0,10)", "integers(-3,4)"})
            QTest::newRow(law) << QString(law);
    }
    void lawsAreRecognisedFromTheirDraws() {
        QFETCH(QString, law);
        const auto parsed = parseLaw(law.toStdString());
        int recognised = 0;
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            const auto profile = profileOf(drawn(**parsed, {1000, 10}, seed));
            recognised += profile.law && profile.law->text() == law.toStdString();
            if (profile.law)
                QCOMPARE(profile.law->text(), law.toStdString());
        }
        QVERIFY2(recognised >= 49, qPrintable(QString::number(recognised)));
    }

    void whatIsNoSuchLawIsNotGuessed() {
        const auto none = [](const Tensor& tensor, std::vector<std::string> columns = {}) {
            return !profileOf(tensor, std::move(columns)).law;
        };
        QVERIFY(none(drawn({Law::Kind::normal, 0.1, 1}, {1000, 10})));
        QVERIFY(none(drawn({Law::Kind::normal, 0, 1.1}, {1000, 10})));
        QVERIFY(none(drawn({Law::Kind::uniform, 0, 0.95}, {1000, 10})));
        QVERIFY(none(drawn({Law::Kind::normal, 0, 1}, {50, 10}))); // too few to tell
        QVERIFY(none(drawn({Law::Kind::normal, 0, 1}, {1000, 10}), {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}));
        // Columns brought to mean 0 and deviation 1 by their own numbers are a scaler's work, not a latent's law.
        auto scaled = *TensorBuilder::allocate(DType::float64, {1000, 4});
        const auto table = drawn({Law::Kind::normal, 5, 3}, {1000, 4}, 9, DType::float64);
        for (std::int64_t c = 0; c < 4; ++c) {
            const auto s = statisticsOf(table.indexed(1, c));
            for (std::int64_t r = 0; r < 1000; ++r)
                scaled.span<double>()[static_cast<std::size_t>(4 * r + c)] =
                    (table.flat(4 * r + c) - s.mean) / s.standardDeviation();
        }
        QVERIFY(none(std::move(scaled).build()));
        // A mixture that has the right mean and deviation, but not the shape.
        const auto wide = drawn({Law::Kind::normal, 0, 1.35}, {500, 10}, 2),
                   narrow = drawn({Law::Kind::normal, 0, 0.42}, {500, 10}, 3);
        std::vector<float> mixed(wide.span<float>().begin(), wide.span<float>().end());
        mixed.insert(mixed.end(), narrow.span<float>().begin(), narrow.span<float>().end());
        QVERIFY(none(Tensor::of<float>({1000, 10}, mixed)));
        // Counts that are whole but not equally likely.
        std::vector<float> counts;
        Random random(4);
        for (int i = 0; i < 10'000; ++i)
            counts.push_back(float(std::min(random.below(10), random.below(10))));
        QVERIFY(none(Tensor::of<float>({1000, 10}, counts)));
    }

    void aLawIsProfiledFromItsOwnDraws() {
        const auto spec = parseSourceSpec("z=normal(0,1)");
        VERIFY_RESULT(spec);
        const auto source = openLaw(*spec, {maximumSampleRows, 100}, DType::float32, 0, 0);
        VERIFY_RESULT(source);
        const auto profile = profileInput("z", **source, *spec);
        VERIFY_RESULT(profile);
        QCOMPARE(int(profile->kind), int(ReferenceKind::law));
        QCOMPARE(profile->rows, 0);
        QCOMPARE(profile->shape, Shape({0, 100}));
        QCOMPARE(profile->law->text(), std::string("normal(0,1)"));
        QCOMPARE(profile->sample.shape(), Shape({maximumSampleRows, 100}));
    }

    void aFileOf400MegabytesCostsAQuarterOfThat() {
        if (test::sanitized)
            QSKIP("A sanitizer keeps what is freed: its memory is not the program's.");
        QTemporaryDir folder;
        const auto path = folder.filePath("big.npy");
        {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            QByteArray dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (400000, 256), }";
            dictionary = dictionary.leftJustified(117, ' ') + '\n';
            file.write(QByteArray("\x93NUMPY\x01\x00", 8) + char(118) + '\0' + dictionary);
            if (!file.resize(128 + 400'000LL * 256 * 4))
                QSKIP("The file system has no sparse files of 400 MB.");
        }
        SourceSpec spec;
        spec.path = path.toStdString();
        const auto source = openSource(spec);
        VERIFY_RESULT(source);
        const auto before = residentBytes();
        std::int64_t mostAll = 0, mostAnonymous = 0;
        const Progress progress({}, [&](const ProgressReport&) {
            const auto now = residentBytes();
            mostAll = std::max(mostAll, now.first - before.first);
            mostAnonymous = std::max(mostAnonymous, now.second - before.second);
        });
        const auto profile = profileInput("x", **source, spec, progress);
        VERIFY_RESULT(profile);
        QCOMPARE(profile->statistics.zero, 400'000LL * 256);
        qInfo("grew by %lld MB, of which %lld MB are no file's", (long long)(mostAll >> 20),
              (long long)(mostAnonymous >> 20));
        QVERIFY(mostAll < 110LL << 20);
        QVERIFY(mostAnonymous < 40LL << 20);
    }

    void profilingCanBeCancelled() {
        std::stop_source stop;
        stop.request_stop();
        const auto source = tensorSource(drawn({Law::Kind::normal, 0, 1}, {10, 2}));
        const auto cancelled = profileInput("x", *source, {}, Progress(stop.get_token()));
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, ErrorCode::cancelled);
    }
};

PLUMBLINE_TEST(tst_inputprofile)
#include "tst_inputprofile.moc"
