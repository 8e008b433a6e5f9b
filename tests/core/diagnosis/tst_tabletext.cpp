#include "tests/support/testcase.h"

#include "tests/core/diagnosis/casebuilder.h"

#include <fmt/format.h>

using namespace plumbline;
using namespace plumbline::test;

namespace {

std::shared_ptr<const Model> prices() {
    ModelBuilder b;
    const auto x = b.input("x", {Dim::symbol("batch"), 3});
    return b.finish({b.dense("out", x, 3, 1)});
}

/// A table of `rows` rows, a cell by its column and row.
std::string table(const std::string& header, int rows, const std::function<std::string(std::size_t, int)>& cell) {
    const auto columns = static_cast<std::size_t>(std::ranges::count(header, ',') + 1);
    auto out = header.starts_with('#') ? std::string() : header + "\n";
    for (int row = 0; row < rows; ++row)
        for (std::size_t column = 0; column < columns; ++column)
            out += cell(column, row) + (column + 1 == columns ? "\n" : ",");
    return out;
}

/// Numbers, but for the columns in `text`.
std::string mixed(Numbers& numbers, const std::string& header, int rows, std::vector<std::size_t> text) {
    static const std::vector<std::string> cities{"Ulm", "Rome", "Oslo"};
    return table(header, rows, [&](std::size_t column, int row) {
        return std::ranges::find(text, column) != text.end() ? cities[static_cast<std::size_t>(row) % 3]
                                                             : numberText(numbers.real(0, 1));
    });
}

} // namespace

class tst_tabletext : public QObject {
    Q_OBJECT
private slots:
    void aColumnOfTextThatTrainingDoesNotHaveIsExtra() {
        Numbers numbers(1);
        const auto session = Case(prices())
                                 .trainText(mixed(numbers, "a,b,c", 300, {}))
                                 .predictText(mixed(numbers, "a,city,b,c", 20, {1}))
                                 .run();
        CHECK_FIRST(session, "feature-count");
        for (std::size_t i = 1; i < session->diagnosis.findings.size(); ++i) // text is no NaN
            QVERIFY2(session->diagnosis.findings[i].code == "shape-conflict", codesOf(session->diagnosis).c_str());
        QCOMPARE(session->diagnosis.prediction.front().statistics.nan, 0);
        QCOMPARE(finding.where.features, std::vector<std::int64_t>{1});
        QVERIFY(finding.evidence["names"] == nlohmann::json({"city"}));
        QCOMPARE(finding.message.text(),
                 std::string("Input x has 4 features, training has 3: column 1, city, is text and not training's."));
        QVERIFY2(finding.fix && finding.fix->verified, codesOf(session->diagnosis).c_str());
        QCOMPARE(finding.fix->numpy, std::string("x = np.delete(x, [1], axis=1)"));
    }

    void withoutNamesTheOneColumnOfTextIsTheOneTooMany() {
        Numbers numbers(2);
        const auto npy =
            Case(prices()).train(numbers.uniform({300, 3})).predictText(mixed(numbers, "#a,b,c,d", 20, {3})).run();
        CHECK_FIRST(npy, "feature-count");
        QCOMPARE(finding.where.features, std::vector<std::int64_t>{3});
        QVERIFY2(finding.fix && finding.fix->verified, codesOf(npy->diagnosis).c_str());
    }

    void withoutTrainingToo() {
        Numbers numbers(3);
        const auto session = Case(prices()).predictText(mixed(numbers, "a,b,city,c", 20, {2})).run();
        CHECK_FIRST(session, "feature-count");
        QCOMPARE(finding.message.text(),
                 std::string("Input x has 4 features, the model takes 3: column 2, city, is text."));
        QVERIFY2(finding.fix && finding.fix->verified, codesOf(session->diagnosis).c_str());
    }

    void anEmptyCellBesideItIsStillFound() {
        Numbers numbers(4);
        auto text = table("city,a,b,c", 20, [&](std::size_t column, int row) {
            return column == 0               ? std::string("Ulm")
                   : column == 2 && row == 7 ? std::string()
                                             : numberText(numbers.real(0, 1));
        });
        const auto session = Case(prices()).trainText(mixed(numbers, "a,b,c", 300, {})).predictText(text).run();
        CHECK_FIRST(session, "feature-count");
        const auto& findings = session->diagnosis.findings;
        const auto nan = std::ranges::find(findings, "nan-in-input", &Finding::code);
        QVERIFY2(nan != findings.end(), codesOf(session->diagnosis).c_str());
        QVERIFY(nan->actual["nan"] == nlohmann::json(1));
        QCOMPARE(*nan->where.element, (std::vector<std::int64_t>{7, 2}));
    }

