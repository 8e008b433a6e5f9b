#include "tests/support/testcase.h"

#include "app/commandline/options.h"

#include <QTemporaryDir>

#include <fstream>

using namespace plumbline;

class tst_options : public QObject {
    Q_OBJECT

    static std::vector<std::string> words(const QString& line) {
        std::vector<std::string> out;
        for (const auto& word : line.split(' ', Qt::SkipEmptyParts))
            out.push_back(word.toStdString());
        return out;
    }

private slots:
    void aWholeCallIsUnderstood() {
        const auto options =
            parseOptions(words("check m.h5 --train z=normal(0,1) --input z=a.npz:z@x/255 --input b.npy --json - "
                               "--backend=reference --threads 2 --memory 512M --timeout 1.5 --seed 7"));
        VERIFY_RESULT(options);
        QCOMPARE(options->command, Command::check);
        QCOMPARE(options->request.model.path, std::string("m.h5"));
        QCOMPARE(options->request.training.size(), std::size_t{1});
        QVERIFY(options->request.training[0].law.has_value());
        QCOMPARE(options->request.prediction.size(), std::size_t{2});
        QCOMPARE(options->request.prediction[0].input, std::string("z"));
        QCOMPARE(options->request.prediction[0].part, std::string("z"));
        QCOMPARE(options->request.prediction[0].map->scale, 1 / 255.0);
        QCOMPARE(options->json, std::string("-"));
        QCOMPARE(options->request.run.backend, Backend::reference);
        QCOMPARE(options->request.run.threads, 2);
        QCOMPARE(options->limits.memoryBytes, std::uint64_t{512'000'000});
        QCOMPARE(options->request.run.memoryLimit, std::uint64_t{512'000'000});
        QCOMPARE(options->limits.timeout.count(), std::int64_t{1500});
        QCOMPARE(options->request.seed, std::uint64_t{7});
    }

    void withoutACommandTheWindowOpens() {
        QTemporaryDir folder;
        const auto model = folder.filePath("model.keras").toStdString();
        std::ofstream(model) << "x";
        const auto options = parseOptions({model, "--input", "a.npy"});
        VERIFY_RESULT(options);
        QCOMPARE(options->command, Command::open);
        QCOMPARE(options->request.model.path, model);
        const auto bare = parseOptions({});
        VERIFY_RESULT(bare);
        QVERIFY(!bare->hasModel());
    }

    void optionsMayStandBeforeTheModelAndAfterTwoDashesNothingIsAnOption() {
        const auto options = parseOptions({"trace", "--input", "a.npy", "--", "--odd-name.h5"});
        VERIFY_RESULT(options);
        QCOMPARE(options->request.model.path, std::string("--odd-name.h5"));
    }

    void helpOfACommandIsAskedWherever() {
        const auto options = parseOptions(words("check m.h5 --help"));
        VERIFY_RESULT(options);
        QCOMPARE(options->command, Command::help);
        QCOMPARE(*options->helpOn, Command::check);
        const auto text = helpText(Command::check);
        for (const auto& option : optionNames(Command::check))
            QVERIFY2(text.find(option + " ") != std::string::npos, option.c_str());
    }

