#include "tests/support/testcase.h"

#include "core/ops/simd/convert.h"

#include <bit>
#include <cmath>
#include <cstring>

using namespace plumbline;

/// The vector conversions of narrow types against the scalar ones, bit for bit.
class tst_convert : public QObject {
    Q_OBJECT
private slots:
    void everyNarrowNumberWidens() {
        std::vector<std::uint16_t> narrow(1 << 16);
        for (std::size_t i = 0; i < narrow.size(); ++i)
            narrow[i] = static_cast<std::uint16_t>(i);
        std::vector<float> wide(narrow.size());
        for (const auto dtype : {DType::float16, DType::bfloat16}) {
            simd::widen(dtype, reinterpret_cast<const std::byte*>(narrow.data()), wide.data(), 1 << 16);
            for (std::size_t i = 0; i < narrow.size(); ++i) {
                const auto wanted =
                    dtype == DType::float16 ? toFloat(Float16{narrow[i]}) : toFloat(BFloat16{narrow[i]});
                if (std::bit_cast<std::uint32_t>(wide[i]) != std::bit_cast<std::uint32_t>(wanted))
                    QFAIL(qPrintable(QString("%1 of %2 became %3, not %4")
                                         .arg(name(dtype).data())
                                         .arg(narrow[i])
                                         .arg(double(wide[i]))
                                         .arg(double(wanted))));
            }
        }
    }

    void numbersRoundToEvenAndOverflowToInfinity() {
        std::vector<float> wide{0.0f,     -0.0f,    INFINITY,  -INFINITY, NAN,    -NAN,    65504.0f, 65519.0f,
                                65519.9f, 65520.0f, -65520.0f, 3e38f,     1e-45f, 2.9e-8f, 3e-8f,    6.1e-5f};
        for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += 0x1235) // all exponents, both signs
            wide.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
        for (std::uint32_t half = 0; half < 0x7c00; ++half) { // halfway between neighbours: to even
            const auto low = toFloat(Float16{static_cast<std::uint16_t>(half)});
            const auto high = half == 0x7bff ? 65536.0f : toFloat(Float16{static_cast<std::uint16_t>(half + 1)});
            wide.push_back((low + high) / 2);
        }
        std::vector<std::uint16_t> narrow(wide.size());
        for (const auto dtype : {DType::float16, DType::bfloat16}) {
            simd::narrow(dtype, wide.data(), reinterpret_cast<std::byte*>(narrow.data()),
                         static_cast<std::int64_t>(wide.size()));
            for (std::size_t i = 0; i < wide.size(); ++i) {
                const auto wanted = dtype == DType::float16 ? toFloat16(wide[i]).bits : toBFloat16(wide[i]).bits;
                if (narrow[i] != wanted)
                    QFAIL(qPrintable(QString("%1 became the %2 of bits %3, not %4")
                                         .arg(double(wide[i]))
                                         .arg(name(dtype).data())
                                         .arg(narrow[i])
                                         .arg(wanted)));
            }
        }
    }
};

PLUMBLINE_TEST(tst_convert)
#include "tst_convert.moc"
