#include "core/formats/bytes/pythontext.h"
#include "core/formats/model/keras/layers/layers.h"
#include "core/formats/model/keras/operations/families.h"

#include <limits>
#include <numeric>

namespace plumbline::keras {

using nlohmann::json;

namespace {

/// The tensors of a list, of one type.
Result<Values> joinable(Lowering& l) {
    auto values = l.inputs();
    if (values.empty())
        return l.unsupported("it joins no tensors");
    auto dtype = l.type(values.front())->dtype;
    for (const auto value : values)
        dtype = promoted(dtype, l.type(value)->dtype);
    for (auto& value : values)
        value = l.cast(value, dtype);
    return values;
}

Result<Values> filledLike(Lowering& l, double number) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input"}));
    const auto given = argument(l, 1, {"dtype"});
    auto dtype = l.type(x)->dtype;
    if (!given.is_null()) {
        PLUMBLINE_TRY(dtype, dtypeOfArgument(l, given));
    }
    PLUMBLINE_TRY(const auto value, Tensor::of<double>({1}, {number}).cast(dtype));
    const auto out = l.add("Expand", {l.constant(value), l.add("Shape", {x})});
    l.setType(out, {dtype, l.dims(x)});
    return Values{out};
}

/// One index of a tensor: a number, a slice {start, stop, step}, a new axis or an ellipsis.
struct Index {
    enum class Kind { number, slice, newAxis, ellipsis } kind = Kind::slice;
    std::int64_t start = 0, stop = std::numeric_limits<std::int64_t>::max(), step = 1;
};

std::optional<Index> indexOf(const json& item) {
    Index out;
    if (item.is_null())
        out.kind = Index::Kind::newAxis;
    else if (item.is_number_integer()) {
        const auto place = integerList(item);
        if (!place)
            return std::nullopt;
        out.kind = Index::Kind::number;
        out.start = place->front();
    } else if (item.is_object()) {
        const auto name = item.value("class_name", json());
        if (name == "__ellipsis__" || item.value("type", json()) == "ellipsis") {
            out.kind = Index::Kind::ellipsis;
            return out;
        }
        const auto& slice = name == "__slice__" && item.contains("config") ? item["config"] : item;
        if (!slice.is_object())
            return std::nullopt;
        const auto bound = [&](const char* key, std::int64_t fallback) -> std::optional<std::int64_t> {
            const auto value = slice.value(key, json());
            if (value.is_null())
                return fallback;
            return value.is_number_integer() ? std::optional(value.get<std::int64_t>()) : std::nullopt;
        };
        const auto step = bound("step", 1);
        if (!step || *step == 0)
            return std::nullopt;
        const auto start = bound("start", *step > 0 ? 0 : std::numeric_limits<std::int64_t>::max());
        const auto stop = bound("stop", *step > 0 ? std::numeric_limits<std::int64_t>::max()
                                                  : std::numeric_limits<std::int64_t>::min());
        if (!start || !stop)
            return std::nullopt;
        out.start = *start;
        out.stop = *stop;
        out.step = *step;
    } else if (item == "Ellipsis")
        out.kind = Index::Kind::ellipsis;
    else
        return std::nullopt;
    return out;
}

} // namespace

Result<Values> lowerReshapeOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "tensor"}));
    const auto constants = l.settings().at("constants");
    auto shape = integerList(constants.is_object() && constants.contains("1") ? constants["1"]
                                                                              : argument(l, 1, {"newshape", "shape"}));
    if (!shape)
        return l.unsupported("its target shape is not a list of numbers");
    if (std::ranges::find(*shape, 0) != shape->end())
        return l.wrongShape("its target shape " + pythonText(*shape) + " has a size of 0");
    return Values{l.reshape(x, *shape)};
}

Result<Values> lowerTransposeOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "a"}));
    auto axes = integerList(argument(l, 1, {"axes", "perm"}));
    if (!axes) {
        axes.emplace(l.rank(x));
        std::iota(axes->rbegin(), axes->rend(), 0);
    }
    return Values{l.transpose(x, *axes)};
}

Result<Values> lowerConcatenateOp(Lowering& l) {
    const auto axis = argument(l, 1, {"axis"});
    PLUMBLINE_TRY(const auto values, joinable(l));
    PLUMBLINE_TRY(const auto from0, l.axis(values.front(), axis.is_number_integer() ? axis.get<std::int64_t>() : 0));
    Attributes attributes;
    attributes.set("axis", static_cast<std::int64_t>(from0));
    return Values{l.add("Concat", values, std::move(attributes))};
}

