#pragma once
// How each kind of fix is made: its arguments and the same step as a line of NumPy. fix.h applies them, with the very
// elements that NumPy gives: in float64 where the array is, else in float32, one rounding an operation.
//
//   insert-axis    axis                        remove-axis   axis
//   transpose      permutation                 reshape       shape (-1: what remains)
//   cast           dtype                       map           scale, offset (number, or list by the last axis), name,
//                                                            divisor (in place of scale, where the line divides),
//                                                            dtype (where it ends in whole numbers of the model's type)
//   insert-column  axis, columns, values       drop-columns  axis, columns
//   pad            axes, before, after (edge)  crop          axes, begin, size
//   fill-nan       values (number, or list by the last axis)   fill-inf  the same
//   swap-inputs    other                       argmax        axis (kept with one element)
//   one-hot        classes (the last axis of 1 becomes as many)
//   repeat         axis, count, shape (first: -1 what remains) or null
//   luminance      axis (red, green, blue, alpha or not), keep (the axis stays, with one element)
//   take           axis, index (of what stands along it one is kept, and the axis goes)

#include "core/diagnosis/finding.h"

namespace plumbline::fixes {

/// The input a fix works on: its name in the model, the variable its line of NumPy uses, and the array's element type,
/// on which depends in which precision NumPy computes.
struct Target {
    std::string input;
    std::string variable = "x";
    DType dtype = DType::float32;
};

/// The variables of a model's inputs, in their order: "x" where there is one; else the inputs' own names as identifiers
/// of Python (core/base/python.h).
std::vector<std::string> variableNames(const std::vector<std::string>& inputs);

Fix insertAxis(const Target& target, std::size_t axis);
Fix removeAxis(const Target& target, std::size_t axis);
Fix transpose(const Target& target, const std::vector<std::size_t>& permutation);
Fix reshape(const Target& target, const std::vector<std::int64_t>& shape);
Fix cast(const Target& target, DType dtype);
/// `text` is the map as people write it, in `x`: "x / 127.5 - 1".
/// With `dtype`, an integer type, the result is rounded and of that type.
Fix map(const Target& target, const std::string& name, const std::string& text, double scale, double offset,
        std::optional<DType> dtype = {});
Fix mapColumns(const Target& target, const std::string& name, const std::vector<double>& scale,
               const std::vector<double>& offset);
Fix insertColumns(const Target& target, std::size_t axis, const std::vector<std::int64_t>& columns,
                  const std::vector<double>& values);
Fix dropColumns(const Target& target, std::size_t axis, const std::vector<std::int64_t>& columns);
Fix pad(const Target& target, const std::vector<std::int64_t>& axes, const std::vector<std::int64_t>& before,
        const std::vector<std::int64_t>& after, std::size_t rank);
Fix crop(const Target& target, const std::vector<std::int64_t>& axes, const std::vector<std::int64_t>& begin,
         const std::vector<std::int64_t>& size, std::size_t rank);
Fix fillNan(const Target& target, const std::vector<double>& values);
Fix fillInf(const Target& target, const std::vector<double>& values);
Fix argmax(const Target& target, std::size_t axis);
Fix oneHot(const Target& target, std::int64_t classes);
/// Copies axis `axis`, which has one element, `count` times, once the array has `shape`.
Fix repeat(const Target& target, std::size_t axis, std::int64_t count,
           const std::optional<std::vector<std::int64_t>>& shape = {});
/// A grey picture of a coloured one: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), as PIL's convert("L"). Bytes stay
/// bytes: the result is rounded where the target's type is an integer.
Fix luminance(const Target& target, std::size_t axis, bool keep = true);
/// Of an array of `rank` axes.
Fix take(const Target& target, std::size_t axis, std::int64_t index, std::size_t rank);
Fix swapInputs(const Target& target, const Target& other);

} // namespace plumbline::fixes
