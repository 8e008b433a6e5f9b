#include "core/formats/data/random.h"
#include "core/formats/data/source.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace plumbline {

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

std::optional<double> number(std::string_view text) {
    text = trimmed(text);
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

constexpr double exactIntegers = 0x1p53;

std::string_view kindName(Law::Kind kind) {
    switch (kind) {
    case Law::Kind::uniform: return "uniform";
    case Law::Kind::integers: return "integers";
    case Law::Kind::normal: break;
    }
    return "normal";
}

} // namespace

std::string Law::text() const { return std::string(kindName(kind)) + "(" + numberText(a) + "," + numberText(b) + ")"; }

std::optional<Result<Law>> parseLaw(std::string_view text) {
    const auto whole = trimmed(text);
    const auto open = whole.find('(');
    if (open == std::string_view::npos || whole.back() != ')')
        return std::nullopt;
    const auto name = trimmed(whole.substr(0, open));
    Law law;
    if (name == "normal")
        law.kind = Law::Kind::normal;
    else if (name == "uniform")
        law.kind = Law::Kind::uniform;
    else if (name == "integers")
        law.kind = Law::Kind::integers;
    else
        return std::nullopt;
    const auto wrong = [&](std::string reason) {
        return Result<Law>(failure(ErrorCode::wrongCall, "law.arguments",
                                   "The law {law} makes no sense: {reason}. Laws are normal(mean,deviation), "
                                   "uniform(low,high) and integers(low,high).",
                                   {{"law", std::string(whole)}, {"reason", std::move(reason)}}));
    };
    const auto arguments = whole.substr(open + 1, whole.size() - open - 2);
    const auto comma = arguments.find(',');
    const auto a = number(arguments.substr(0, comma));
    const auto b = comma == std::string_view::npos ? std::nullopt : number(arguments.substr(comma + 1));
    if (!a || !b)
        return wrong("it takes two finite numbers");
    law.a = *a;
    law.b = *b;
    if (law.kind == Law::Kind::normal && law.b <= 0)
        return wrong("a deviation is above 0");
    if (law.kind != Law::Kind::normal && law.b <= law.a)
        return wrong("the upper end must be above the lower end");
    if (law.kind == Law::Kind::integers && (std::floor(law.a) != law.a || std::floor(law.b) != law.b ||
                                            std::fabs(law.a) > exactIntegers || std::fabs(law.b) > exactIntegers))
        return wrong("its ends are whole numbers up to 2^53");
    return Result<Law>(law);
}

namespace {

/// Rounded as NumPy's astype would: what a law gives an integer input is cut off towards zero.
template<class T> T stored(double value) {
    if constexpr (std::is_same_v<T, Float16>)
        return toFloat16(static_cast<float>(value));
    else if constexpr (std::is_same_v<T, BFloat16>)
        return toBFloat16(static_cast<float>(value));
    else if constexpr (std::is_same_v<T, bool>)
        return value != 0;
    else if constexpr (std::is_integral_v<T>) {
        constexpr auto low = static_cast<double>(std::numeric_limits<T>::min());
        constexpr auto high = static_cast<double>(std::numeric_limits<T>::max());
        if (value <= low)
            return std::numeric_limits<T>::min();
        if (value >= high)
            return std::numeric_limits<T>::max();
        return static_cast<T>(value);
    } else
        return static_cast<T>(value);
}

} // namespace

Result<Tensor> drawLaw(const Law& law, const Shape& shape, DType dtype, std::uint64_t seed) {
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(dtype, shape));
    Random random(seed);
    visitDType(dtype, [&](auto type) {
        using T = decltype(type);
        for (T& element : builder.span<T>()) {
            double value = 0;
            switch (law.kind) {
            case Law::Kind::normal: value = law.a + law.b * random.normal(); break;
            case Law::Kind::uniform: value = law.a + (law.b - law.a) * random.uniform(); break;
            case Law::Kind::integers:
                value = law.a + static_cast<double>(random.below(static_cast<std::uint64_t>(law.b - law.a)));
                break;
            }
            element = stored<T>(value);
        }
    });
    return std::move(builder).build();
}

} // namespace plumbline