Result<Values> lowerStackOp(Lowering& l) {
    PLUMBLINE_TRY(auto values, joinable(l));
    const auto axis = argument(l, 1, {"axis"});
    const auto place = axis.is_number_integer() ? axis.get<std::int64_t>() : 0;
    const auto rank = static_cast<std::int64_t>(l.rank(values.front()));
    if (place < -rank - 1 || place > rank)
        return l.wrongShape("axis " + std::to_string(place) + " does not exist in its result");
    Attributes attributes;
    attributes.set("axis", place < 0 ? place + rank + 1 : place);
    for (auto& value : values)
        value = l.unsqueeze(value, place < 0 ? place + rank + 1 : place);
    return Values{l.add("Concat", std::move(values), std::move(attributes))};
}

// In equal parts, or at places (Keras), or in parts of given sizes (TensorFlow).
Result<Values> lowerSplitOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "value"}));
    const bool isKeras = l.config().isOperation();
    const auto parts = argument(l, 1, {"indices_or_sections", "num_or_size_splits"});
    const auto given = argument(l, 2, {"axis"});
    PLUMBLINE_TRY(const auto axis, l.axis(x, given.is_number_integer() ? given.get<std::int64_t>() : 0));
    const auto extent = l.extent(x, axis);
    auto sizes = integerList(parts);
    if (!sizes || !extent)
        return l.unsupported("its parts or the extent it splits are not known");
    if (parts.is_number_integer()) {
        const auto count = sizes->front();
        if (count < 1 || count > 100'000 || *extent % count != 0)
            return l.wrongShape("it splits " + std::to_string(*extent) + " into " + std::to_string(count) + " parts");
        sizes->assign(static_cast<std::size_t>(count), *extent / count);
    } else if (isKeras) {
        std::int64_t last = 0;
        for (auto& size : *sizes) {
            const auto place = size;
            size -= last;
            last = place;
        }
        sizes->push_back(*extent - last);
    } else
        for (auto& size : *sizes) // one may be left open
            if (size == -1)
                size = *extent - (std::accumulate(sizes->begin(), sizes->end(), std::int64_t{0}) + 1);
    Attributes attributes;
    attributes.set("axis", static_cast<std::int64_t>(axis));
    return l.addMany("Split", {x, l.integers(*sizes)}, std::move(attributes), sizes->size());
}

Result<Values> lowerGetItemOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x"}));
    auto key = argument(l, 1, {"key", "slice_spec"});
    if (!key.is_array())
        key = json::array({key});
    std::vector<Index> indices;
    std::size_t named = 0;
    for (const auto& item : key) {
        const auto index = indexOf(item);
        if (!index)
            return l.unsupported("its index " + pythonText(item) + " is neither a number nor a slice");
        named += index->kind == Index::Kind::number || index->kind == Index::Kind::slice;
        indices.push_back(*index);
    }
    if (named > l.rank(x))
        return l.wrongShape("it has " + std::to_string(named) + " indices for its input " + dimsText(l.dims(x)));
    std::vector<std::int64_t> starts, ends, axes, steps, dropped, added;
    std::int64_t axis = 0, place = 0; // of the input; of the result before axes are dropped
    for (const auto& index : indices) {
        if (index.kind == Index::Kind::newAxis) {
            added.push_back(place++ - static_cast<std::int64_t>(dropped.size()));
            continue;
        }
        if (index.kind == Index::Kind::ellipsis) {
            const auto skipped = static_cast<std::int64_t>(l.rank(x) - named);
            axis += skipped;
            place += skipped;
            continue;
        }
        const bool number = index.kind == Index::Kind::number;
        starts.push_back(index.start);
        ends.push_back(!number             ? index.stop
                       : index.start == -1 ? std::numeric_limits<std::int64_t>::max()
                                           : index.start + 1);
        steps.push_back(index.step);
        axes.push_back(axis);
        if (number)
            dropped.push_back(axis);
        ++axis;
        ++place;
    }
    auto out = x;
    if (!axes.empty())
        out = l.add("Slice", {out, l.integers(starts), l.integers(ends), l.integers(axes), l.integers(steps)});
    if (!dropped.empty())
        out = l.add("Squeeze", {out, l.integers(dropped)});
    if (!added.empty())
        out = l.add("Unsqueeze", {out, l.integers(added)});
    return Values{out};
}

static Result<Values> withAxes(Lowering& l, const char* op) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input", "a"}));
    const auto axes = integerList(argument(l, 1, {"axis"}));
    if (!axes)
        return l.unsupported("its axis is not a number");
    return Values{l.add(op, {x, l.integers(*axes)})};
}

