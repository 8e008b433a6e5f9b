#include "tests/core/ops/opcall.h"

#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

static const DType everyType[] = {DType::boolean,  DType::int8,    DType::uint8,  DType::int16,  DType::uint16,
                                  DType::int32,    DType::uint32,  DType::int64,  DType::uint64, DType::float16,
                                  DType::bfloat16, DType::float32, DType::float64};

static std::vector<double> elements(const Result<std::vector<Tensor>>& result) {
    std::vector<double> out;
    if (result)
        for (std::int64_t i = 0; i < (*result)[0].elements(); ++i)
            out.push_back((*result)[0].flat(i));
    return out;
}

static Tensor ints(std::initializer_list<std::int64_t> values) {
    return Tensor::of<std::int64_t>({static_cast<std::int64_t>(values.size())}, values);
}

class tst_moves : public QObject {
    Q_OBJECT
private slots:
    void everyTypeIsMovedWhole() {
        using Elements = std::vector<double>;
        for (const auto type : everyType) {
            const auto x = *Tensor::of<float>({2, 2}, {1, 0, 1, 1}).cast(type);
            const auto one = *Tensor::of<float>({}, {1}).cast(type);
            QCOMPARE(elements(reference("Identity", {x})), (Elements{1, 0, 1, 1}));
            QCOMPARE(elements(reference("Transpose", {x})), (Elements{1, 1, 0, 1}));
            QCOMPARE(elements(reference("Reshape", {x, ints({-1})})), (Elements{1, 0, 1, 1}));
            QCOMPARE(elements(reference("Concat", {x, x}, attributes({{"axis", 1}}))),
                     (Elements{1, 0, 1, 0, 1, 1, 1, 1}));
            QCOMPARE(elements(reference("Slice", {x, ints({1}), ints({2}), ints({1})})), (Elements{0, 1}));
            QCOMPARE(elements(reference("Pad", {x, ints({0, 1, 0, 0}), one})), (Elements{1, 1, 0, 1, 1, 1}));
            QCOMPARE(elements(reference("Tile", {x, ints({1, 2})})), (Elements{1, 0, 1, 0, 1, 1, 1, 1}));
            QCOMPARE(elements(reference("Expand", {one, ints({3})})), (Elements{1, 1, 1}));
            QCOMPARE(elements(reference("Gather", {x, ints({1})})), (Elements{1, 1}));
            QCOMPARE(elements(reference("Equal", {x, one})), (Elements{1, 0, 1, 1}));
            for (const auto to : everyType)
                QCOMPARE(elements(reference("Cast", {x}, attributes({{"to", std::string(name(to))}}))),
                         (Elements{1, 0, 1, 1}));
        }
    }

    void badNumbersAreFoundByKind() {
        const auto x = Tensor::of<float>({4}, {NAN, INFINITY, -INFINITY, 1});
        QCOMPARE(elements(reference("IsNaN", {x})), (std::vector<double>{1, 0, 0, 0}));
        QCOMPARE(elements(reference("IsInf", {x})), (std::vector<double>{0, 1, 1, 0}));
        QCOMPARE(elements(reference("IsInf", {x}, attributes({{"detect_negative", 0}}))),
                 (std::vector<double>{0, 1, 0, 0}));
    }

    void aShapeIsFilledWithOneValue() {
        const auto filled =
            reference("ConstantOfShape", {ints({2, 3})}, attributes({{"value", Tensor::of<std::int32_t>({1}, {7})}}));
        VERIFY_RESULT(filled);
        QCOMPARE((*filled)[0].shape(), Shape({2, 3}));
        QCOMPARE(elements(filled), std::vector<double>(6, 7));
        QCOMPARE(elements(reference("ConstantOfShape", {ints({2})})), (std::vector<double>{0, 0}));
    }

    void halfPrecisionComputesInFloatAndRounds() {
        const auto x = *Tensor::of<float>({2}, {0.1f, 60000}).cast(DType::float16);
        const auto sum = elements(reference("Add", {x, x}));
        QCOMPARE(sum[0], static_cast<double>(toFloat(toFloat16(2 * toFloat(toFloat16(0.1f))))));
        QVERIFY(std::isinf(sum[1]));
        const auto exp = elements(reference("Exp", {*Tensor::of<float>({1}, {1}).cast(DType::bfloat16)}));
        QCOMPARE(exp[0], 2.71875);
    }

    void integersWrapAsNumPysDo() {
        const auto a = Tensor::of<std::int8_t>({3}, {127, -128, 7}), b = Tensor::of<std::int8_t>({3}, {1, -1, 0});
        QCOMPARE(elements(reference("Add", {a, b})), (std::vector<double>{-128, 127, 7}));
        QCOMPARE(elements(reference("Div", {a, b})), (std::vector<double>{127, -128, 0}));
        QCOMPARE(elements(reference("Neg", {a})), (std::vector<double>{-127, -128, -7}));
    }

    void openSlicesCropAsKerasCropsUnknownSizes() {
        const auto h = Dim::symbol("h");
        const auto cut = inferred("Slice",
                                  {{DType::float32, {Dim::symbol("batch"), h, 3}},
                                   {DType::int64, {1}},
                                   {DType::int64, {1}},
                                   {DType::int64, {1}}},
                                  {}, {{}, ints({2}), ints({-1}), ints({1})});
        VERIFY_RESULT(cut);
        QCOMPARE(*(*cut)[0].shape[1].evaluate({{"h", 10}}), 7);
    }

    void aSizeCutToNothingIsRefused() {
        const auto cut = inferred(
            "Slice", {{DType::float32, {1, 3, 3}}, {DType::int64, {1}}, {DType::int64, {1}}, {DType::int64, {1}}}, {},
            {{}, ints({2}), ints({-1}), ints({1})});
        QVERIFY(!cut);
        QCOMPARE(cut.error().message.id(), std::string("zero-size.slice"));
        const auto pad =
            inferred("Pad", {{DType::float32, {1, 3}}, {DType::int64, {4}}}, {}, {{}, ints({0, -2, 0, -1})});
        QVERIFY(!pad);
        QCOMPARE(pad.error().text(), std::string("Pad of an input of shape (1, 3) would give a size of 0 on axis 1: at "
                                                 "least 4 are needed there to cut off 3."));
    }

    void hugeSizesAreRefusedBeforeTheyAreAllocated() {
        const auto one = Tensor::of<float>({1, 1}, {1});
        const auto tile = reference("Tile", {one, ints({1LL << 40, 1LL << 40})});
        QVERIFY(!tile);
        QVERIFY(!reference("Expand", {one, ints({1LL << 40, 1LL << 40})}));
        QVERIFY(!reference("ConstantOfShape", {ints({1LL << 60})}));
    }
};

PLUMBLINE_TEST(tst_moves)
#include "tst_moves.moc"
