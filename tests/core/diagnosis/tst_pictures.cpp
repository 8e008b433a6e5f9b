#include "core/diagnosis/fix.h"
#include "tests/core/diagnosis/casebuilder.h"

#include <algorithm>
#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// Pictures of 8 x 8 with `channels`, of one type, through two convolutions; Rescaling(1/255) first where asked for.
std::shared_ptr<const Model> network(std::int64_t channels, DType dtype = DType::float32, bool rescales = false) {
    ModelBuilder b;
    auto x = b.input("image", {Dim::symbol("batch"), 8, 8, channels}, dtype);
    if (dtype != DType::float32) {
        Attributes attributes;
        attributes.set("to", std::int64_t{1}); // ONNX: FLOAT
        x = b.layer("cast", "Cast", "Cast", {x}, {}, attributes);
    }
    if (rescales)
        x = b.layer("rescaling", "Rescaling", "Mul", {x}, {{"scale", Tensor::of<float>({1}, {1 / 255.0f})}});
    x = b.conv("first", x, channels, 4, 1, "Relu");
    return b.finish({b.conv("last", x, 4, 1)});
}

/// Each picture has its own brightness, as pictures have: batches differ from each other.
Tensor bytes(Numbers& numbers, std::int64_t rows, std::int64_t channels) {
    const Shape shape({rows, 8, 8, channels});
    std::vector<std::uint8_t> values;
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto darkest = numbers.below(200), width = 40 + numbers.below(216 - darkest);
        for (std::int64_t i = 0; i < 64 * channels; ++i)
            values.push_back(static_cast<std::uint8_t>(std::min<std::int64_t>(255, darkest + numbers.below(width))));
    }
    return Tensor::of<std::uint8_t>(shape, std::span<const std::uint8_t>(values));
}

Tensor scaled(const Tensor& x, double scale, double offset) {
    const auto dense = *x.cast(DType::float32);
    std::vector<float> values(dense.span<float>().begin(), dense.span<float>().end());
    for (auto& value : values)
        value = static_cast<float>(value * scale + offset);
    return Tensor::of<float>(x.shape(), std::span<const float>(values));
}

const Finding* find(const Diagnosis& diagnosis, const std::string& code) {
    const auto at = std::ranges::find(diagnosis.findings, code, &Finding::code);
    return at == diagnosis.findings.end() ? nullptr : &*at;
}

Tensor fixedInput(const CheckSession& session, const Fix& fix) {
    return applyFix(fix, session.inputs, {"image"})->front();
}

} // namespace

class tst_pictures : public QObject {
    Q_OBJECT
private slots:
    void fractionsForAModelOfBytesAreScaledNotCast() {
        Numbers numbers(1);
        const auto raw = bytes(numbers, 32, 1);
        const auto session =
            Case(network(1, DType::uint8, true)).train(bytes(numbers, 300, 1)).predict(scaled(raw, 1 / 255.0, 0)).run();
        VERIFY_RESULT(session);
        const auto& d = session->diagnosis;
        QCOMPARE(d.findings.front().code, std::string("scale"));
        QCOMPARE(d.findings.front().evidence["map"]["name"].get<std::string>(), std::string("255*x"));
        const auto* dtype = find(d, "dtype");
        QVERIFY2(dtype, codesOf(d).c_str());
        for (std::size_t i = 1; i < d.findings.size(); ++i)
            QVERIFY2(std::ranges::find(d.findings.front().explains, i) != d.findings.front().explains.end(),
                     codesOf(d).c_str());
        // What --fix-out writes: the bytes as they were.
        const auto& fix = d.findings.front().fix;
        QVERIFY(fix && fix->verified);
        QCOMPARE(fix->numpy, std::string("x = np.rint(x.astype(np.float32) * 255).astype(np.uint8)"));
        const auto mended = fixedInput(*session, *fix);
        QCOMPARE(mended.dtype(), DType::uint8);
        QVERIFY(std::ranges::equal(mended.span<std::uint8_t>(), raw.span<std::uint8_t>()));
    }

