#include "tests/support/testcase.h"

#include "core/report/html.h"
#include "core/report/text.h"
#include "core/report/texttable.h"
#include "tests/core/report/fixtures.h"

using namespace plumbline;

class tst_text : public QObject {
    Q_OBJECT

    static bool contains(const std::string& text, const std::string& part) {
        const bool found = text.find(part) != std::string::npos;
        if (!found)
            qWarning("\"%s\" is not in:\n%s", part.c_str(), text.c_str());
        return found;
    }

    /// A diagnosis in which every text that comes from a file is the same.
    static Diagnosis diagnosisNamed(const std::string& name) {
        auto d = test::diagnosisWithEverything();
        d.model->path = d.model->producer = name;
        d.model->notes = {name};
        for (auto& input : d.model->inputs)
            input.name = name;
        for (auto& layer : d.model->layers) {
            layer.name = layer.type = name;
            layer.problem = Message("p", "It is {name}.", {{"name", name}});
            layer.attributes = {{name, name}};
        }
        for (auto* sources : {&d.training, &d.prediction})
            for (auto& source : *sources) {
                source.input = source.source = name;
                source.columns = {name};
            }
        for (auto& finding : d.findings) {
            finding.where.name = name;
            finding.expected["accepted"] = finding.actual["found"] = name;
            finding.message = Message("m", "Input {input} lacks {column}.", {{"input", name}, {"column", name}});
        }
        return d;
    }

private slots:
    void columnsLineUpByCharactersNotBytes() {
        TextTable table({{"name"}, {"n", TextTable::Align::right}, {"empty"}});
        table.addRow({"größe", "7", ""});
        table.addRow({"a", "1,000", ""});
        QCOMPARE(table.text(), std::string("name       n\ngröße      7\na      1,000\n"));
    }

    void aNameOfThousandsOfCharactersWidensItsOwnRow() {
        TextTable table({{"name"}, {"n"}});
        table.addRow({std::string(5000, 'a'), "7"});
        table.addRow({"b", "8"});
        QVERIFY(contains(table.text(), std::string(5000, 'a') + "  7\n"));
        QVERIFY(table.text().size() < 5200);
    }

