#include "core/diagnosis/fix.h"

#include "core/base/checked.h"
#include "core/base/python.h"
#include "core/diagnosis/arrays.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

namespace plumbline {

namespace {

std::unexpected<Error> doesNotFit(const Fix& fix, const std::string& why) {
    return failure(ErrorCode::value, "fix.does-not-fit", "The fix {kind} does not fit input {input}: {why}.",
                   {{"kind", fix.kind}, {"input", fix.arguments.value("input", std::string())}, {"why", why}});
}

std::vector<double> numberOrList(const nlohmann::json& value) {
    return value.is_array() ? value.get<std::vector<double>>() : std::vector{value.get<double>()};
}

/// Arguments come from a session or over a pipe: an axis is held against the tensor at hand.
Result<std::size_t> axisOf(const Fix& fix, const nlohmann::json& value, std::size_t end) {
    const auto axis = value.get<std::int64_t>();
    if (axis < 0 || static_cast<std::size_t>(axis) >= end)
        return doesNotFit(fix, "it names axis " + std::to_string(axis) + " of " + std::to_string(end));
    return static_cast<std::size_t>(axis);
}

Result<Tensor> insertAxis(const Fix& fix, const Tensor& x) {
    PLUMBLINE_TRY(const auto axis, axisOf(fix, fix.arguments.at("axis"), x.rank() + 1));
    return x.withAxisInserted(axis);
}

Result<Tensor> removeAxis(const Fix& fix, const Tensor& x) {
    PLUMBLINE_TRY(const auto axis, axisOf(fix, fix.arguments.at("axis"), x.rank()));
    if (x.shape()[axis] != 1)
        return doesNotFit(fix,
                          "axis " + std::to_string(axis) + " has " + std::to_string(x.shape()[axis]) + " elements");
    return x.withAxisRemoved(axis);
}

Result<Tensor> transpose(const Fix& fix, const Tensor& x) {
    const auto permutation = fix.arguments.at("permutation").get<std::vector<std::size_t>>();
    auto sorted = permutation;
    std::ranges::sort(sorted);
    std::vector<std::size_t> all(x.rank());
    std::iota(all.begin(), all.end(), 0);
    if (sorted != all)
        return doesNotFit(fix, "its permutation is not one of " + std::to_string(x.rank()) + " axes");
    return x.transposed(permutation);
}

Result<Tensor> reshapeTo(const Fix& fix, const Tensor& x, std::vector<std::int64_t> extents) {
    std::vector<std::int64_t> known;
    std::ranges::copy_if(extents, std::back_inserter(known), [](std::int64_t e) { return e != -1; });
    const auto product = checkedProduct(known);
    if (!product || *product == 0 || x.elements() % *product != 0 || known.size() + 1 < extents.size())
        return doesNotFit(fix, "it has " + std::to_string(x.elements()) + " elements");
    std::ranges::replace(extents, std::int64_t{-1}, x.elements() / *product);
    return x.reshaped(Shape(std::move(extents)));
}

Result<Tensor> reshape(const Fix& fix, const Tensor& x) {
    return reshapeTo(fix, x, fix.arguments.at("shape").get<std::vector<std::int64_t>>());
}

Result<Tensor> cast(const Fix& fix, const Tensor& x) {
    const auto text = fix.arguments.at("dtype").get<std::string>();
    const auto dtype = dtypeFromName(text);
    if (!dtype)
        return doesNotFit(fix, "there is no element type " + text);
    return x.cast(*dtype);
}

Result<Tensor> map(const Fix& fix, const Tensor& x) {
    const auto scale = numberOrList(fix.arguments.at("scale")), offset = numberOrList(fix.arguments.at("offset"));
    const auto last = x.rank() ? static_cast<std::size_t>(x.shape().back()) : 1;
    for (const auto size : {scale.size(), offset.size()})
        if (size != 1 && size != last)
            return doesNotFit(fix, "it has " + std::to_string(size) + " columns, the input " + std::to_string(last));
    std::optional<double> divisor;
    if (fix.arguments.contains("divisor"))
        divisor = fix.arguments.at("divisor").get<double>();
    PLUMBLINE_TRY(auto result, mapped(x, scale, offset, divisor));
    if (!fix.arguments.contains("dtype"))
        return result;
    const auto text = fix.arguments.at("dtype").get<std::string>();
    const auto dtype = dtypeFromName(text);
    if (!dtype || !isInteger(*dtype))
        return doesNotFit(fix, text + " is no integer type");
    return rounded(result, *dtype);
}

Result<Tensor> insertColumns(const Fix& fix, const Tensor& x) {
    PLUMBLINE_TRY(const auto axis, axisOf(fix, fix.arguments.at("axis"), x.rank()));
    const auto columns = fix.arguments.at("columns").get<std::vector<std::int64_t>>();
    const auto values = fix.arguments.at("values").get<std::vector<double>>();
    const auto total = x.shape()[axis] + static_cast<std::int64_t>(columns.size());
    const auto inside = [&](std::int64_t column) { return column >= 0 && column < total; };
    if (columns.size() != values.size() || !std::ranges::all_of(columns, inside))
        return doesNotFit(fix, "its columns do not stand in " + std::to_string(total));
    std::vector<std::int64_t> indices;
    for (std::int64_t i = 0, next = 0; i < total; ++i)
        indices.push_back(std::ranges::find(columns, i) != columns.end() ? -1 : next++);
    if (std::ranges::count(indices, -1) != static_cast<std::ptrdiff_t>(columns.size()))
        return doesNotFit(fix, "it names a column twice");
    return takeAlong(x, axis, indices, values);
}

Result<Tensor> dropColumns(const Fix& fix, const Tensor& x) {
    PLUMBLINE_TRY(const auto axis, axisOf(fix, fix.arguments.at("axis"), x.rank()));
    const auto columns = fix.arguments.at("columns").get<std::vector<std::int64_t>>();
    std::vector<std::int64_t> indices;
    for (std::int64_t i = 0; i < x.shape()[axis]; ++i)
        if (std::ranges::find(columns, i) == columns.end())
            indices.push_back(i);
    return takeAlong(x, axis, indices);
}

/// Both pad and crop: along each axis the indices [begin, begin + size), those outside held at the edge.
Result<Tensor> window(const Fix& fix, Tensor x, const std::vector<std::int64_t>& axes,
                      const std::vector<std::int64_t>& begins, const std::vector<std::int64_t>& sizes) {
    if (axes.size() != begins.size() || axes.size() != sizes.size())
        return doesNotFit(fix, "its lists differ in length");
    for (std::size_t i = 0; i < axes.size(); ++i) {
        PLUMBLINE_TRY(const auto axis, axisOf(fix, axes[i], x.rank()));
        const auto extent = x.shape()[axis];
        if (extent == 0 || sizes[i] < 0 || sizes[i] > 64 * extent)
            return doesNotFit(fix, "axis " + std::to_string(axis) + " has " + std::to_string(extent) + " elements");
        std::vector<std::int64_t> indices;
        for (std::int64_t k = 0; k < sizes[i]; ++k)
            indices.push_back(std::clamp<std::int64_t>(begins[i] + k, 0, extent - 1));
        PLUMBLINE_TRY(x, takeAlong(x, axis, indices));
    }
    return x;
}

Result<Tensor> pad(const Fix& fix, const Tensor& x) {
    const auto axes = fix.arguments.at("axes").get<std::vector<std::int64_t>>();
    auto begins = fix.arguments.at("before").get<std::vector<std::int64_t>>();
    auto sizes = fix.arguments.at("after").get<std::vector<std::int64_t>>();
    for (std::size_t i = 0; i < std::min({axes.size(), begins.size(), sizes.size()}); ++i) {
        PLUMBLINE_TRY(const auto axis, axisOf(fix, axes[i], x.rank()));
        sizes[i] += begins[i] + x.shape()[axis];
        begins[i] = -begins[i];
    }
    return window(fix, x, axes, begins, sizes);
}

Result<Tensor> crop(const Fix& fix, const Tensor& x) {
    return window(fix, x, fix.arguments.at("axes").get<std::vector<std::int64_t>>(),
                  fix.arguments.at("begin").get<std::vector<std::int64_t>>(),
                  fix.arguments.at("size").get<std::vector<std::int64_t>>());
}

Result<Tensor> replaceWhere(const Fix& fix, const Tensor& x, auto&& test) {
    const auto fills = numberOrList(fix.arguments.at("values"));
    const auto last = x.rank() ? static_cast<std::size_t>(x.shape().back()) : 1;
    if (fills.size() != 1 && fills.size() != last)
        return doesNotFit(fix,
                          "it has " + std::to_string(fills.size()) + " columns, the input " + std::to_string(last));
    PLUMBLINE_TRY(auto values, toDoubles(x));
    for (std::size_t i = 0; i < values.size(); ++i)
        if (test(values[i]))
            values[i] = fills[i % fills.size()];
    return fromDoubles(x.shape(), values, x.dtype());
}

Result<Tensor> fillNan(const Fix& fix, const Tensor& x) {
    return replaceWhere(fix, x, [](double v) { return std::isnan(v); });
}

Result<Tensor> fillInf(const Fix& fix, const Tensor& x) {
    return replaceWhere(fix, x, [](double v) { return std::isinf(v); });
}

Result<Tensor> argmax(const Fix& fix, const Tensor& x) {
    PLUMBLINE_TRY(const auto axis, axisOf(fix, fix.arguments.at("axis"), x.rank()));
    if (axis + 1 != x.rank() || x.shape().back() < 1)
        return doesNotFit(fix, "axis " + std::to_string(axis) + " is not the last, or has no elements");
    PLUMBLINE_TRY(const auto values, toDoubles(x));
    const auto columns = static_cast<std::size_t>(x.shape().back());
    std::vector<double> out;
    for (std::size_t row = 0; row < values.size(); row += columns) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row);
        out.push_back(
            static_cast<double>(std::max_element(begin, begin + static_cast<std::ptrdiff_t>(columns)) - begin));
    }
    auto shape = x.shape();
    shape[axis] = 1;
    return fromDoubles(std::move(shape), out, DType::int64);
}

