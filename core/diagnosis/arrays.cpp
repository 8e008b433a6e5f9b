#include "core/diagnosis/arrays.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace plumbline {

Result<std::vector<double>> toDoubles(const Tensor& tensor) {
    PLUMBLINE_TRY(const auto dense, tensor.contiguous());
    std::vector<double> out(static_cast<std::size_t>(dense.elements()));
    visitDType(dense.dtype(), [&](auto kind) {
        std::ranges::transform(dense.span<decltype(kind)>(), out.begin(), [](auto v) { return toDouble(v); });
    });
    return out;
}

Result<Tensor> fromDoubles(Shape shape, const std::vector<double>& values, DType dtype) {
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(DType::float64, std::move(shape)));
    std::ranges::copy(values, builder.span<double>().begin());
    return std::move(builder).build().cast(dtype);
}

Result<Tensor> takeAlong(const Tensor& tensor, std::size_t axis, const std::vector<std::int64_t>& indices,
                         const std::vector<double>& fills) {
    PLUMBLINE_TRY(const auto dense, tensor.contiguous());
    auto shape = dense.shape();
    std::size_t outer = 1, inner = itemSize(dense.dtype());
    for (std::size_t i = 0; i < shape.rank(); ++i)
        (i < axis ? outer : inner) *= i == axis ? 1 : static_cast<std::size_t>(shape[i]);
    const auto extent = static_cast<std::size_t>(shape[axis]);
    shape[axis] = static_cast<std::int64_t>(indices.size());
    PLUMBLINE_TRY(const auto fillValues, fromDoubles({static_cast<std::int64_t>(fills.size())}, fills, dense.dtype()));
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(dense.dtype(), shape));
    auto* out = builder.data();
    const auto item = itemSize(dense.dtype());
    for (std::size_t block = 0; block < outer; ++block) {
        std::size_t fill = 0;
        for (const auto index : indices) {
            if (index >= 0) {
                std::memcpy(out, dense.data() + (block * extent + static_cast<std::size_t>(index)) * inner, inner);
            } else {
                const auto* value = fillValues.data() + fill++ * item;
                for (std::size_t at = 0; at < inner; at += item)
                    std::memcpy(out + at, value, item);
            }
            out += inner;
        }
    }
    return std::move(builder).build();
}

Result<Tensor> concatenateRows(const std::vector<Tensor>& parts) {
    if (parts.size() == 1)
        return parts.front();
    auto shape = parts.front().shape();
    shape[0] = 0;
    for (const auto& part : parts)
        shape[0] += part.shape()[0];
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(parts.front().dtype(), shape));
    auto* out = builder.data();
    for (const auto& part : parts) {
        PLUMBLINE_TRY(const auto dense, part.contiguous());
        std::memcpy(out, dense.data(), dense.bytes());
        out += dense.bytes();
    }
    return std::move(builder).build();
}

Result<Tensor> mapped(const Tensor& tensor, const std::vector<double>& scale, const std::vector<double>& offset,
                      std::optional<double> divisor) {
    const auto type = tensor.dtype() == DType::float64 ? DType::float64 : DType::float32;
    PLUMBLINE_TRY(const auto cast, tensor.cast(type));
    PLUMBLINE_TRY(const auto dense, cast.contiguous());
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(type, dense.shape()));
    const auto run = [&](auto kind) {
        using T = decltype(kind);
        const auto all = [](const std::vector<double>& numbers, double value) {
            return std::ranges::all_of(numbers, [value](double x) { return x == value; });
        };
        const std::vector<T> factors(scale.begin(), scale.end()), terms(offset.begin(), offset.end());
        const bool scales = !divisor && !all(scale, 1), moves = !all(offset, 0);
        const auto x = dense.span<T>();
        auto* out = builder.span<T>().data();
        // Two passes: compiled as one, the two operations may round as one.
        for (std::size_t i = 0; i < x.size(); ++i)
            out[i] = divisor ? x[i] / static_cast<T>(*divisor) : scales ? x[i] * factors[i % factors.size()] : x[i];
        for (std::size_t i = 0; moves && i < x.size(); ++i)
            out[i] += terms[i % terms.size()];
    };
    type == DType::float64 ? run(double{}) : run(float{});
    return std::move(builder).build();
}

namespace {

/// The least and the greatest of an integer type, or of bool.
std::pair<double, double> rangeOf(DType integer) {
    return visitDType(integer, [](auto to) -> std::pair<double, double> {
        if constexpr (std::is_integral_v<decltype(to)>)
            return {static_cast<double>(std::numeric_limits<decltype(to)>::min()),
                    static_cast<double>(std::numeric_limits<decltype(to)>::max())};
        return {0, 1};
    });
}

} // namespace

Result<Tensor> rounded(const Tensor& tensor, DType target) {
    PLUMBLINE_TRY(auto values, toDoubles(tensor));
    const auto [low, high] = rangeOf(target);
    for (auto& x : values)
        x = std::isnan(x) ? 0 : std::clamp(std::nearbyint(x), low, high); // NumPy's rint: halves go to the even
    return fromDoubles(tensor.shape(), values, target);
}

std::optional<std::int64_t> firstLost(const Tensor& tensor, DType target) {
    if (tensor.dtype() == target)
        return std::nullopt;
    const auto dense = tensor.contiguous();
    if (!dense)
        return 0;
    // Floats round, which is no harm; what is lost is a magnitude beyond the target's, and an integer's last digits.
    return visitDType(dense->dtype(), [&](auto from) {
        using From = decltype(from);
        const auto values = dense->template span<From>();
        const bool fromInteger = isInteger(dense->dtype());
        const double largest = target == DType::float16   ? 65504.0
                               : target == DType::float64 ? std::numeric_limits<double>::max()
                                                          : static_cast<double>(std::numeric_limits<float>::max());
        const double exact = target == DType::float64    ? 0x1p53
                             : target == DType::float32  ? 0x1p24
                             : target == DType::float16  ? 0x1p11
                             : target == DType::bfloat16 ? 0x1p8
                                                         : 0;
        const auto [low, high] = isFloat(target) ? std::pair(0.0, 1.0) : rangeOf(target);
        const auto fits = [&, low = low, high = high](From v) {
            const double x = toDouble(v);
            if (!isFloat(target))
                return !std::isfinite(x) || (x == std::floor(x) && x >= low && x <= high);
            if (fromInteger) {
                if (std::abs(x) <= exact)
                    return true;
                return target == DType::float64
                           ? false
                           : static_cast<double>(static_cast<float>(x)) == x && std::abs(x) < 0x1p53;
            }
            return !std::isfinite(x) || std::abs(x) <= largest;
        };
        const auto lost = std::ranges::find_if_not(values, fits);
        return lost == values.end() ? std::nullopt : std::optional<std::int64_t>(lost - values.begin());
    });
}

} // namespace plumbline
