#include "tests/core/ops/opcall.h"

using namespace plumbline;
using namespace plumbline::test;

static ValueType f32(Dims shape) { return {DType::float32, std::move(shape)}; }
static std::string shapeText(const Result<std::vector<ValueType>>& types, std::size_t i = 0) {
    return types ? dimsText((*types)[i].shape) : types.error().message.id() + ": " + types.error().text();
}
static Tensor ints(std::initializer_list<std::int64_t> values) {
    return Tensor::of<std::int64_t>({static_cast<std::int64_t>(values.size())}, values);
}

class tst_shaperules : public QObject {
    Q_OBJECT
private slots:
    void aDcganKeepsItsBatchOpen() {
        const auto batch = Dim::symbol("batch");
        const auto dense = inferred("MatMul", {f32({batch, 100}), f32({100, 6272})});
        QCOMPARE(shapeText(dense), std::string("(None, 6272)"));
        const auto image = inferred("Reshape", {(*dense)[0], {DType::int64, {4}}}, {}, {{}, ints({-1, 7, 7, 128})});
        QCOMPARE(shapeText(image), std::string("(None, 7, 7, 128)"));
        QVERIFY((*image)[0].shape[0] == batch);
        const auto up = inferred(
            "ConvTranspose", {(*image)[0], f32({128, 64, 4, 4})},
            attributes(
                {{"channels_last", 1}, {"strides", std::vector<std::int64_t>{2, 2}}, {"auto_pad", "SAME_UPPER"}}));
        QCOMPARE(shapeText(up), std::string("(None, 14, 14, 64)"));
        QVERIFY((*up)[0].shape[0] == batch);
    }

    void reshapeUndoesFlattenOfAnOpenSize() {
        const auto batch = Dim::symbol("batch"), height = Dim::symbol("h");
        const auto flat = inferred("Flatten", {f32({batch, height, 4})});
        const auto back = inferred("Reshape", {(*flat)[0], {DType::int64, {3}}}, {}, {{}, ints({0, -1, 4})});
        VERIFY_RESULT(back);
        QVERIFY((*back)[0].shape[1] == height);
    }

    void aReshapeThatDoesNotFitNamesTheBatchItKeeps() {
        const auto one = inferred("Reshape", {f32({100}), {DType::int64, {4}}}, {}, {{}, ints({0, 2, 2, 64})});
        QVERIFY(!one);
        QCOMPARE(one.error().expected, std::string("(100, 2, 2, 64)"));
    }

    void aMatMulThatDoesNotFitNamesBothShapesAndWhatIsAccepted() {
        const auto wrong = inferred("MatMul", {f32({Dim::symbol("batch"), 9}), f32({10, 128})});
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().code, ErrorCode::shape);
        QCOMPARE(wrong.error().message.id(), std::string("shape-conflict.matmul"));
        QCOMPARE(wrong.error().text(), std::string("MatMul cannot multiply (None, 9) by (10, 128): the last axis of "
                                                   "the first has 9 and the matrix takes 10."));
        QCOMPARE(wrong.error().expected, std::string("10 on the last axis"));
        QCOMPARE(wrong.error().actual, std::string("(None, 9)"));
    }

    void aSkipConnectionThatDoesNotFitNamesTheAxis() {
        const auto wrong = inferred("Add", {f32({1, 12, 12, 8}), f32({1, 13, 12, 8})});
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().message.id(), std::string("shape-conflict.add"));
        QVERIFY(wrong.error().text().find("on axis 1 the sizes 12 and 13 differ") != std::string::npos);
        const auto joined = inferred("Concat", {f32({1, 12, 12, 8}), f32({1, 13, 12, 8})}, attributes({{"axis", -1}}));
        QVERIFY(!joined);
        QCOMPARE(joined.error().message.id(), std::string("shape-conflict.concat"));
    }

    void anInputTooSmallForItsWindowIsNamedBeforeAnythingRuns() {
        const auto wrong = inferred("Conv", {f32({3, 4, 16}), f32({16, 16, 5})}, attributes({{"channels_last", 1}}));
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().message.id(), std::string("zero-size.conv"));
        QCOMPARE(wrong.error().text(), std::string("Conv of an input of shape (3, 4, 16) would give a size of 0 on "
                                                   "axis 1: at least 5 are needed there for a window of 5."));
    }

    void wrongChannelsAreNamed() {
        const auto wrong =
            inferred("Conv", {f32({1, 28, 28, 3}), f32({8, 1, 3, 3})}, attributes({{"channels_last", 1}}));
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().expected, std::string("1 channels on axis 3"));
    }

    void anEmbeddingTakesAnyIntegers() {
        for (const auto type : {DType::int8, DType::uint8, DType::int32, DType::uint32, DType::int64, DType::uint64}) {
            const auto rows = inferred("Gather", {f32({1000, 16}), {type, {Dim::symbol("batch"), 20}}});
            QCOMPARE(shapeText(rows), std::string("(None, 20, 16)"));
        }
        QVERIFY(!inferred("Gather", {f32({1000, 16}), f32({1})}));
    }

    void unknownExtentsAreFoundByTheirKnownPartner() {
        const auto sum =
            inferred("Add", {f32({Dim::symbol("batch"), Dim::symbol("h"), 8}), f32({Dim::symbol("batch"), 12, 1})});
        QCOMPARE(shapeText(sum), std::string("(None, 12, 8)"));
    }
};

PLUMBLINE_TEST(tst_shaperules)
#include "tst_shaperules.moc"