    void withoutAReferenceNoCastMakesThePictureBlack_data() {
        QTest::addColumn<double>("scale");
        QTest::addColumn<double>("offset");
        QTest::addColumn<QString>("fix");
        QTest::newRow("0..1") << 1 / 255.0 << 0.0 << "255*x";
        QTest::newRow("-1..1") << 1 / 127.5 << -1.0 << "127.5*x+127.5";
        QTest::newRow("a range of its own") << 0.013 << -0.4 << "";
    }
    void withoutAReferenceNoCastMakesThePictureBlack() {
        QFETCH(double, scale);
        QFETCH(double, offset);
        QFETCH(QString, fix);
        Numbers numbers(2);
        const auto raw = bytes(numbers, 2, 1);
        const auto session = Case(network(1, DType::uint8, true)).predict(scaled(raw, scale, offset)).run();
        VERIFY_RESULT(session);
        const auto& d = session->diagnosis;
        const auto& finding = d.findings.front();
        QVERIFY2(finding.code == "dtype", codesOf(d).c_str());
        QCOMPARE(finding.severity, Severity::warning);
        QVERIFY2(finding.message.text().find("becomes") != std::string::npos, finding.message.text().c_str());
        QCOMPARE(finding.fix.has_value(), !fix.isEmpty());
        if (fix.isEmpty())
            return;
        QVERIFY(finding.fix->verified);
        QCOMPARE(finding.fix->arguments["name"].get<std::string>(), fix.toStdString());
        const auto mended = fixedInput(*session, *finding.fix);
        QVERIFY(std::ranges::equal(mended.span<std::uint8_t>(), raw.span<std::uint8_t>()));
    }

    void aGreyPictureStandsForThreeChannels_data() {
        QTest::addColumn<Shape>("shape");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("numpy");
        QTest::newRow("without channels") << Shape({5, 8, 8}) << "missing-axis"
                                          << "x = np.repeat(x[..., None], 3, axis=3)";
        QTest::newRow("one channel") << Shape({5, 8, 8, 1}) << "feature-count"
                                     << "x = np.repeat(x, 3, axis=3)";
        QTest::newRow("one alone") << Shape({8, 8}) << "missing-batch-axis"
                                   << "x = np.repeat(np.reshape(x, (1, 8, 8, 1)), 3, axis=3)";
    }
    void aGreyPictureStandsForThreeChannels() {
        QFETCH(Shape, shape);
        QFETCH(QString, code);
        QFETCH(QString, numpy);
        Numbers numbers(3);
        const auto rows = shape.rank() == 2 ? 1 : shape[0];
        const auto grey = *bytes(numbers, rows, 1).reshaped(shape);
        const auto session = Case(network(3)).train(scaled(bytes(numbers, 300, 3), 1 / 255.0, 0)).predict(grey).run();
        VERIFY_RESULT(session);
        const auto& d = session->diagnosis;
        QCOMPARE(d.findings.front().code, code.toStdString());
        const auto& fix = d.findings.front().fix;
        QVERIFY2(fix && fix->verified && fix->makesItRun, codesOf(d).c_str());
        QCOMPARE(fix->numpy, numpy.toStdString());
        QCOMPARE(d.verdict, Verdict::diverges);
        const auto mended = fixedInput(*session, *fix);
        QCOMPARE(mended.shape().back(), 3);
        for (int channel = 0; channel < 3; ++channel)
            QCOMPARE(mended.span<std::uint8_t>()[static_cast<std::size_t>(30 + channel)],
                     grey.span<std::uint8_t>()[10]);
        // Mended, it shows that the bytes were not scaled either.
        const auto* scale = find(d, "scale");
        QVERIFY2(scale && scale->fix && scale->fix->verified, codesOf(d).c_str());
        QCOMPARE(scale->evidence["map"]["name"].get<std::string>(), std::string("x/255"));
        // The bytes' type comes of that, and the layer's values do; the missing channels are no cause of either.
        for (const char* other : {"dtype", "layer-drift"})
            if (const auto* effect = find(d, other))
                QVERIFY2(std::ranges::find(scale->explains, static_cast<std::size_t>(effect - d.findings.data())) !=
                             scale->explains.end(),
                         codesOf(d).c_str());
    }

    void anAlphaChannelIsDropped() {
        Numbers numbers(4);
        const auto session = Case(network(3)).predict(bytes(numbers, 2, 4)).run();
        VERIFY_RESULT(session);
        const auto& finding = session->diagnosis.findings.front();
        QCOMPARE(finding.code, std::string("feature-count"));
        QCOMPARE(finding.where.features, std::vector<std::int64_t>{3});
        QVERIFY(finding.fix && finding.fix->verified && finding.fix->makesItRun);
        QVERIFY2(finding.message.text().find("alpha") != std::string::npos, finding.message.text().c_str());
    }

    void asManyRgbaPicturesAsTheModelTakesChannelsAreNoOrderOfAxes() {
        Numbers numbers(4);
        const auto session = Case(network(3)).predict(bytes(numbers, 3, 4)).run();
        VERIFY_RESULT(session);
        QCOMPARE(session->diagnosis.findings.front().code, std::string("feature-count"));
        QCOMPARE(session->diagnosis.findings.front().where.features, std::vector<std::int64_t>{3});
    }