Result<Tensor> oneHot(const Fix& fix, const Tensor& x) {
    const auto classes = fix.arguments.at("classes").get<std::int64_t>();
    if (x.rank() == 0 || x.shape().back() != 1 || classes < 1 || classes > 1 << 20)
        return doesNotFit(fix, "its last axis has not one element, or the number of classes is out of range");
    PLUMBLINE_TRY(const auto values, toDoubles(x));
    auto shape = x.shape();
    shape[x.rank() - 1] = classes;
    const auto count = checkedProduct(std::vector{x.elements(), classes});
    if (!count)
        return doesNotFit(fix, "the result would be too large");
    std::vector<double> out(static_cast<std::size_t>(*count), 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!(values[i] >= 0 && values[i] < static_cast<double>(classes)))
            return doesNotFit(fix, "it has a number outside 0 to " + std::to_string(classes - 1));
        out[i * static_cast<std::size_t>(classes) + static_cast<std::size_t>(values[i])] = 1;
    }
    return fromDoubles(std::move(shape), out, DType::float32);
}

Result<Tensor> repeat(const Fix& fix, const Tensor& given) {
    auto x = given;
    if (const auto& shape = fix.arguments.at("shape"); !shape.is_null()) {
        PLUMBLINE_TRY(x, reshapeTo(fix, x, shape.get<std::vector<std::int64_t>>()));
    }
    PLUMBLINE_TRY(const auto axis, axisOf(fix, fix.arguments.at("axis"), x.rank()));
    const auto count = fix.arguments.at("count").get<std::int64_t>();
    if (x.shape()[axis] != 1 || count < 1 || count > 1024)
        return doesNotFit(fix, "axis " + std::to_string(axis) + " has not one element, or is repeated too often");
    return takeAlong(x, axis, std::vector<std::int64_t>(static_cast<std::size_t>(count), 0));
}

