#include "tests/support/testcase.h"

#include "core/report/codec.h"
#include "tests/core/report/fixtures.h"

#include <cmath>

using namespace plumbline;
using nlohmann::json;

class tst_codec : public QObject {
    Q_OBJECT
private slots:
    void aDiagnosisComesBackWhole() {
        const auto original = test::diagnosisWithEverything();
        const auto text = encode(original).dump();
        const auto back = decodeDiagnosis(json::parse(text));
        VERIFY_RESULT(back);
        QCOMPARE(encode(*back).dump(), text);
        QCOMPARE(back->model->layers[1].attributes[1].second, std::string("relu"));
        QCOMPARE(dimsText(back->model->inputs[0].shape), std::string("(None, 10)"));
        QVERIFY(back->model->inputs[0].shape.front() == Dim::symbol("batch"));
        QCOMPARE(back->prediction[0].statistics.histogram.bins().size(), std::size_t{3});
        QCOMPARE(back->prediction[0].statistics.histogram.total(), 6);
        QVERIFY(std::isinf(back->layers[1].channelDivergence[1]));
        QCOMPARE(back->layers[2].status, LayerStatus::notReached);
        QVERIFY(!back->layers[2].divergence);
        QCOMPARE(*back->findings[1].where.weight, std::string("kernel"));
        QVERIFY(back->findings[0].fix->verified);
    }

    void aMessageKeepsItsPatternAndTypedArguments() {
        const auto original = test::diagnosisWithEverything().findings[0];
        const auto back = decodeFinding(json::parse(encode(original).dump()));
        VERIFY_RESULT(back);
        QCOMPARE(back->message.id(), original.message.id());
        QCOMPARE(back->message.text(), original.message.text());
        QVERIFY(std::holds_alternative<std::int64_t>(back->message.arguments()[1].second));
        QVERIFY(std::isinf(std::get<double>(back->message.arguments()[3].second)));
    }

    void cborGivesTheSameAsText() {
        const auto encoded = encode(test::diagnosisWithEverything());
        const auto back = decodeDiagnosis(json::from_cbor(json::to_cbor(encoded)));
        VERIFY_RESULT(back);
        QCOMPARE(encode(*back).dump(), encoded.dump());
    }

    void aHistogramWrittenByHandIsAList() {
        auto encoded = encode(test::diagnosisWithEverything());
        encoded["layers"][0]["statistics"]["histogram"] = {100, 2, 32768, 1, 65000, 3};
        const auto back = decodeDiagnosis(encoded);
        VERIFY_RESULT(back);
        QCOMPARE(encode(*back).dump(), encode(test::diagnosisWithEverything()).dump());
    }

    void anErrorComesBackWithFileAndOffset() {
        auto error = failure(ErrorCode::cannotRead, "npy.header", "{file} is damaged.", {{"file", "a.npy"}}).error();
        error.file = "a.npy";
        error.offset = 80;
        const auto back = decodeError(encode(error));
        VERIFY_RESULT(back);
        QCOMPARE(back->text(), std::string("a.npy is damaged."));
        QCOMPARE(back->code, ErrorCode::cannotRead);
        QCOMPARE(*back->offset, std::uint64_t{80});
    }

    void aRequestComesBackWithLawsMapsAndFixes() {
        CheckRequest request;
        request.model = {"m.json", "w.h5"};
        request.training = {{.text = "normal(0,1)", .input = {}, .path = {}, .part = {}, .map = {}, .law = Law{}}};
        request.prediction = {{.text = "x=a.npz:b@x/255",
                               .input = "x",
                               .path = "a.npz",
                               .part = "b",
                               .map = AffineMap{1 / 255.0, 0, "x/255"},
                               .law = {}}};
        request.fixes = {Fix{.kind = "cast", .arguments = {{"input", 0}}, .numpy = "x = x.astype('float32')"}};
        request.run.backend = Backend::reference;
        request.run.memoryLimit = std::uint64_t{1} << 63;
        request.seed = 7;
        const auto back = decodeCheckRequest(json::parse(encode(request).dump()));
        VERIFY_RESULT(back);
        QCOMPARE(encode(*back).dump(), encode(request).dump());
        QCOMPARE(back->prediction[0].map->scale, 1 / 255.0);
        QCOMPARE(back->training[0].law->b, 1.0);
        QVERIFY(back->run == request.run);
    }

    void whatIsNotADiagnosisIsRefusedWithTheReason_data() {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        QTest::newRow("missing member") << "/findings"
                                        << "";
        QTest::newRow("wrong type") << "/model/layers"
                                    << "3";
        QTest::newRow("negative extent") << "/layers/0/shapes/0/0"
                                         << "-4";
        QTest::newRow("extent as text") << "/layers/0/shapes/0/0"
                                        << "\"x\"";
        QTest::newRow("extents that overflow") << "/layers/0/shapes/0"
                                               << "[4611686018427387904, 16]";
        QTest::newRow("explains nothing there") << "/findings/0/explains/0"
                                                << "9";
        QTest::newRow("explains below zero") << "/findings/0/explains/0"
                                             << "-1";
        QTest::newRow("source of a layer out of range") << "/model/layers/1/sources/0"
                                                        << "17";
        QTest::newRow("parent out of range") << "/model/layers/1/parent"
                                             << "5";
        QTest::newRow("rows do not match") << "/model/layers"
                                           << "[]";
        QTest::newRow("histogram keys fall") << "/layers/0/statistics/histogram"
                                             << "[5, 1, 4, 1]";
        QTest::newRow("histogram odd") << "/layers/0/statistics/histogram"
                                       << "\"5\"";
        QTest::newRow("unknown status") << "/layers/0/status"
                                        << "\"fine\"";
    }
    void whatIsNotADiagnosisIsRefusedWithTheReason() {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        auto encoded = encode(test::diagnosisWithEverything());
        if (value.isEmpty())
            encoded.erase(pointer.mid(1).toStdString());
        else
            encoded[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
        const auto back = decodeDiagnosis(encoded);
        QVERIFY(!back);
        QVERIFY2(back.error().text().find("This is no diagnosis") == 0, back.error().text().c_str());
    }
};

PLUMBLINE_TEST(tst_codec)
#include "tst_codec.moc"
