#pragma once
// What every shape rule needs: the wording of its errors, and readers of axes and of inputs that hold integers.
// Message ids: "shape-conflict.<op>" operands that cannot be combined, "zero-size.<op>" a size that comes out below
// one, "op-dtype.<op>", "op-inputs.<op>", "op-attribute.<op>" what the op as such does not accept.

#include "core/ops/op.h"

#include <string>

namespace plumbline::rule {

using Types = std::vector<ValueType>;

/// `pattern` and its arguments make the sentence; `expected` and `actual` go with it for tables and reports.
std::unexpected<Error> conflict(std::string_view op, std::string pattern, Message::Arguments arguments,
                                std::string expected, std::string actual);
/// A size below one: names the axis in the output, the size that came out, and the input it came from.
std::unexpected<Error> zeroSize(std::string_view op, const Dims& input, std::size_t axis, std::int64_t size,
                                std::string needed);
std::unexpected<Error> attributeError(std::string_view op, std::string_view attribute, std::string found,
                                      std::string accepted);

/// The number of inputs, of which the first `least` must be there.
Result<void> arity(const ShapeContext& context, std::string_view op, std::size_t least, std::size_t most);
Result<void> floats(const ShapeContext& context, std::string_view op, std::size_t input = 0);
Result<void> numbers(const ShapeContext& context, std::string_view op, std::size_t input = 0); ///< all but bool
/// All inputs from `first` on that are there have the type of input `first`.
Result<void> sameType(const ShapeContext& context, std::string_view op, std::size_t first, std::size_t last);
Result<void> rankAtLeast(const ShapeContext& context, std::string_view op, std::size_t input, std::size_t rank);
/// A per-channel operand (scale, bias, mean): shape (channels,).
Result<void> perChannel(const ShapeContext& context, std::string_view op, std::size_t input, std::string_view role,
                        const Dim& channels);

/// An axis counted from the end where negative, as an index below `rank`.
Result<std::size_t> axis(std::string_view op, std::int64_t axis, std::size_t rank);
Result<std::vector<std::size_t>> axes(std::string_view op, const std::vector<std::int64_t>& axes, std::size_t rank);

/// The elements of an integer tensor. Nothing where the input is left out or its elements are not known.
std::optional<std::vector<std::int64_t>> integers(const ShapeContext& context, std::size_t input);
std::vector<std::int64_t> integersOf(const Tensor& tensor);

/// A dimension nothing is known of: equal to no other one.
Dim unknownDim();
/// Of two dimensions that must be the same, the one that says more.
const Dim& agreed(const Dim& a, const Dim& b);

std::string typeText(const ValueType& type); ///< "(None, 10) float32"
std::string lower(std::string_view op);      ///< for message ids

} // namespace plumbline::rule
