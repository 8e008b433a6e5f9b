#include "core/formats/model/keras/layers/layers.h"

#include <numeric>

namespace plumbline::keras {

namespace {

std::size_t spatialAxes(const Lowering& l) {
    const auto& name = l.config().className;
    return static_cast<std::size_t>(name[name.size() - 2] - '0'); // "…Pooling2D"
}

/// TensorFlow takes some means of float16 from a float16 sum, which overflows where the mean itself would not.
ValueId fromSum(Lowering& l, ValueId mean, double count) {
    const auto number = l.scalarLike(count, mean);
    return l.add("Div", {l.add("Mul", {mean, number}), number});
}

Result<Values> pool(Lowering& l, const char* op) {
    const auto n = spatialAxes(l);
    const auto x = floatInput(l, l.input());
    if (l.rank(x) != n + 2)
        return l.wrongShape("it needs an input of " + std::to_string(n + 2) + " axes, and gets " + dimsText(l.dims(x)));
    const auto size = l.settings().sizes("pool_size", n, 2);
    const auto strides = l.settings().has("strides") ? l.settings().sizes("strides", n) : size; // null: the same
    Attributes attributes;
    attributes.set("kernel_shape", size);
    attributes.set("strides", strides);
    const auto padding = l.settings().text("padding", "valid");
    if (padding == "same")
        attributes.set("auto_pad", std::string("SAME_UPPER"));
    else if (padding == "valid")
        attributes.set("pads", std::vector<std::int64_t>(2 * n, 0));
    else
        return l.unsupported("its padding is " + padding + "; valid and same are accepted");
    if (l.channelsLast())
        attributes.set("channels_last", std::int64_t(1));
    const auto out = l.add(op, {x}, std::move(attributes));
    if (op != std::string_view("AveragePool") || l.policy().compute != DType::float16 || padding != "valid")
        return Values{out};
    double count = 1;
    for (const auto extent : size)
        count *= static_cast<double>(extent);
    return Values{fromSum(l, out, count)};
}

/// The mean of the steps that count.
Result<Values> maskedMean(Lowering& l, ValueId x, ValueId mask) {
    if (l.rank(mask) != 2)
        return l.unsupported("it is given a mask of shape " + dimsText(l.dims(mask)) +
                             "; one of (batch, time) is accepted");
    const std::int64_t steps = l.channelsLast() ? 1 : 2;
    const auto counts = l.unsqueeze(l.cast(mask, DType::boolean), l.channelsLast() ? 2 : 1);
    const auto numbers = l.cast(counts, l.type(x)->dtype);
    Attributes attributes;
    attributes.set("keepdims", std::int64_t(l.settings().flag("keepdims", false) ? 1 : 0));
    // Keras 2 multiplies by the mask: a NaN in a masked step stays.
    const auto kept =
        l.writer().major >= 3 ? l.add("Where", {counts, x, l.scalarLike(0, x)}) : l.add("Mul", {x, numbers});
    return Values{l.add("Div", {l.add("ReduceSum", {kept, l.integers({steps})}, attributes),
                                l.add("ReduceSum", {numbers, l.integers({steps})}, attributes)})};
}

Result<Values> globalPool(Lowering& l, const char* op) {
    const auto n = spatialAxes(l);
    const auto x = floatInput(l, l.input());
    if (l.rank(x) != n + 2)
        return l.wrongShape("it needs an input of " + std::to_string(n + 2) + " axes, and gets " + dimsText(l.dims(x)));
    if (l.keyword("mask").isValid() && n == 1 && op == std::string_view("ReduceMean"))
        return maskedMean(l, x, l.keyword("mask"));
    std::vector<std::int64_t> axes(n);
    std::iota(axes.begin(), axes.end(), l.channelsLast() ? 1 : 2);
    Attributes attributes;
    attributes.set("keepdims", std::int64_t(l.settings().flag("keepdims", false) ? 1 : 0));
    const auto out = l.add(op, {x, l.integers(axes)}, std::move(attributes));
    double count = 1;
    for (const auto axis : axes)
        count *= static_cast<double>(l.extent(x, static_cast<std::size_t>(axis)).value_or(0));
    // Keras 3 adds up in float32.
    const bool sums = l.policy().compute == DType::float16 && l.writer().major < 3 && count > 0 && count <= 65504;
    return Values{sums && op == std::string_view("ReduceMean") ? fromSum(l, out, count) : out};
}

} // namespace

Result<Values> lowerMaxPooling(Lowering& l) { return pool(l, "MaxPool"); }
Result<Values> lowerAveragePooling(Lowering& l) {
    return pool(l, "AveragePool");
} // padding is not counted, as in Keras
Result<Values> lowerGlobalMaxPooling(Lowering& l) { return globalPool(l, "ReduceMax"); }
Result<Values> lowerGlobalAveragePooling(Lowering& l) { return globalPool(l, "ReduceMean"); }

} // namespace plumbline::keras
