#include "tests/support/testcase.h"

#include "core/base/escape.h"
#include "core/base/numbertext.h"
#include "core/base/utf8.h"

#include <cmath>

using namespace plumbline;
using namespace std::string_literals;

/// Text of a file where it meets a language: it says the same and does nothing.
class tst_escape : public QObject {
    Q_OBJECT
private slots:
    void aTerminalShowsWhatWouldCommandIt() {
        QCOMPARE(visibleText("a\033[31mb\r\n\tc\x7f"), std::string(R"(a\x1b[31mb\r\n\tc\x7f)"));
        QCOMPARE(visibleText("c1 \u009b31m"), std::string(R"(c1 \u009b31m)"));
        QCOMPARE(visibleText("lone \x9b and cut \xe2\x82"), std::string(R"(lone \x9b and cut \xe2\x82)"));
        QCOMPARE(visibleText("\u202egpj.exe\u2066\u200f\u2028"), std::string(R"(\u202egpj.exe\u2066\u200f\u2028)"));
        QCOMPARE(visibleText("nul\0!"s), std::string(R"(nul\x00!)"));
    }

    void whatIsNoCommandStays() {
        for (const auto* text :
             {"", "größe", "שלום", "मेज़", "🙂", R"(C:\net\new)", "100 % {input} <b>&amp;", "e\u0301"})
            QCOMPARE(visibleText(text), std::string(text));
        const auto once = visibleText("\033\\n\u202e\xff");
        QCOMPARE(visibleText(once), once);
        QVERIFY(isUtf8(once));
    }

    void markupIsNone() {
        QCOMPARE(htmlText("<img src=x onerror=\"a('b')\">&amp;"),
                 std::string("&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;"));
    }

    void aDocumentKeepsItsStrings() {
        QCOMPARE(jsonText("{\"größe\": \"a\u009b\x7f\u202e\\u001b\"}\n"),
                 std::string("{\"größe\": \"a\\u009b\\u007f\\u202e\\u001b\"}\n"));
    }

    void markdownShowsItAsItIs() {
        QCOMPARE(markdownText("conv2d_1"), std::string("conv2d_1"));
        QCOMPARE(markdownText("a|b\nc"), std::string("a\\|b\\\\nc"));
        QCOMPARE(markdownText("[x](javascript:y) **b** `c` _d_ <i> &amp; \\"),
                 std::string("\\[x\\](javascript:y) \\*\\*b\\*\\* \\`c\\` \\_d\\_ \\<i\\> \\&amp; \\\\"));
    }

    void aSpreadsheetComputesNothing_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("cell");
        QTest::newRow("a formula") << "=cmd()"
                                   << "'=cmd()";
        QTest::newRow("with quotes") << "=HYPERLINK(\"x\",1)"
                                     << "\"'=HYPERLINK(\"\"x\"\",1)\"";
        QTest::newRow("plus") << "+cmd|' /C calc'!A0"
                              << "'+cmd|' /C calc'!A0";
        QTest::newRow("minus") << "-2+3"
                               << "'-2+3";
        QTest::newRow("at") << "@SUM(A1)"
                            << "'@SUM(A1)";
        QTest::newRow("tab") << "\t=1"
                             << "'\t=1";
        QTest::newRow("carriage return") << "\r=1"
                                         << "\"'\r=1\"";
        QTest::newRow("a number of C alone") << "-nan(cmd)"
                                             << "'-nan(cmd)";
        QTest::newRow("a dash") << "-"
                                << "'-";
        QTest::newRow("a number") << "-1.5"
                                  << "-1.5";
        QTest::newRow("a small number") << "-1.5e-7"
                                        << "-1.5e-7";
        QTest::newRow("minus infinity") << "-inf"
                                        << "-inf";
        QTest::newRow("a sign within") << "a=b"
                                       << "a=b";
        QTest::newRow("a comma") << "(8, 8)"
                                 << "\"(8, 8)\"";
        QTest::newRow("empty") << ""
                               << "";
    }
    void aSpreadsheetComputesNothing() {
        QFETCH(QString, text);
        QFETCH(QString, cell);
        QCOMPARE(QString::fromStdString(csvText(text.toStdString())), cell);
    }

    void anArchiveIsUnpackedInItsOwnFolder() {
        QCOMPARE(memberName("outer/inner"), std::string("outer/inner"));
        QCOMPARE(memberName("a..b/...:1"), std::string("a..b/...:1"));
        QCOMPARE(memberName("../../etc/x"), std::string("__/__/etc/x"));
        QCOMPARE(memberName("a/.."), std::string("a/__"));
        QCOMPARE(memberName("..\\x"), std::string("__\\x"));
        QCOMPARE(memberName("/etc/x"), std::string("_etc/x"));
        QCOMPARE(memberName("a\0b"s), std::string("a_b"));
        QCOMPARE(memberName(""), std::string());
    }

    void aNumberThatIsNoneHasNoSign() {
        for (const auto value : {NAN, -NAN, std::copysign(NAN, -1.0F)}) {
            QCOMPARE(numberText(static_cast<double>(value)), std::string("nan"));
            QCOMPARE(exactText(value), std::string("nan"));
            QCOMPARE(exactText(static_cast<double>(value)), std::string("nan"));
        }
        QCOMPARE(exactText(-INFINITY), std::string("-inf"));
        QCOMPARE(exactText(0.1F), std::string("0.1"));
        QCOMPARE(exactText(0.1), std::string("0.1"));
    }
};

PLUMBLINE_TEST(tst_escape)
#include "tst_escape.moc"
