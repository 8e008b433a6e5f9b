#include "tests/support/testcase.h"

#include "core/diagnosis/check.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace plumbline;
using namespace plumbline::test;

namespace {

const QString folder = testFile("../resources/demo/");

/// "name=file" with the file found in the demos' folder; a law stays as it is.
Result<std::vector<SourceSpec>> sources(const QJsonArray& texts) {
    std::vector<SourceSpec> result;
    for (const auto& text : texts) {
        const auto words = text.toString().split('=');
        const auto value = words[1].contains('(') ? words[1] : folder + words[1];
        auto spec = parseSourceSpec((words[0] + '=' + value).toStdString());
        if (!spec)
            return std::unexpected(spec.error());
        result.push_back(std::move(*spec));
    }
    return result;
}

Result<CheckSession> diagnose(const QJsonObject& demo, const char* prediction) {
    CheckRequest request;
    request.run.threads = 1; // models this small gain nothing from a second one
    request.model.path = (folder + demo["model"].toString()).toStdString();
    auto training = sources(demo["training"].toArray());
    auto inputs = sources(demo[prediction].toArray());
    if (!training || !inputs)
        return std::unexpected(training ? inputs.error() : training.error());
    request.training = std::move(*training);
    request.prediction = std::move(*inputs);
    return check(request);
}

QByteArray codesOf(const Diagnosis& diagnosis) {
    QByteArray result = "found:";
    for (const auto& finding : diagnosis.findings)
        result += ' ' + QByteArray::fromStdString(finding.code);
    return result;
}

} // namespace

/// What the first screen promises of each demo is what the diagnosis says.
class tst_demos : public QObject {
    Q_OBJECT
    QJsonArray m_demos;

    void rows() {
        QTest::addColumn<QJsonObject>("demo");
        for (const auto& value : std::as_const(m_demos)) {
            const auto demo = value.toObject();
            QTest::newRow(qPrintable(demo["id"].toString())) << demo;
        }
    }

private slots:
    void initTestCase() {
        QFile file(folder + "demos.json");
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
        m_demos = QJsonDocument::fromJson(file.readAll())["demos"].toArray();
        QVERIFY(m_demos.size() >= 7);
    }

    void exactlyOneOpensByItself() {
        int count = 0;
        for (const auto& demo : std::as_const(m_demos))
            count += demo.toObject()["default"].toBool();
        QCOMPARE(count, 1);
    }

    void whatIsWrongIsFound_data() { rows(); }
    void whatIsWrongIsFound() {
        QFETCH(QJsonObject, demo);
        const auto session = diagnose(demo, "prediction");
        VERIFY_RESULT(session);
        const auto& diagnosis = session->diagnosis;
        QVERIFY2(!diagnosis.findings.empty(), "no finding at all");
        QVERIFY2(diagnosis.findings.front().code == demo["code"].toString().toStdString(), codesOf(diagnosis));
        QCOMPARE(diagnosis.exitStatus(), 1);
    }

    void theRightInputIsClean_data() { rows(); }
    void theRightInputIsClean() {
        QFETCH(QJsonObject, demo);
        const auto session = diagnose(demo, "good");
        VERIFY_RESULT(session);
        for (const auto& finding : session->diagnosis.findings)
            QVERIFY2(finding.severity == Severity::note, codesOf(session->diagnosis));
        QCOMPARE(session->diagnosis.exitStatus(), 0);
    }

    void aReshapeThatDoesNotFitNamesItsDataAndNotItsListOfSizes() {
        for (const auto& value : std::as_const(m_demos)) {
            const auto demo = value.toObject();
            if (demo["id"].toString() != "dcgan-one")
                continue;
            const auto session = diagnose(demo, "prediction");
            VERIFY_RESULT(session);
            QCOMPARE(session->diagnosis.findings.size(), std::size_t{2});
            QCOMPARE(session->diagnosis.findings[1].message.text(),
                     std::string("Layer seed_image (Reshape) meets (256,), where it takes (256, 2, 2, 64)."));
            return;
        }
        QFAIL("there is no demo dcgan-one");
    }
};

PLUMBLINE_TEST(tst_demos)
#include "tst_demos.moc"
