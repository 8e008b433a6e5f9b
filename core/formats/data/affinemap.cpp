#include "core/formats/data/source.h"

#include <charconv>
#include <cmath>

namespace plumbline {

namespace {

/// Recursive descent over pairs (a, b) that stand for a*x + b:
///   sum = term {('+'|'-') term};  term = factor {('*'|'/') factor};  factor = ['-'|'+'] ('x' | number | '(' sum ')')
class MapParser {
public:
    explicit MapParser(std::string_view text) : m_text(text), m_rest(text) {}

    Result<AffineMap> parse() {
        PLUMBLINE_TRY(const auto linear, sum(0));
        if (!peek().empty())
            return syntax();
        if (linear.a == 0 || !std::isfinite(linear.a) || !std::isfinite(linear.b))
            return notAffine();
        return AffineMap{linear.a, linear.b, std::string(m_text)};
    }

private:
    struct Linear {
        double a = 0, b = 0;
    };
    static constexpr int maximumDepth = 64;

    std::string_view peek() {
        while (!m_rest.empty() && m_rest.front() == ' ')
            m_rest.remove_prefix(1);
        return m_rest;
    }
    bool take(char wanted) {
        if (peek().empty() || m_rest.front() != wanted)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }
    std::unexpected<Error> syntax() const {
        return failure(ErrorCode::wrongCall, "map.syntax",
                       "The map \"{map}\" cannot be read at \"{rest}\": a map is an expression in x such as x/255, "
                       "x/127.5-1 or 2*x+1.",
                       {{"map", std::string(m_text)}, {"rest", std::string(m_rest)}});
    }
    std::unexpected<Error> notAffine() const {
        return failure(ErrorCode::wrongCall, "map.affine",
                       "The map \"{map}\" is not of the form scale*x + offset with a finite scale other than 0.",
                       {{"map", std::string(m_text)}});
    }

    Result<Linear> sum(int depth) {
        PLUMBLINE_TRY(auto left, term(depth));
        while (true) {
            const double sign = take('+') ? 1 : take('-') ? -1 : 0;
            if (sign == 0)
                return left;
            PLUMBLINE_TRY(const auto right, term(depth));
            left = {left.a + sign * right.a, left.b + sign * right.b};
        }
    }

    Result<Linear> term(int depth) {
        PLUMBLINE_TRY(auto left, factor(depth));
        while (true) {
            if (take('*')) {
                PLUMBLINE_TRY(const auto right, factor(depth));
                if (left.a != 0 && right.a != 0)
                    return notAffine();
                left = {left.a * right.b + right.a * left.b, left.b * right.b};
            } else if (take('/')) {
                PLUMBLINE_TRY(const auto right, factor(depth));
                if (right.a != 0 || right.b == 0)
                    return notAffine();
                left = {left.a / right.b, left.b / right.b};
            } else
                return left;
        }
    }

    Result<Linear> factor(int depth) {
        if (depth > maximumDepth)
            return syntax();
        if (take('-')) {
            PLUMBLINE_TRY(const auto inner, factor(depth + 1));
            return Linear{-inner.a, -inner.b};
        }
        if (take('+'))
            return factor(depth + 1);
        if (take('x'))
            return Linear{1, 0};
        if (take('(')) {
            PLUMBLINE_TRY(const auto inner, sum(depth + 1));
            if (!take(')'))
                return syntax();
            return inner;
        }
        const auto rest = peek();
        double number = 0;
        const bool numeric = !rest.empty() && (rest.front() == '.' || (rest.front() >= '0' && rest.front() <= '9'));
        const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (!numeric || problem != std::errc())
            return syntax();
        m_rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        return Linear{0, number};
    }

    std::string_view m_text;
    std::string_view m_rest;
};

template<class To, class From> To mapped(From value, double scale, double offset) {
    const double y = scale * toDouble(value) + offset;
    if constexpr (std::is_same_v<To, Float16>)
        return toFloat16(static_cast<float>(y));
    else if constexpr (std::is_same_v<To, BFloat16>)
        return toBFloat16(static_cast<float>(y));
    else
        return static_cast<To>(y);
}

} // namespace

Result<AffineMap> parseAffineMap(std::string_view text) { return MapParser(text).parse(); }

Result<Tensor> applyMap(const AffineMap& map, const Tensor& tensor) {
    if (tensor.dtype() == DType::boolean) { // a byte of a file that is neither 0 nor 1 is made a bool by the cast
        PLUMBLINE_TRY(const auto bytes, tensor.cast(DType::uint8));
        return applyMap(map, bytes);
    }
    PLUMBLINE_TRY(const auto dense, tensor.contiguous());
    const DType type = isFloat(tensor.dtype()) ? tensor.dtype() : DType::float32;
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(type, tensor.shape()));
    visitDType(tensor.dtype(), [&](auto fromType) {
        using From = decltype(fromType);
        const auto from = dense.span<From>();
        const auto fill = [&](auto toType) {
            using To = decltype(toType);
            To* out = builder.span<To>().data();
            for (std::size_t i = 0; i < from.size(); ++i)
                out[i] = mapped<To>(from[i], map.scale, map.offset);
        };
        if constexpr (std::is_same_v<From, Float16> || std::is_same_v<From, BFloat16> || std::is_same_v<From, double>)
            fill(From{});
        else
            fill(float{});
    });
    return std::move(builder).build();
}

} // namespace plumbline