    void bytesAreScaledWhereTrainingHadFractionsBetweenThem() {
        Numbers numbers(5);
        const auto training = numbers.uniform({200, 8, 8, 3});
        const auto raw = *scaled(numbers.uniform({4, 8, 8, 3}), 255, 0).cast(DType::uint8);
        const auto session = Case(network(3)).train(training).predict(raw).run();
        VERIFY_RESULT(session);
        const auto& finding = session->diagnosis.findings.front();
        QCOMPARE(finding.code, std::string("scale"));
        QCOMPARE(finding.evidence["map"]["name"].get<std::string>(), std::string("x/255"));
        QVERIFY(finding.fix && finding.fix->verified);
        // Divided by 255 they have zeros where training has none: that is no divergence.
        const auto divided = Case(network(3))
                                 .train(training)
                                 .predict(scaled(numbers.integers({4, 8, 8, 3}, 0, 256), 1 / 255.0, 0))
                                 .run();
        VERIFY_RESULT(divided);
        QVERIFY2(divided->diagnosis.verdict == Verdict::matches, codesOf(divided->diagnosis).c_str());
    }

    void colourBecomesGreyOnlyWhereTheReferenceAgrees() {
        Numbers numbers(5);
        const auto colour = [&](double low, double high) { // the same law in all channels, and in their luminance
            const auto grey = numbers.uniform({40, 8, 8, 1}, low, high);
            std::vector<float> values;
            for (const auto x : grey.span<float>())
                values.insert(values.end(), 3, x);
            return Tensor::of<float>({40, 8, 8, 3}, std::span<const float>(values));
        };
        const auto reference = numbers.uniform({400, 8, 8, 1}, 0, 1);
        const auto same = Case(network(1)).train(reference).predict(colour(0, 1)).run();
        VERIFY_RESULT(same);
        const auto& finding = same->diagnosis.findings.front();
        QCOMPARE(finding.code, std::string("feature-count"));
        QVERIFY2(finding.fix && finding.fix->kind == "luminance" && finding.fix->verified,
                 codesOf(same->diagnosis).c_str());
        QCOMPARE(same->diagnosis.verdict, Verdict::diverges);
        const auto other = Case(network(1)).train(reference).predict(colour(3.1, 4.7)).run();
        VERIFY_RESULT(other);
        QCOMPARE(other->diagnosis.findings.front().code, std::string("feature-count"));
        QVERIFY2(!other->diagnosis.findings.front().fix, codesOf(other->diagnosis).c_str());
    }

    void aReferenceOfRawPicturesIsANoteAndNoScale_data() {
        QTest::addColumn<double>("scale");
        QTest::addColumn<double>("offset");
        QTest::addColumn<QString>("map");
        QTest::newRow("x/255") << 1 / 255.0 << 0.0 << "x/255";
        QTest::newRow("x/127.5-1") << 1 / 127.5 << -1.0 << "x/127.5-1";
    }
    void aReferenceOfRawPicturesIsANoteAndNoScale() {
        QFETCH(double, scale);
        QFETCH(double, offset);
        QFETCH(QString, map);
        Numbers numbers(6);
        Case one(network(1));
        one.train(bytes(numbers, 300, 1)).predict(scaled(bytes(numbers, 32, 1), scale, offset));
        const auto session = one.run();
        VERIFY_RESULT(session);
        const auto& d = session->diagnosis;
        QVERIFY2(d.findings.size() == 1 && d.findings.front().severity == Severity::note, codesOf(d).c_str());
        QVERIFY(d.findings.front().code != "scale");
        QCOMPARE(d.findings.front().evidence["reference_map"]["name"].get<std::string>(), map.toStdString());
        QVERIFY2(d.findings.front().message.text().find(map.toStdString()) != std::string::npos,
                 d.findings.front().message.text().c_str());
        QCOMPARE(d.verdict, Verdict::matches);
        QCOMPARE(d.exitStatus(), 0);
    }

