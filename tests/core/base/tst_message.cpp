#include "tests/support/testcase.h"

#include "core/base/message.h"
#include "core/base/result.h"
#include "core/base/surface.h"

#include <cmath>

using namespace plumbline;

class tst_message : public QObject {
    Q_OBJECT
private slots:
    void aSentenceNamesItsArguments() {
        const Message message(
            "feature-count.missing", "Input {input} has {actual} features, training has {expected}.",
            {{"input", std::string("z")}, {"actual", std::int64_t{9}}, {"expected", std::int64_t{10}}});
        QCOMPARE(message.text(), std::string("Input z has 9 features, training has 10."));
        QCOMPARE(Message::substitute("{expected} statt {actual}", message.arguments()), std::string("10 statt 9"));
    }

    void bracesThatNameNothingStay() {
        QCOMPARE(Message("x", "a {b} {c", {{"d", std::int64_t{1}}}).text(), std::string("a {b} {c"));
        QCOMPARE(Message("x", "{}{a}}", {{"a", std::string("{a}")}}).text(), std::string("{}{a}}"));
    }

    void aWordGoesByItsNumber() {
        const auto text = [](std::int64_t rows) {
            return Message("x", "{n} {n|row fits|rows fit} in {s}", {{"n", rows}, {"s", std::string("z")}}).text();
        };
        QCOMPARE(text(1), std::string("1 row fits in z"));
        QCOMPARE(text(2), std::string("2 rows fit in z"));
        QCOMPARE(text(0), std::string("0 rows fit in z"));
        QCOMPARE(Message("x", "{n|is|are}", {{"n", countText(1)}}).text(), std::string("is")); // a count as text
        QCOMPARE(Message("x", "{m|is|are}", {}).text(), std::string("{m|is|are}"));
    }

    void whatToDoIsSaidInTheWordsOfThePlaceWhereItIsRead() {
        const Message message("x", "{layer} has no weights; give them {--weights}.", {{"layer", std::string("d")}});
        QCOMPARE(message.text(), std::string("d has no weights; give them with --weights FILE."));
        QCOMPARE(textOn(Surface::window, message),
                 std::string("d has no weights; give them by “Choose the weights…” on the model's card."));
        for (const auto* place : {"--weights", "--train or --input", "--timeout", "--memory"}) {
            QVERIFY(wordsOf(place, Surface::commandLine).find("--") != std::string_view::npos);
            QVERIFY(!wordsOf(place, Surface::window).empty());
            QVERIFY(wordsOf(place, Surface::window).find("--") == std::string_view::npos);
        }
        QCOMPARE(textOn(Surface::window, Message("x", "{--unknown}")), std::string("{--unknown}"));
    }

    void numbersReadAsPeopleWriteThem() {

        QCOMPARE(numberText(0.5), std::string("0.5"));
        QCOMPARE(numberText(1234567), std::string("1.23457e+06"));
        QCOMPARE(numberText(-0.0), std::string("0"));
        QCOMPARE(numberText(NAN), std::string("nan"));
        QCOMPARE(numberText(-INFINITY), std::string("-inf"));
        QCOMPARE(countText(1537), std::string("1,537"));
        QCOMPARE(countText(-1234567), std::string("-1,234,567"));
        QCOMPARE(countText(999), std::string("999"));
        QCOMPARE(bytesText(512), std::string("512 B"));
        QCOMPARE(bytesText(84801), std::string("84.8 kB"));
        QCOMPARE(bytesText(5200000000), std::string("5.2 GB"));
        QCOMPARE(bytesText(999999), std::string("1.0 MB"));
    }

    void anErrorPassesThroughTheCallersOfItsMaker() {
        const auto fail = []() -> Result<int> {
            return failure(ErrorCode::value, "x", "No {thing}.", {{"thing", std::string("rows")}});
        };
        const auto outer = [&]() -> Result<std::string> {
            PLUMBLINE_TRY(const int n, fail());
            return std::to_string(n);
        };
        const auto result = outer();
        QVERIFY(!result);
        QCOMPARE(result.error().text(), std::string("No rows."));
    }
};

PLUMBLINE_TEST(tst_message)
#include "tst_message.moc"
