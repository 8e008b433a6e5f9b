#include "tests/core/formats/kerasfiles.h"

#include <algorithm>
#include <random>

using namespace plumbline;
using namespace plumbline::test;

/// Keras files that were cut or damaged: a sentence each, and never a crash.
class tst_damagedkeras : public QObject, KerasFiles {
    Q_OBJECT
private slots:
    void everyCutIsAnErrorAndNoCrash_data() {
        QTest::addColumn<QString>("name");
        for (const auto* name : {"k3_structure.keras", "k2_structure.keras", "k2_structure.h5", "k3_structure.h5",
                                 "k2_old_sequential.json"})
            QTest::newRow(name) << name;
    }

    void everyCutIsAnErrorAndNoCrash() {
        QFETCH(QString, name);
        const auto whole = bytesOf(fixture(name));
        QVERIFY(whole.size() > 1000);
        for (qsizetype size = 0; size < whole.size(); size += std::max<qsizetype>(1, whole.size() / 97)) {
            const auto model = open(write("cut", whole.left(size)));
            QVERIFY2(!model, qPrintable(QString("cut at %1").arg(size)));
            QVERIFY(!model.error().text().empty());
        }
    }

    // Not bare HDF5: its library (1.10) follows a damaged reference to a variable-length string unchecked and dies.
    // That is what the worker process is for.
    void damagedBytesNeverCrashTheReader_data() {
        QTest::addColumn<QString>("name");
        for (const auto* name : {"k3_structure.keras", "k2_structure.keras", "k2_old_sequential.json"})
            QTest::newRow(name) << name;
    }

    void damagedBytesNeverCrashTheReader() {
        QFETCH(QString, name);
        const auto whole = bytesOf(fixture(name));
        std::mt19937 random(5);
        for (int round = 0; round < 150; ++round) {
            auto bytes = whole;
            for (int i = 0; i < 3; ++i)
                bytes[qsizetype(random() % std::size_t(bytes.size()))] = static_cast<char>(random());
            const auto model = open(write("damaged", bytes));
            if (!model)
                QVERIFY(!model.error().text().empty());
        }
    }

    void damagedArchitecturesNeverCrashTheReader() {
        // The archive's checksum hides the config from the test above: here it is damaged before it is packed.
        const auto members = membersOf(fixture("k3_wrappers.keras"));
        std::mt19937 random(11);
        const std::string_view pieces[] = {"null",          "-1",     "[]",   "{}", "\"x\"", "1e99",
                                           "9999999999999", "[[[]]]", "true", "0"};
        for (int round = 0; round < 150; ++round) {
            auto changed = members;
            for (auto& [member, text] : changed)
                if (member == "config.json") {
                    // One value of the JSON becomes another.
                    const auto colon = text.find(": ", random() % text.size());
                    if (colon == std::string::npos)
                        continue;
                    auto end = text.find_first_of(",}]", colon);
                    text.replace(colon + 2, end - colon - 2, pieces[random() % std::size(pieces)]);
                }
            writeArchive(path("changed.keras"), changed);
            const auto model = open(path("changed.keras"));
            if (!model)
                QVERIFY(!model.error().text().empty());
        }
    }
};

PLUMBLINE_TEST(tst_damagedkeras)
#include "tst_damagedkeras.moc"