    void darkAndBrightPicturesAreRawAllTheSame_data() {
        QTest::addColumn<int>("low");
        QTest::addColumn<int>("high");
        QTest::addColumn<int>("rows");
        QTest::addColumn<bool>("centred");
        for (const bool centred : {false, true}) {
            const auto name = [&](const char* what) {
                return std::string(what) + (centred ? " to -1..1" : " to 0..1");
            };
            QTest::newRow(name("dark").c_str()) << 0 << 20 << 8 << centred;
            QTest::newRow(name("bright").c_str()) << 235 << 256 << 8 << centred;
            QTest::newRow(name("one dark").c_str()) << 3 << 60 << 1 << centred;
        }
    }
    void darkAndBrightPicturesAreRawAllTheSame() {
        QFETCH(int, low);
        QFETCH(int, high);
        QFETCH(int, rows);
        QFETCH(bool, centred);
        Numbers numbers(8);
        const double scale = centred ? 1 / 127.5 : 1 / 255.0, offset = centred ? -1 : 0;
        const auto whole = numbers.integers({300, 8, 8, 3}, 0, 256); // all bytes stand in training
        const auto raw = numbers.integers({rows, 8, 8, 3}, low, high, DType::uint8);
        const auto session = Case(network(3)).train(scaled(whole, scale, offset)).predict(raw).run();
        VERIFY_RESULT(session);
        const auto& finding = session->diagnosis.findings.front();
        QVERIFY2(finding.code == "scale", codesOf(session->diagnosis).c_str());
        QCOMPARE(finding.evidence["map"]["name"].get<std::string>(), std::string(centred ? "x/127.5-1" : "x/255"));
        QVERIFY2(finding.fix && finding.fix->verified, codesOf(session->diagnosis).c_str());
        for (std::size_t i = 1; i < session->diagnosis.findings.size(); ++i)
            QVERIFY2(std::ranges::find(finding.explains, i) != finding.explains.end(),
                     codesOf(session->diagnosis).c_str());
    }

    void bytesMayBeRoundedFromCoarserTraining() {
        Numbers numbers(10);
        const auto sixteen = [&](std::int64_t rows) { // levels of 1/16, as scikit-learn's digits have
            return scaled(numbers.integers({rows, 8, 8, 1}, 0, 17), 1 / 16.0, 0);
        };
        const auto raw = *scaled(sixteen(40), 255, 0.5).cast(DType::uint8);
        const auto session = Case(network(1)).train(sixteen(300)).predict(raw).run();
        VERIFY_RESULT(session);
        const auto& finding = session->diagnosis.findings.front();
        QVERIFY2(finding.code == "scale" && finding.fix && finding.fix->verified, codesOf(session->diagnosis).c_str());
        QCOMPARE(finding.evidence["map"]["name"].get<std::string>(), std::string("x/255"));
    }

    void onePictureOfFractionsForAModelOfBytesIsNoDarkPicture() {
        Numbers numbers(11);
        const auto raw = bytes(numbers, 1, 1);
        const auto dark = numbers.integers({300, 8, 8, 1}, 0, 2); // training has pictures as dark as that
        const auto session = Case(network(1, DType::float32, true))
                                 .train(*dark.cast(DType::float32), "image")
                                 .train(*bytes(numbers, 300, 1).cast(DType::float32), "image")
                                 .predict(scaled(raw, 1 / 255.0, 0))
                                 .run();
        VERIFY_RESULT(session);
        const auto& finding = session->diagnosis.findings.front();
        QVERIFY2(finding.code == "double-scale", codesOf(session->diagnosis).c_str());
        QCOMPARE(finding.evidence["map"]["name"].get<std::string>(), std::string("255*x"));
    }

    void aModelThatScalesItselfIsGivenItsBytes() {
        Numbers numbers(7);
        const auto session = Case(network(1, DType::float32, true))
                                 .train(bytes(numbers, 300, 1))
                                 .predict(scaled(bytes(numbers, 32, 1), 1 / 255.0, 0))
                                 .run();
        VERIFY_RESULT(session);
        const auto& finding = session->diagnosis.findings.front();
        QVERIFY2(finding.code == "double-scale", codesOf(session->diagnosis).c_str());
        QCOMPARE(finding.evidence["map"]["name"].get<std::string>(), std::string("255*x"));
        QVERIFY(finding.fix && finding.fix->verified);
    }

    void withoutAReferenceAModelsOwnDivisionIsWorthANote() {
        Numbers numbers(13);
        const auto divided = scaled(bytes(numbers, 4, 1), 1 / 255.0, 0);
        const auto session = Case(network(1, DType::float32, true)).predict(divided).run();
        CHECK_FIRST(session, "double-scale");
        QCOMPARE(finding.severity, Severity::note);
        QCOMPARE(finding.evidence["layer"].get<std::string>(), std::string("rescaling"));
        QVERIFY2(finding.message.text().find("layer rescaling divides by 255 itself") != std::string::npos,
                 finding.message.text().c_str());
        QCOMPARE(session->diagnosis.verdict, Verdict::matches);
        for (const auto& right : {*bytes(numbers, 4, 1).cast(DType::float32)}) {
            const auto clean = Case(network(1, DType::float32, true)).predict(right).run();
            VERIFY_RESULT(clean);
            QVERIFY2(clean->diagnosis.findings.empty(), codesOf(clean->diagnosis).c_str());
        }
    }
};

PLUMBLINE_TEST(tst_pictures)
#include "tst_pictures.moc"
