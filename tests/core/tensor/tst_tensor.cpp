#include "tests/support/testcase.h"

#include "core/tensor/tensor.h"

#include <cmath>

using namespace plumbline;

class tst_tensor : public QObject {
    Q_OBJECT
private slots:
    void shapesReadAsPythonPrintsThem() {
        QCOMPARE(Shape({8, 16}).text(), std::string("(8, 16)"));
        QCOMPARE(Shape({10}).text(), std::string("(10,)"));
        QCOMPARE(Shape().text(), std::string("()"));
    }

    void aShapeThatOverflowsIsAnError() {
        QVERIFY(!Shape({1LL << 40, 1LL << 40}).checkedElements());
        QVERIFY(!Shape({-1, 2}).checkedElements());
        QVERIFY(!Shape({0, 1LL << 62, 1LL << 62}).checkedElements());
        QCOMPARE(*Shape({0, 5}).checkedElements(), 0);
    }

    void viewsShareTheirElements() {
        const auto t = Tensor::of<float>({2, 3}, {1, 2, 3, 4, 5, 6});
        const std::size_t swap[] = {1, 0};
        const auto transposed = t.transposed(swap);
        QCOMPARE(transposed.shape(), Shape({3, 2}));
        QCOMPARE(transposed.data(), t.data());
        QCOMPARE(transposed.flat(1), 4.0);
        QVERIFY(!transposed.isContiguous());
        const auto dense = transposed.contiguous();
        VERIFY_RESULT(dense);
        QCOMPARE(dense->span<float>()[1], 4.0f);
        QCOMPARE(t.indexed(0, 1).flat(2), 6.0);
        QCOMPARE(t.sliced(1, 1, 2).shape(), Shape({2, 2}));
    }

    void aViewBeyondItsStorageIsRefused() {
        const auto storage = Storage::allocate(16);
        VERIFY_RESULT(storage);
        QVERIFY(Tensor::view(*storage, DType::float32, {4}, {4}, 0));
        QVERIFY(!Tensor::view(*storage, DType::float32, {5}, {4}, 0));
        QVERIFY(!Tensor::view(*storage, DType::float32, {2}, {-4}, 0));
        QVERIFY(Tensor::view(*storage, DType::float32, {2}, {-4}, 4));
        QVERIFY(!Tensor::view(*storage, DType::float32, {1LL << 61}, {1LL << 3}, 0));
    }

    void halvesRoundAsIeeeSays() {
        QCOMPARE(toFloat(toFloat16(65504.0f)), 65504.0f);
        QVERIFY(std::isinf(toFloat(toFloat16(65520.0f))));
        QCOMPARE(toFloat(toFloat16(0x1p-24f)), 0x1p-24f);
        QCOMPARE(toFloat(toFloat16(0x1p-26f)), 0.0f);
        QVERIFY(std::isnan(toFloat(toFloat16(NAN))));
        QCOMPARE(toFloat(toFloat16(1.0f / 3)), 0.333251953125f);
        QCOMPARE(toFloat(toBFloat16(1.0f / 3)), 0.333984375f);
        QVERIFY(std::isnan(toFloat(toBFloat16(NAN))));
    }

    void everyHalfSurvivesTheWayThroughFloat() {
        for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
            const Float16 half{static_cast<std::uint16_t>(bits)};
            const auto back = toFloat16(toFloat(half));
            if (std::isnan(toFloat(half)))
                QVERIFY(std::isnan(toFloat(back)));
            else
                QCOMPARE(back.bits, half.bits);
        }
    }

    void castingFollowsNumpy() {
        const auto t = Tensor::of<float>({4}, {1.9f, -1.9f, 300.0f, NAN});
        const auto bytes = t.cast(DType::uint8);
        VERIFY_RESULT(bytes);
        QCOMPARE(bytes->flat(0), 1.0);
        QCOMPARE(bytes->flat(1), 255.0);
        QCOMPARE(bytes->flat(2), 44.0);
        QCOMPARE(t.cast(DType::boolean)->flat(3), 1.0);
    }

    void exactTextReadsBackEqual() {
        QCOMPARE(Tensor::of<float>({1}, {0.1f}).elementText(0), std::string("0.1"));
        QCOMPARE(Tensor::of<float>({1}, {std::copysign(NAN, -1.0F)}).elementText(0), std::string("nan"));
        QCOMPARE(Tensor::of<double>({1}, {std::copysign(NAN, -1.0)}).elementText(0), std::string("nan"));
        QCOMPARE(Tensor::of<std::int64_t>({1}, {(1LL << 62) + 1}).elementText(0), std::string("4611686018427387905"));
    }
};

PLUMBLINE_TEST(tst_tensor)
#include "tst_tensor.moc"
