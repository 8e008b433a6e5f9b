#include "core/formats/bytes/pythontext.h"
#include "core/formats/model/keras/layers/layers.h"

#include <limits>

namespace plumbline::keras {

namespace {

std::size_t spatialAxes(const Lowering& l) {
    const auto& name = l.config().className;
    return static_cast<std::size_t>(name[name.size() - 2] - '0'); // "UpSampling2D"
}

/// Before and after each spatial axis: one number, one an axis, or a pair an axis. A 1D layer's pair is its axis' own.
Result<std::vector<std::pair<std::int64_t, std::int64_t>>> pairs(Lowering& l, const char* key, std::size_t n) {
    std::vector<std::pair<std::int64_t, std::int64_t>> out(n, {1, 1});
    if (!l.config().config.contains(key))
        return out;
    const auto& value = l.settings().at(key);
    const auto isCount = [](const nlohmann::json& item) {
        return item.is_number_integer() && item.get<std::int64_t>() >= 0 && item.get<std::int64_t>() <= 1'000'000;
    };
    const auto isPair = [&](const nlohmann::json& item) {
        return item.is_array() && item.size() == 2 && isCount(item[0]) && isCount(item[1]);
    };
    const auto isList = value.is_array() && value.size() == n;
    for (std::size_t i = 0; i < n; ++i) {
        const auto& item = n == 1 && isPair(value) ? value : isList ? value[i] : value;
        if (isPair(item))
            out[i] = {item[0].get<std::int64_t>(), item[1].get<std::int64_t>()};
        else if (isCount(item))
            out[i] = {item.get<std::int64_t>(), item.get<std::int64_t>()};
        else
            return l.unsupported(std::string("its ") + key + " is " + pythonText(value) +
                                 "; an integer from 0 on, one an axis, or a pair an axis is accepted");
    }
    return out;
}

bool isOldBilinear(const Writer& writer) {
    // Before TensorFlow 2, Keras resized without half-pixel centres. "2.2.4-tf" and later are TensorFlow's own.
    return writer.major < 2 ||
           (writer.major == 2 && writer.minor <= 3 && writer.version.find("-tf") == std::string::npos);
}

} // namespace

Result<Attributes> resizeAttributes(const Lowering& l, const std::string& interpolation, bool upSampling) {
    Attributes out;
    if (interpolation == "nearest") {
        out.set("mode", std::string("nearest"));
        out.set("coordinate_transformation_mode", std::string(upSampling ? "asymmetric" : "tf_half_pixel_for_nn"));
        out.set("nearest_mode", std::string("floor"));
    } else if (interpolation == "bilinear") {
        out.set("mode", std::string("linear"));
        out.set("coordinate_transformation_mode", std::string(isOldBilinear(l.writer()) ? "asymmetric" : "half_pixel"));
    } else if (interpolation == "bicubic") { // Keys's kernel from a table of 1024 steps, cut off at the border
        out.set("mode", std::string("cubic"));
        out.set("coordinate_transformation_mode", std::string("half_pixel"));
        out.set("cubic_coeff_a", -0.5);
        out.set("exclude_outside", std::int64_t(1));
        out.set("fraction_steps", std::int64_t(1024));
    } else
        return l.unsupported("its interpolation is " + interpolation + "; nearest, bilinear and bicubic are accepted");
    return out;
}

Result<Values> lowerUpSampling(Lowering& l) {
    const auto n = spatialAxes(l);
    auto x = floatInput(l, l.input());
    if (l.rank(x) != n + 2)
        return l.wrongShape("it needs an input of " + std::to_string(n + 2) + " axes, and gets " + dimsText(l.dims(x)));
    const auto size = l.settings().sizes("size", n, 2);
    std::vector<float> scales(n + 2, 1.0f);
    for (std::size_t i = 0; i < n; ++i)
        scales[(l.channelsLast() ? 1 : 2) + i] = static_cast<float>(size[i]);
    const auto interpolation = l.settings().text("interpolation", "nearest");
    PLUMBLINE_TRY(auto attributes, resizeAttributes(l, interpolation, true));
    if (interpolation != "nearest")
        x = l.cast(x, DType::float32); // TensorFlow resizes every type in float32
    if (l.channelsLast())
        attributes.set("channels_last", std::int64_t(1));
    const auto factors = l.constant(Tensor::of<float>({static_cast<std::int64_t>(scales.size())}, scales));
    const auto out = l.add("Resize", {x, ValueId(), factors}, std::move(attributes));
    return Values{l.writer().major >= 3 ? floatInput(l, out) : out}; // Keras 2 leaves it so
}

Result<Values> lowerZeroPadding(Lowering& l) {
    const auto n = spatialAxes(l);
    const auto x = l.input();
    if (l.rank(x) != n + 2)
        return l.wrongShape("it needs an input of " + std::to_string(n + 2) + " axes, and gets " + dimsText(l.dims(x)));
    PLUMBLINE_TRY(const auto padding, pairs(l, "padding", n));
    std::vector<std::int64_t> pads(2 * (n + 2), 0);
    const std::size_t first = l.channelsLast() || n == 1 ? 1 : 2;
    for (std::size_t i = 0; i < n; ++i) {
        pads[first + i] = padding[i].first;
        pads[n + 2 + first + i] = padding[i].second;
    }
    return Values{l.add("Pad", {x, l.integers(pads)})};
}

Result<Values> lowerCropping(Lowering& l) {
    const auto n = spatialAxes(l);
    const auto x = l.input();
    if (l.rank(x) != n + 2)
        return l.wrongShape("it needs an input of " + std::to_string(n + 2) + " axes, and gets " + dimsText(l.dims(x)));
    PLUMBLINE_TRY(const auto cropping, pairs(l, "cropping", n));
    std::vector<std::int64_t> starts, ends, axes;
    const std::size_t first = l.channelsLast() || n == 1 ? 1 : 2;
    for (std::size_t i = 0; i < n; ++i) {
        starts.push_back(cropping[i].first);
        ends.push_back(cropping[i].second == 0 ? std::numeric_limits<std::int64_t>::max() : -cropping[i].second);
        axes.push_back(static_cast<std::int64_t>(first + i));
    }
    return Values{l.add("Slice", {x, l.integers(starts), l.integers(ends), l.integers(axes)})};
}

} // namespace plumbline::keras