/// In T, as NumPy multiplies by float32 weights and adds from the left.
template<class T> Result<Tensor> weighted(const Tensor& x, Shape shape) {
    PLUMBLINE_TRY(const auto cast, x.cast(dtypeOf<T>));
    PLUMBLINE_TRY(const auto dense, cast.contiguous());
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(dtypeOf<T>, std::move(shape)));
    const auto values = dense.template span<T>();
    const auto channels = static_cast<std::size_t>(x.shape().back());
    T parts[3];
    std::size_t at = 0;
    for (auto& out : builder.template span<T>()) {
        for (std::size_t c = 0; c < 3; ++c)
            parts[c] = values[at + c] * static_cast<T>(std::array{0.299f, 0.587f, 0.114f}[c]);
        out = parts[0] + parts[1] + parts[2];
        at += channels;
    }
    return std::move(builder).build();
}

Result<Tensor> luminance(const Fix& fix, const Tensor& x) {
    PLUMBLINE_TRY(const auto axis, axisOf(fix, fix.arguments.at("axis"), x.rank()));
    if (axis + 1 != x.rank() || x.shape().back() < 3)
        return doesNotFit(fix, "its last axis has not the three channels of a coloured picture");
    auto shape = x.shape();
    shape[axis] = 1;
    // NumPy's product of an integer of 32 bits or more with float32 is float64.
    const bool wide = x.dtype() == DType::float64 || (isInteger(x.dtype()) && itemSize(x.dtype()) >= 4);
    PLUMBLINE_TRY(const auto grey, wide ? weighted<double>(x, shape) : weighted<float>(x, shape));
    PLUMBLINE_TRY(const auto out, isInteger(x.dtype()) ? rounded(grey, x.dtype()) : grey);
    return fix.arguments.value("keep", true) ? out : out.withAxisRemoved(axis);
}

