#include "tests/core/diagnosis/casebuilder.h"

#include <algorithm>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// Two branches that meet at the end only: a picture of any size with a skip, and a row of four numbers.
std::shared_ptr<const Model> pictureAndRow() {
    ModelBuilder b;
    const auto image = b.input("image", {Dim::symbol("batch"), Dim::symbol("h"), Dim::symbol("w"), 1});
    const auto row = b.input("row", {Dim::symbol("batch"), 4});
    const auto first = b.conv("first", image, 1, 4, 1, "Relu");
    const auto down = b.conv("down", first, 4, 8, 2, "Relu");
    const auto up = b.upConv("up", down, 8, 4);
    Attributes last;
    last.set("axis", std::int64_t{3});
    const auto join = b.layer("join", "Concatenate", "Concat", {up, first}, {}, last);
    const auto dense = b.dense("dense", row, 4, 3);
    return b.finish({b.conv("last", join, 8, 1), b.dense("row_last", dense, 3, 1)});
}

/// Two tables, each with its own Dense; their outputs are added.
std::shared_ptr<const Model> twoTables() {
    ModelBuilder b;
    const auto a = b.input("a", {Dim::symbol("batch"), 6});
    const auto c = b.input("c", {Dim::symbol("batch"), 5});
    const auto left = b.dense("left", a, 6, 4);
    const auto right = b.dense("right", c, 5, 4);
    return b.finish({b.dense("out", b.layer("sum", "Add", "Add", {left, right}), 4, 1)});
}

const Finding* find(const Diagnosis& diagnosis, const std::string& code, const std::string& place) {
    const auto at = std::ranges::find_if(diagnosis.findings,
                                         [&](const Finding& f) { return f.code == code && f.where.name == place; });
    return at == diagnosis.findings.end() ? nullptr : &*at;
}

bool explains(const Diagnosis& diagnosis, const Finding& cause, const Finding& effect) {
    const auto index = static_cast<std::size_t>(&effect - diagnosis.findings.data());
    return std::ranges::find(cause.explains, index) != cause.explains.end();
}

} // namespace

/// What is wrong with one input is not blamed for what another one does.
class tst_severalinputs : public QObject {
    Q_OBJECT
private slots:
    void aMissingInputDoesNotHideWhatIsWrongWithTheOther() {
        Numbers numbers(1);
        const auto session = Case(twoTables()).predict(numbers.normal({3, 7}), "a").run();
        VERIFY_RESULT(session);
        const auto& d = session->diagnosis;
        const auto* missing = find(d, "missing-input", "c");
        const auto* count = find(d, "feature-count", "a");
        QVERIFY2(missing && count, codesOf(d).c_str());
        QCOMPARE(&d.findings.front(), missing);
        QVERIFY(!explains(d, *missing, *count));
        // The layer that cannot multiply reads `a` alone.
        const auto* conflict = find(d, "shape-conflict", "left");
        QVERIFY2(conflict, codesOf(d).c_str());
        QVERIFY(explains(d, *count, *conflict));
        QVERIFY(!explains(d, *missing, *conflict));
        QCOMPARE(d.verdict, Verdict::cannotRun);
    }

    void aMissingInputDoesNotHideASizeThatDoesNotDivide() {
        Numbers numbers(2);
        const auto session = Case(pictureAndRow()).predict(numbers.uniform({2, 9, 8, 1}), "image").run();
        VERIFY_RESULT(session);
        const auto& d = session->diagnosis;
        const auto *missing = find(d, "missing-input", "row"), *size = find(d, "spatial-size", "image"),
                   *conflict = find(d, "shape-conflict", "join");
        QVERIFY2(missing && size && conflict, codesOf(d).c_str());
        QVERIFY(explains(d, *size, *conflict));
        QVERIFY(!explains(d, *missing, *conflict));
        QCOMPARE(size->evidence["sizes"][0]["nearest"].get<std::vector<int>>(), (std::vector<int>{8, 10}));
        QCOMPARE(conflict->evidence["sizes"][0]["input"].get<std::string>(), std::string("image"));
    }

