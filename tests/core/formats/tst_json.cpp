#include "tests/support/testcase.h"

#include "core/formats/bytes/json.h"

#include <cmath>

using namespace plumbline;

class tst_json : public QObject {
    Q_OBJECT
private slots:
    void bareNanAndInfinityAreNumbersOutsideStrings() {
        const auto value =
            parseJson("{\"a\": NaN, \"b\": [-Infinity, Infinity], \"c\": \"NaN \\\" Infinity\", \"d\": -1}", "x.json");
        VERIFY_RESULT(value);
        QVERIFY(std::isnan((*value)["a"].get<double>()));
        QCOMPARE((*value)["b"][0].get<double>(), -HUGE_VAL);
        QCOMPARE((*value)["b"][1].get<double>(), HUGE_VAL);
        QCOMPARE((*value)["c"].get<std::string>(), std::string("NaN \" Infinity"));
        QCOMPARE((*value)["d"].get<int>(), -1);
    }

    void anErrorSaysWhereItIsInTheFileItself() {
        const auto value = parseJson("{\"a\": NaN, \"b\": \?}", "x.json");
        QVERIFY(!value);
        QCOMPARE(*value.error().offset, std::uint64_t(16));
        QCOMPARE(value.error().text(), std::string("x.json is not valid JSON: unexpected text at byte 16."));
    }

    void textThatIsCutShortSaysSo() {
        const auto value = parseJson("{\"a\": [1, 2", "x.json");
        QVERIFY(!value);
        QCOMPARE(value.error().text(),
                 std::string("The JSON of x.json ends early, at byte 11: it was probably cut short."));
    }

    void everyCutIsAnError() {
        const std::string whole = "{\"class_name\": \"Sequential\", \"config\": [{\"a\": [1, 2.5, null, true]}]}";
        for (std::size_t size = 0; size < whole.size(); ++size)
            QVERIFY(!parseJson(whole.substr(0, size), "x.json"));
        VERIFY_RESULT(parseJson(whole, "x.json"));
    }

    void deepNestingIsRefusedBeforeAnythingIsBuilt() {
        const auto value = parseJson(std::string(1'000'000, '['), "x.json");
        QVERIFY(!value);
        QCOMPARE(value.error().message.id(), std::string("json.depth"));
        QVERIFY(value.error().text().find("at most 400 are accepted") != std::string::npos);
    }

    void jsonIsToldByItsFirstCharacter() {
        QVERIFY(looksLikeJson(" \n{\"a\""));
        QVERIFY(looksLikeJson("\xef\xbb\xbf[1"));
        QVERIFY(!looksLikeJson("PK\3\4"));
        QVERIFY(!looksLikeJson(""));
    }
};

PLUMBLINE_TEST(tst_json)
#include "tst_json.moc"