    void aWrongCallSaysWhatIsAccepted_data() {
        QTest::addColumn<QString>("call");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("no such command")
            << "frobnicate"
            << "\"frobnicate\" is neither a command nor a file. Commands: open, check, trace, summary, bench.";
        QTest::newRow("command of a later version")
            << "profile m.h5"
            << "\"profile\" is neither a command nor a file. Commands: open, check, trace, summary, bench.";
        QTest::newRow("no model") << "check"
                                  << "check needs a MODEL: a .keras or .h5 file, or a .json with --weights.";
        QTest::newRow("option of a later version")
            << "summary m.h5 --minimize x.npz"
            << "summary has no option --minimize. It takes: --weights --json --memory --timeout.";
        QTest::newRow("option of another command")
            << "summary m.h5 --train x.npy"
            << "summary has no option --train. It takes: --weights --json --memory --timeout.";
        QTest::newRow("value missing") << "check m.h5 --timeout"
                                       << "--timeout needs a value: --timeout SECONDS.";
        QTest::newRow("value of a flag") << "check m.h5 --emit-code=yes"
                                         << "--emit-code takes no value.";
        QTest::newRow("memory")
            << "check m.h5 --memory 2Q"
            << "--memory takes a size in bytes such as 1500000000, 512M, 2G or 1Gi; \"2Q\" was given.";
        QTest::newRow("memory of nothing")
            << "check m.h5 --memory 0"
            << "--memory takes a size in bytes such as 1500000000, 512M, 2G or 1Gi; \"0\" was given.";
        QTest::newRow("threads") << "check m.h5 --threads 0"
                                 << "--threads takes a number from 1 to 1024; \"0\" was given.";
        QTest::newRow("timeout") << "check m.h5 --timeout -1"
                                 << "--timeout takes seconds, 0.001 or more; \"-1\" was given.";
        QTest::newRow("backend") << "trace m.h5 --backend cuda"
                                 << "--backend takes onednn or reference; \"cuda\" was given.";
        QTest::newRow("seed") << "check m.h5 --seed -3"
                              << "--seed takes a whole number, 0 or more; \"-3\" was given.";
        QTest::newRow("repeat") << "bench m.h5 --repeat 0"
                                << "--repeat takes a number from 1 to 1,000,000; \"0\" was given.";
        QTest::newRow("two operands")
            << "check m.h5 x.npy"
            << "\"x.npy\" is one argument too many after MODEL m.h5. Arrays are given by --input and --train.";
        QTest::newRow("two results") << "check m.h5 --json - --emit-code"
                                     << "--emit-code and --json - both write to standard output: give --json a file.";
        QTest::newRow("dash") << "check m.h5 --report -"
                              << "Only --json takes - for standard output; the other options need the name of a file.";
        QTest::newRow("folder that is not there")
            << "check m.h5 --json /no/such/folder/a.json"
            << "/no/such/folder/a.json cannot be written: there is no folder /no/such/folder. Make it first.";
        QTest::newRow("output is a folder") << "check m.h5 --outputs /"
                                            << "/ is a folder; name a file to be written.";
        QTest::newRow("output is the model")
            << "check m.h5 --input x.npy --json ./m.h5"
            << "--json would overwrite ./m.h5, which this call reads: name another file.";
        QTest::newRow("output is an input")
            << "trace m.h5 --input z=x.npz:z --outputs x.npz"
            << "--outputs would overwrite x.npz, which this call reads: name another file.";
        QTest::newRow("one output twice") << "check m.h5 --outputs o.npz --activations o.npz"
                                          << "--outputs and --activations both name o.npz: name two files.";
        QTest::newRow("a capture") << "check /"
                                   << "/ is a folder. Captures cannot be checked yet: give a model file and --input.";
        QTest::newRow("sources without a model") << "open --train normal(0,1)"
                                                 << "--train and --input need a MODEL before them.";
    }
    void aWrongCallSaysWhatIsAccepted() {
        QFETCH(QString, call);
        QFETCH(QString, sentence);
        const auto options = parseOptions(words(call));
        QVERIFY(!options);
        QCOMPARE(options.error().code, ErrorCode::wrongCall);
        QCOMPARE(QString::fromStdString(options.error().text()), sentence);
    }

    void sizesReadAsTheyArePrinted() {
        QCOMPARE(*parseBytes("1048576"), std::uint64_t{1048576});
        QCOMPARE(*parseBytes("2G"), std::uint64_t{2'000'000'000});
        QCOMPARE(*parseBytes("1Gi"), std::uint64_t{1} << 30);
        QCOMPARE(*parseBytes("3k"), std::uint64_t{3000});
        QCOMPARE(*parseBytes("1GB"), std::uint64_t{1'000'000'000});
        QCOMPARE(*parseBytes("1GiB"), std::uint64_t{1} << 30);
        QVERIFY(!parseBytes("B"));
        QVERIFY(!parseBytes("iB"));
        QVERIFY(!parseBytes("99999999999T"));
        QVERIFY(!parseBytes("-1"));
        QVERIFY(!parseBytes("M"));
        QVERIFY(!parseBytes("1i"));
    }
};

PLUMBLINE_TEST(tst_options)
#include "tst_options.moc"