Result<Values> lowerExpandDimsOp(Lowering& l) { return withAxes(l, "Unsqueeze"); }
Result<Values> lowerSqueezeOp(Lowering& l) { return withAxes(l, "Squeeze"); }

Result<Values> lowerPadOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "tensor"}));
    const auto widths = argument(l, 1, {"pad_width", "paddings"});
    auto mode = argument(l, 2, {"mode"});
    const auto value = argument(l, 3, {"constant_values"});
    const auto rank = l.rank(x);
    std::vector<std::int64_t> pads(2 * rank, 0);
    bool known = widths.is_array() && widths.size() == rank;
    for (std::size_t i = 0; known && i < rank; ++i) {
        known = widths[i].is_array() && widths[i].size() == 2 && widths[i][0].is_number_integer() &&
                widths[i][1].is_number_integer();
        if (known) {
            pads[i] = widths[i][0].get<std::int64_t>();
            pads[rank + i] = widths[i][1].get<std::int64_t>();
        }
    }
    auto name = mode.is_string() ? mode.get<std::string>() : std::string("constant");
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (!known || (name != "constant" && name != "reflect") || (!value.is_null() && !value.is_number()))
        return l.unsupported("it pads by " + pythonText(widths) + " in mode " + name +
                             "; pairs of numbers, and constant and reflect are accepted");
    Attributes attributes;
    attributes.set("mode", name);
    Values inputs{x, l.integers(pads)};
    if (value.is_number())
        inputs.push_back(l.scalarLike(value.get<double>(), x));
    return Values{l.add("Pad", std::move(inputs), std::move(attributes))};
}

Result<Values> lowerTileOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input"}));
    auto repeats = integerList(argument(l, 1, {"repeats", "multiples"}));
    if (!repeats || repeats->size() > l.rank(x))
        return l.unsupported("its repeats are not a list of numbers, one an axis");
    repeats->insert(repeats->begin(), l.rank(x) - repeats->size(), 1);
    return Values{l.add("Tile", {x, l.integers(*repeats)})};
}

// Each element so many times in a row: an axis of 1 after the repeated one, stretched and joined with it.
Result<Values> lowerRepeatOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input"}));
    const auto repeats = argument(l, 1, {"repeats"});
    const auto given = argument(l, 2, {"axis"});
    if (!repeats.is_number_integer() || !given.is_number_integer() || repeats.get<std::int64_t>() < 1 ||
        repeats.get<std::int64_t>() > 1'000'000)
        return l.unsupported("its repeats and axis are not one number each");
    PLUMBLINE_TRY(const auto axis, l.axis(x, given.get<std::int64_t>()));
    const auto count = repeats.get<std::int64_t>();
    const auto place = static_cast<std::int64_t>(axis) + 1;
    std::vector<std::int64_t> tiles(l.rank(x) + 1, 1), shape(l.rank(x), 0);
    tiles[axis + 1] = count;
    const auto extent = l.extent(x, axis);
    shape[axis] = extent ? *extent * count : -1;
    for (std::size_t i = axis + 1; i < shape.size(); ++i) { // a 0 copies the extent of the tiled value, one place off
        if (!l.extent(x, i))
            return l.unsupported("axis " + std::to_string(i) + " of its input " + dimsText(l.dims(x)) +
                                 " is not known before a run");
        shape[i] = *l.extent(x, i);
    }
    return Values{l.reshape(l.add("Tile", {l.unsqueeze(x, place), l.integers(tiles)}), shape)};
}

Result<Values> lowerFlipOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "tensor"}));
    auto axes = integerList(argument(l, 1, {"axis"}));
    if (!axes) {
        axes.emplace(l.rank(x));
        std::iota(axes->begin(), axes->end(), 0);
    }
    const std::vector<std::int64_t> last(axes->size(), -1),
        beyond(axes->size(), std::numeric_limits<std::int64_t>::min());
    return Values{l.add("Slice", {x, l.integers(last), l.integers(beyond), l.integers(*axes), l.integers(last)})};
}

Result<Values> lowerBroadcastOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input"}));
    auto shape = integerList(argument(l, 1, {"shape"}));
    if (!shape)
        return l.unsupported("its shape is not a list of numbers");
    std::replace(shape->begin(), shape->end(), std::int64_t{-1}, std::int64_t{1}); // Expand keeps what is larger
    return Values{l.add("Expand", {x, l.integers(*shape)})};
}