    void aWrongColumnCountDoesNotExplainTheOtherInputsSize() {
        Numbers numbers(3);
        const auto session = Case(pictureAndRow())
                                 .predict(numbers.uniform({2, 9, 8, 1}), "image")
                                 .predict(numbers.normal({2, 3}), "row")
                                 .run();
        VERIFY_RESULT(session);
        const auto& d = session->diagnosis;
        const auto *count = find(d, "feature-count", "row"), *size = find(d, "spatial-size", "image"),
                   *join = find(d, "shape-conflict", "join"), *dense = find(d, "shape-conflict", "dense");
        QVERIFY2(count && size && join && dense, codesOf(d).c_str());
        QVERIFY(explains(d, *size, *join) && !explains(d, *count, *join));
        QVERIFY(explains(d, *count, *dense) && !explains(d, *size, *dense));
        // The size of the picture is no help to the row's layer.
        QCOMPARE(dense->evidence["sizes"][0]["input"].get<std::string>(), std::string("row"));
    }

    void bothWrongColumnCountsStand() {
        Numbers numbers(4);
        const auto session =
            Case(twoTables()).predict(numbers.normal({3, 7}), "a").predict(numbers.normal({3, 4}), "c").run();
        VERIFY_RESULT(session);
        const auto& d = session->diagnosis;
        const auto *a = find(d, "feature-count", "a"), *c = find(d, "feature-count", "c");
        QVERIFY2(a && c, codesOf(d).c_str());
        QVERIFY(!explains(d, *a, *c) && !explains(d, *c, *a));
    }

    void twoInputsOutOfScaleAreTwoCausesOfOneDrift() {
        Numbers numbers(5);
        const auto times = [](const Tensor& x, float factor) {
            std::vector<float> values(x.span<float>().begin(), x.span<float>().end());
            for (auto& value : values)
                value *= factor;
            return Tensor::of<float>(x.shape(), std::span<const float>(values));
        };
        const auto session = Case(twoTables())
                                 .train(numbers.normal({900, 6}, 1), "a")
                                 .train(numbers.normal({900, 5}, 2), "c")
                                 .predict(times(numbers.normal({64, 6}, 1), 100), "a")
                                 .predict(times(numbers.normal({64, 5}, 2), 1000), "c")
                                 .run();
        VERIFY_RESULT(session);
        const auto& d = session->diagnosis;
        const auto *a = find(d, "scale", "a"), *c = find(d, "scale", "c");
        QVERIFY2(a && c, codesOf(d).c_str());
        QVERIFY(a->fix && a->fix->verified && c->fix && c->fix->verified);
        for (const auto& finding : d.findings)
            if (&finding != a && &finding != c)
                QVERIFY2(explains(d, *a, finding) || explains(d, *c, finding), codesOf(d).c_str());
    }

    void twoInputsThatNoFixMendsShowALayerEach() {
        Numbers numbers(9);
        const auto session =
            Case(twoTables()).predict(numbers.normal({9, 2, 5}), "a").predict(numbers.normal({9, 3, 4}), "c").run();
        VERIFY_RESULT(session);
        const auto& d = session->diagnosis;
        const auto *a = find(d, "extra-axis", "a"), *c = find(d, "extra-axis", "c");
        const auto *left = find(d, "shape-conflict", "left"), *right = find(d, "shape-conflict", "right");
        QVERIFY2(a && c && left && right, codesOf(d).c_str());
        QVERIFY2(explains(d, *a, *left) && explains(d, *c, *right), codesOf(d).c_str());
        QCOMPARE(d.verdict, Verdict::cannotRun);
    }

    void aNanInOneInputExplainsItsOwnBranchOnly() {
        ModelBuilder b;
        const auto a = b.input("a", {Dim::symbol("batch"), 4});
        const auto c = b.input("c", {Dim::symbol("batch"), 4});
        const auto left = b.layer("left", "Activation", "Identity", {a});
        const auto right = b.layer("right", "Lambda", "Log", {c});
        const auto model = b.finish({left, right});
        const auto session = Case(model)
                                 .predict(Tensor::of<float>({1, 4}, {1, NAN, 3, 4}), "a")
                                 .predict(Tensor::of<float>({1, 4}, {1, -2, 3, 4}), "c")
                                 .run();
        VERIFY_RESULT(session);
        const auto& d = session->diagnosis;
        const auto *given = find(d, "nan-in-input", "a"), *born = find(d, "nan-born", "right");
        QVERIFY2(given && born, codesOf(d).c_str());
        QVERIFY(!explains(d, *given, *born));
        QCOMPARE(born->evidence["cause"].get<std::string>(), std::string("log of a negative"));
    }
};

PLUMBLINE_TEST(tst_severalinputs)
#include "tst_severalinputs.moc"
