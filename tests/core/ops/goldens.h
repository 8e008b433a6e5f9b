#pragma once
// The cases of tests/fixtures/ops/goldens.json (ONNX Runtime and NumPy; generate.py there writes it).

#include "tests/core/ops/opcall.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace plumbline::test {

struct Golden {
    std::string name, op;
    Attributes attributes;
    bool images = false; ///< input 0 and output 0 are (n, c, spatial…)
    std::vector<Tensor> inputs, outputs;
};

namespace golden {

using nlohmann::json;

inline double number(const json& value) {
    if (value.is_string())
        return value == "nan" ? NAN : value == "inf" ? INFINITY : -INFINITY;
    return value.is_boolean() ? value.get<bool>() : value.get<double>();
}

inline Tensor tensorOf(const json& stored) {
    if (stored.is_null())
        return {};
    const Shape shape(stored["shape"].get<std::vector<std::int64_t>>());
    const auto& data = stored["data"];
    const auto dtype = *dtypeFromName(stored["dtype"].get<std::string>());
    if (isInteger(dtype)) {
        std::vector<std::int64_t> elements;
        for (const auto& value : data)
            elements.push_back(value.get<std::int64_t>());
        return *Tensor::of<std::int64_t>(shape, elements).cast(dtype);
    }
    std::vector<double> elements;
    for (const auto& value : data)
        elements.push_back(number(value));
    return *Tensor::of<double>(shape, elements).cast(dtype);
}

inline Attributes attributesOf(const json& stored) {
    Attributes out;
    for (const auto& [name, value] : stored.items()) {
        if (value.is_string())
            out.set(name, value.get<std::string>());
        else if (value.is_number_integer())
            out.set(name, value.get<std::int64_t>());
        else if (value.is_number())
            out.set(name, value.get<double>());
        else if (!value.empty() && value[0].is_string())
            out.set(name, value.get<std::vector<std::string>>());
        else if (!value.empty() && value[0].is_number_integer())
            out.set(name, value.get<std::vector<std::int64_t>>());
        else
            out.set(name, value.get<std::vector<double>>());
    }
    return out;
}

inline std::vector<Golden> all() {
    std::ifstream file(testFile("fixtures/ops/goldens.json").toStdString());
    std::vector<Golden> out;
    for (const auto& stored : json::parse(file)) {
        Golden golden{stored["name"], stored["op"], attributesOf(stored["attributes"]), stored["images"], {}, {}};
        for (const auto& tensor : stored["inputs"])
            golden.inputs.push_back(tensorOf(tensor));
        for (const auto& tensor : stored["outputs"])
            golden.outputs.push_back(tensorOf(tensor));
        out.push_back(std::move(golden));
    }
    return out;
}

} // namespace golden

inline const std::vector<Golden>& goldens() {
    static const auto cases = golden::all();
    return cases;
}

inline Tensor channelsLast(const Tensor& tensor) {
    std::vector<std::size_t> order{0};
    for (std::size_t i = 2; i < tensor.rank(); ++i)
        order.push_back(i);
    order.push_back(1);
    return *tensor.transposed(order).contiguous();
}

} // namespace plumbline::test