Result<Tensor> take(const Fix& fix, const Tensor& x) {
    PLUMBLINE_TRY(const auto axis, axisOf(fix, fix.arguments.at("axis"), x.rank()));
    const auto index = fix.arguments.at("index").get<std::int64_t>();
    if (index < 0 || index >= x.shape()[axis])
        return doesNotFit(fix,
                          "axis " + std::to_string(axis) + " has " + std::to_string(x.shape()[axis]) + " elements");
    return x.sliced(axis, index, 1).withAxisRemoved(axis);
}

using Step = Result<Tensor> (*)(const Fix&, const Tensor&);
const std::map<std::string_view, Step>& steps() {
    static const std::map<std::string_view, Step> table{
        {"insert-axis", insertAxis},
        {"remove-axis", removeAxis},
        {"transpose", transpose},
        {"reshape", reshape},
        {"cast", cast},
        {"map", map},
        {"pad", pad},
        {"insert-column", insertColumns},
        {"drop-columns", dropColumns},
        {"crop", crop},
        {"fill-nan", fillNan},
        {"fill-inf", fillInf},
        {"argmax", argmax},
        {"one-hot", oneHot},
        {"repeat", repeat},
        {"luminance", luminance},
        {"take", take},
    };
    return table;
}

Result<std::size_t> positionOf(const Fix& fix, const char* key, const std::vector<Tensor>& inputs,
                               const std::vector<std::string>& names) {
    const auto wanted = fix.arguments.value(key, std::string());
    const auto found = std::ranges::find(names, wanted);
    const auto position = static_cast<std::size_t>(found - names.begin());
    if (found == names.end() || position >= inputs.size())
        return doesNotFit(fix, "the model has no input of this name");
    return position;
}

} // namespace

Result<std::vector<Tensor>> applyFix(const Fix& fix, std::vector<Tensor> inputs,
                                     const std::vector<std::string>& inputNames) {
    try {
        PLUMBLINE_TRY(const auto position, positionOf(fix, "input", inputs, inputNames));
        if (fix.kind == "swap-inputs") {
            PLUMBLINE_TRY(const auto other, positionOf(fix, "other", inputs, inputNames));
            std::swap(inputs[position], inputs[other]);
            return inputs;
        }
        const auto step = steps().find(fix.kind);
        if (step == steps().end())
            return doesNotFit(fix, "there is no such kind of fix");
        if (inputs[position].isNull())
            return doesNotFit(fix, "the input has no array");
        PLUMBLINE_TRY(inputs[position], step->second(fix, inputs[position]));
        return inputs;
    } catch (const nlohmann::json::exception& problem) {
        return doesNotFit(fix, problem.what());
    }
}

std::vector<const Finding*> toBeFixed(const std::vector<Finding>& findings) {
    std::vector<bool> mended(findings.size(), false);
    for (const auto& cause : findings)
        for (const auto effect : cause.explains)
            if (cause.fix && effect < mended.size())
                mended[effect] = true;
    std::vector<const Finding*> out;
    for (std::size_t i = 0; i < findings.size(); ++i)
        if (findings[i].fix && !mended[i])
            out.push_back(&findings[i]);
    return out;
}

std::string verifiedText(const Fix& fix) {
    if (!fix.verified)
        return {};
    std::string out = "run again with it: gone";
    if (fix.alternatives > 0)
        out += fix.alternatives == 1 ? "; another fix passes as well"
                                     : "; " + std::to_string(fix.alternatives) + " other fixes pass as well";
    return out;
}

std::string numpyCode(const std::vector<Finding>& findings) {
    std::string out = "import numpy as np\n";
    for (const auto* at : toBeFixed(findings))
        if (const auto& finding = *at; finding.fix)
            out +=
                "\n" + pythonComment(finding.code + ": " + finding.message.text()) + "\n" + finding.fix->numpy + "\n";
    return out;
}

} // namespace plumbline