Result<Values> lowerWhereOp(Lowering& l) {
    PLUMBLINE_TRY(const auto condition, operand(l, 0, {"condition"}));
    if (argument(l, 1, {"x1", "x"}).is_null() || argument(l, 2, {"x2", "y"}).is_null())
        return l.unsupported("it lists the places that are true");
    PLUMBLINE_TRY(auto a, operand(l, 1, {"x1", "x"}));
    PLUMBLINE_TRY(auto b, operand(l, 2, {"x2", "y"}));
    const auto isNumber = [&](std::size_t i) {
        return !tensorIndex(argument(l, i, i == 1 ? ArgumentNames{"x1", "x"} : ArgumentNames{"x2", "y"}));
    };
    auto dtype = promoted(l.type(a)->dtype, l.type(b)->dtype); // a number takes the other's type
    if (isNumber(1) != isNumber(2) && isFloat(dtype))
        dtype = promoted(l.type(isNumber(1) ? b : a)->dtype, l.type(isNumber(1) ? b : a)->dtype);
    return Values{l.add("Where", {l.cast(condition, DType::boolean), l.cast(a, dtype), l.cast(b, dtype)})};
}

Result<Values> lowerZerosLikeOp(Lowering& l) { return filledLike(l, 0); }
Result<Values> lowerOnesLikeOp(Lowering& l) { return filledLike(l, 1); }

Result<Values> lowerCastOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x"}));
    PLUMBLINE_TRY(const auto dtype, dtypeOfArgument(l, argument(l, 1, {"dtype"})));
    return Values{l.cast(x, dtype)};
}

/// TensorFlow's order of channels is ONNX's DCR.
Result<Values> lowerDepthToSpaceOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input"}));
    auto size = argument(l, 1, {"block_size"});
    auto format = argument(l, 2, {"data_format"});
    if (l.config().className == "TensorFlowOpLayer") {
        auto node = l.settings().at("node_def");
        if (node.is_string())
            node = json::parse(node.get<std::string>(), nullptr, false);
        const auto attributes = node.is_object() ? node.value("attr", json::object()) : json::object();
        if (attributes.contains("block_size") && attributes["block_size"].is_object()) {
            const auto text = attributes["block_size"].value("i", json()); // int64 is text in protobuf's JSON
            size = text.is_string() ? json(std::strtoll(text.get<std::string>().c_str(), nullptr, 10)) : text;
        }
        format = json("NHWC");
        if (attributes.contains("data_format") && attributes["data_format"].is_object() &&
            attributes["data_format"].value("s", json()) == "TkNIVw==") // NCHW
            format = json("NCHW");
    }
    if (!size.is_number_integer())
        return l.unsupported("its block_size is no number");
    Attributes attributes;
    attributes.set("blocksize", size.get<std::int64_t>());
    attributes.set("mode", std::string("DCR"));
    if (format != "NCHW" && format != "channels_first")
        attributes.set("channels_last", std::int64_t(1));
    return Values{l.add("DepthToSpace", {x}, std::move(attributes))};
}

// keras.ops.image.resize and tf.image.resize, with half-pixel centres.
Result<Values> lowerResizeOp(Lowering& l) {
    PLUMBLINE_TRY(auto x, floatOperand(l, 0, {"x", "images"}));
    const auto size = integerList(argument(l, 1, {"size"}));
    const auto method = argument(l, 2, {"interpolation", "method"});
    const auto format = argument(l, 7, {"data_format"});
    const auto name = method.is_string() ? method.get<std::string>() : std::string("bilinear");
    for (const char* option : {"antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "preserve_aspect_ratio"})
        if (flagArgument(l, 100, {option}))
            return l.unsupported(std::string("it is asked for ") + option);
    if (l.rank(x) != 4 || !size || size->size() != 2)
        return l.unsupported("it resizes " + dimsText(l.dims(x)) +
                             "; images of shape (batch, height, width, channels) are accepted");
    const bool last = format != "channels_first";
    PLUMBLINE_TRY(auto attributes, resizeAttributes(l, name, false));
    const auto own = l.type(x)->dtype;
    if (name != "nearest")
        x = l.cast(x, DType::float32);
    if (last)
        attributes.set("channels_last", std::int64_t(1));
    attributes.set("axes", last ? std::vector<std::int64_t>{1, 2} : std::vector<std::int64_t>{2, 3});
    const auto out = l.add("Resize", {x, ValueId(), ValueId(), l.integers(*size)}, std::move(attributes));
    return Values{l.writer().major >= 3 ? l.cast(out, own) : out};
}

} // namespace plumbline::keras