    void nothingThatAFileSaysReachesTheTerminal() {
        const auto d = diagnosisNamed("a\033[31m\r\n\x9b\u009b\u202e");
        const std::string shown = R"(a\x1b[31m\r\n\x9b\u009b\u202e)";
        for (const auto& text : {diagnosisText(d), traceText(d), summaryText(*d.model)}) {
            QVERIFY(contains(text, shown));
            for (const char c : text)
                QVERIFY(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
            for (const auto* bad : {"\x9b", "\u009b", "\u202e", "\nlacks"})
                QVERIFY(text.find(bad) == std::string::npos);
        }
    }

    void nothingThatAFileSaysIsMarkupOnThePage() {
        const auto page = htmlReport(diagnosisNamed("<img src=x onerror=alert(1)>\"'&amp;\033\u202e"));
        QVERIFY(page.find("<img") == std::string::npos && page.find('\033') == std::string::npos);
        QVERIFY(page.find("\u202e") == std::string::npos);
        QVERIFY(contains(page, R"(&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;amp;\x1b\u202e)"));
    }

    void aNameIsNeverAPatternItself() {
        auto d = test::diagnosisWithEverything();
        d.findings[0].message = Message("m", "Input {input} lacks {column}.",
                                        {{"input", std::string("{column}")}, {"column", std::string("{input}%s{}")}});
        QVERIFY(contains(diagnosisText(d), "Input {column} lacks {input}%s{}.\n"));
    }

    void aFindingReadsLikeACompilersMessage() {
        const auto text = diagnosisText(test::diagnosisWithEverything());
        QVERIFY(contains(text, "error[feature-count]: Input z has 9 features, not 10 (inf).\n"));
        QVERIFY(contains(text, "at        input z, axis 1, feature 7\n"));
        QVERIFY(contains(text, "expected  features 10\n"));
        QVERIFY(contains(text, "found     features 9, mean nan\n"));
        QVERIFY(contains(
            text,
            "fix       x = np.insert(x, 7, 0.0, axis=1)   (run again with it: gone; 2 other fixes pass as well)\n"));
        QVERIFY(contains(text, "explains  shape-conflict, weight kernel of layer dense, element [0, 3]\n"));
        QVERIFY(contains(text, "diverges: 2 errors; 2 of 3 layers ran\n"));
        QVERIFY(contains(text, "1,537 parameters"));
        QVERIFY(contains(text, "note: One note.\n"));
        QVERIFY(text.find('\033') == std::string::npos);
        QVERIFY(contains(diagnosisText(test::diagnosisWithEverything(), Colour::yes),
                         "\033[1;31merror[feature-count]\033[0m"));
    }

    void withoutAReferenceAMatchIsSaidToBeOfTheModelAlone() {
        auto diagnosis = test::diagnosisWithEverything();
        diagnosis.training.clear();
        diagnosis.findings.clear();
        diagnosis.verdict = Verdict::matches;
        const std::string said = "Nothing wrong in the files, the shapes and the numbers themselves; no training "
                                 "reference was given.";
        QVERIFY(contains(diagnosisText(diagnosis), "matches; 2 of 3 layers ran\n" + said + "\n"));
        QVERIFY(contains(htmlReport(diagnosis), "<p>" + said + "</p>"));
        diagnosis.verdict = Verdict::cannotRun; // no comfort where there is none
        QVERIFY(diagnosisText(diagnosis).find("Nothing wrong") == std::string::npos);
    }

    void aTraceHasARowForEveryLayer() {
        const auto text = traceText(test::diagnosisWithEverything());
        QVERIFY(contains(text, "not-reached"));
        QVERIFY(contains(text, "(1, 128)"));
        QVERIFY(contains(text, "6.50"));
        QVERIFY(contains(text, " · layers 42 us, their statistics 7.5 us, preparation 1.2 ms\n"));
    }

    void aLayerThatFailedInItsMidstShowsItsTime() {
        auto diagnosis = test::diagnosisWithEverything();
        diagnosis.layers.back().microseconds = 8765;
        QVERIFY(contains(traceText(diagnosis), "8.8 ms"));
        QVERIFY(contains(htmlReport(diagnosis), "8.8 ms"));
    }

    void aSummaryShowsShapesDtypesAndProblems() {
        const auto text = summaryText(*test::diagnosisWithEverything().model);
        QVERIFY(contains(text, "(None, 128)"));
        QVERIFY(contains(text, "1,408"));
        QVERIFY(contains(text, "Layer split is the user's own."));
    }

    void aDivergenceHasNoDigitsThatSayNothing() {
        QCOMPARE(divergenceText(0.4211), std::string("0.42"));
        QCOMPARE(divergenceText(400.197), std::string("400"));
        QCOMPARE(divergenceText(12345.6), std::string("12,346"));
        QCOMPARE(divergenceText(2.14e27), std::string("2.1e+27"));
        QCOMPARE(divergenceText(INFINITY), std::string("inf"));
    }

    void timesHaveTheUnitThatFits() {
        QCOMPARE(durationText(4.25), std::string("4.2 us"));
        QCOMPARE(durationText(123.4), std::string("123 us"));
        QCOMPARE(durationText(5500), std::string("5.5 ms"));
        QCOMPARE(durationText(2.5e6), std::string("2.50 s"));
    }

    void thePageEscapesWhatFilesSay() {
        auto diagnosis = test::diagnosisWithEverything();
        diagnosis.model->layers[1].name = "<script>alert('x')</script>";
        diagnosis.findings[0].evidence = {{"a", 1}};
        const auto page = htmlReport(diagnosis);
        QVERIFY(page.find("<script") == std::string::npos);
        QVERIFY(contains(page, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
        QVERIFY(contains(page, "models/gen &lt;1&gt;.keras"));
        QVERIFY(contains(page, "feature-count"));
        QVERIFY(contains(page, "prefers-color-scheme: dark"));
        QVERIFY2(page.find("http") == std::string::npos, "the page needs nothing from elsewhere");
    }

    void aPageWithoutFixesHasNoCode() {
        auto diagnosis = test::diagnosisWithEverything();
        QVERIFY(htmlReport(diagnosis).find("The fixes as NumPy") != std::string::npos);
        for (auto& finding : diagnosis.findings)
            finding.fix.reset();
        QVERIFY(htmlReport(diagnosis).find("The fixes as NumPy") == std::string::npos);
    }
};

PLUMBLINE_TEST(tst_text)
#include "tst_text.moc"