    void allTextCellsAreCounted() {
        Numbers numbers(5);
        auto text = table("size,price,age", 60, [&](std::size_t column, int row) {
            const bool bad = (column == 1 && row >= 5 && row < 25) || (column == 2 && row >= 30 && row < 47);
            return bad ? std::string("n/a") : numberText(numbers.real(0, 1));
        });
        const auto session =
            Case(prices()).trainText(mixed(numbers, "size,price,age", 300, {})).predictText(text).run();
        CHECK_FIRST(session, "not-numeric");
        QVERIFY2(
            finding.message.text().ends_with(
                ".csv has 37 text cells in 2 columns, the first \"n/a\" at row 5, column price: a number, an empty "
                "cell, nan or inf is accepted."),
            finding.message.text().c_str());
        QVERIFY(finding.evidence["count"] == nlohmann::json(37));
        QVERIFY(finding.evidence["columns"] == nlohmann::json({1, 2}));
        QVERIFY(finding.evidence["names"] == nlohmann::json({"price", "age"}));
        QCOMPARE(finding.evidence["rows"].size(), std::size_t(37));
        QCOMPARE(finding.where.features, (std::vector<std::int64_t>{1, 2}));
        QCOMPARE(session->diagnosis.verdict, Verdict::cannotRun);
    }

    void aColumnThatTrainingHasInNumbersIsToBeWrittenAsTraining() {
        Numbers numbers(6);
        auto training = table("size,city,age", 300, [&](std::size_t column, int row) {
            return column == 1 ? std::to_string(row % 8) : numberText(numbers.real(0, 1));
        });
        const auto session =
            Case(prices()).trainText(training).predictText(mixed(numbers, "size,city,age", 20, {1})).run();
        CHECK_FIRST(session, "not-numeric");
        QVERIFY2(
            finding.message.text().ends_with(
                ".csv has text in column city, 20 cells of which the first is \"Ulm\", and no number; training has "
                "numbers there, 0 to 7: write it as training's was."),
            finding.message.text().c_str());
    }

    /// A name in both tables, a date in both: the model takes neither.
    void textInBothTablesIsLeftOutOfBothWithANote() {
        Numbers numbers(7);
        const auto session = Case(prices())
                                 .trainText(mixed(numbers, "date,a,b,c", 300, {0}))
                                 .predictText(mixed(numbers, "date,a,b,c", 20, {0}))
                                 .run();
        VERIFY_RESULT(session);
        QCOMPARE(codesOf(session->diagnosis).find("error"), std::string::npos);
        QCOMPARE(session->diagnosis.verdict, Verdict::matches);
        QCOMPARE(session->diagnosis.findings.size(), std::size_t(2));
        QVERIFY(session->diagnosis.findings[0].message.text().ends_with(
            "has a column of text, date: it is left out, for the model takes the 3 others."));
        QCOMPARE(session->diagnosis.training.front().columns, (std::vector<std::string>{"a", "b", "c"}));
        QVERIFY(session->diagnosis.layers.back().divergence.has_value());
    }

    void textOfTrainingAloneIsLeftOutWithANote() {
        Numbers numbers(8);
        const auto session = Case(prices())
                                 .trainText(mixed(numbers, "a,b,c,name", 300, {3}))
                                 .predictText(mixed(numbers, "a,b,c", 20, {}))
                                 .run();
        VERIFY_RESULT(session);
        QCOMPARE(session->diagnosis.verdict, Verdict::matches);
        QCOMPARE(session->diagnosis.findings.size(), std::size_t(1));
        QCOMPARE(session->diagnosis.findings[0].severity, Severity::note);
    }

    void aReferenceWithTextAmongItsNumbersCannotBeRead() {
        Numbers numbers(9);
        auto training = table("a,b,c", 30, [&](std::size_t column, int row) {
            return column == 1 && row > 20 ? std::string("n/a") : numberText(numbers.real(0, 1));
        });
        const auto session = Case(prices()).trainText(training).predictText(mixed(numbers, "a,b,c", 20, {})).run();
        VERIFY_RESULT(session);
        QVERIFY(session->diagnosis.error.has_value());
        QVERIFY(session->diagnosis.error->text().find("9 text cells in 1 column") != std::string::npos);
    }

    void aSurplusAndASpoiledColumnAreBothTold() {
        Numbers numbers(10);
        auto text = table("city,a,b,c", 20, [&](std::size_t column, int row) {
            return column == 0               ? std::string("Ulm")
                   : column == 2 && row == 7 ? std::string("?")
                                             : numberText(numbers.real(0, 1));
        });
        const auto session = Case(prices()).trainText(mixed(numbers, "a,b,c", 300, {})).predictText(text).run();
        VERIFY_RESULT(session);
        const auto codes = codesOf(session->diagnosis);
        QVERIFY2(codes.find("not-numeric error") != std::string::npos, codes.c_str());
        QVERIFY2(codes.find("column 0, city, is text and not training's") != std::string::npos, codes.c_str());
    }
};

PLUMBLINE_TEST(tst_tabletext)
#include "tst_tabletext.moc"
