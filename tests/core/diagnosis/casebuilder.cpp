#include "tests/core/diagnosis/casebuilder.h"

#include <cmath>
#include <fstream>

namespace plumbline::test {

Tensor with(const Tensor& x, std::size_t at, float value) {
    std::vector<float> values(x.span<float>().begin(), x.span<float>().end());
    values[at] = value;
    return Tensor::of<float>(x.shape(), std::span<const float>(values));
}

ValueId ModelBuilder::input(const std::string& name, Dims shape, DType dtype) {
    Layer layer;
    layer.name = name;
    layer.type = "InputLayer";
    layer.isInput = true;
    const auto id = graph().addLayer(std::move(layer));
    const auto value = graph().addInput(name, {dtype, std::move(shape)}, id);
    graph().layer(id).outputs = {value};
    return value;
}

ValueId ModelBuilder::layer(const std::string& name, const std::string& type, const std::string& op,
                            std::vector<ValueId> inputs, std::vector<std::pair<std::string, Tensor>> weights,
                            Attributes attributes) {
    Layer row;
    row.name = name;
    row.type = type;
    row.inputs = inputs;
    for (const auto& [weight, tensor] : weights) {
        row.weights.push_back({weight, tensor, tensor.shape(), tensor.dtype(), true});
        row.parameters += tensor.elements();
    }
    const auto id = graph().addLayer(std::move(row));
    for (const auto& [weight, tensor] : weights)
        inputs.push_back(graph().addConstant(name + "/" + weight, tensor, id));
    const auto out = graph().add(id, op, std::move(inputs), std::move(attributes));
    graph().layer(id).outputs = {out};
    return out;
}

ValueId ModelBuilder::dense(const std::string& name, ValueId x, std::int64_t in, std::int64_t out,
                            const std::string& activation) {
    const double width = 1 / std::sqrt(static_cast<double>(in));
    auto y = layer(name, "Dense", "Gemm", {x},
                   {{"kernel", m_numbers.normal({in, out}, 0, width)}, {"bias", m_numbers.normal({out}, 0, 0.1)}});
    if (!activation.empty()) {
        const auto id = *graph().findLayer(name);
        y = graph().add(id, activation, {y});
        graph().layer(id).outputs = {y};
    }
    return y;
}

ValueId ModelBuilder::conv(const std::string& name, ValueId x, std::int64_t in, std::int64_t out, std::int64_t stride,
                           const std::string& activation) {
    Attributes attributes;
    attributes.set("channels_last", std::int64_t{1});
    attributes.set("strides", std::vector<std::int64_t>{stride, stride});
    attributes.set("auto_pad", std::string("SAME_UPPER"));
    attributes.set("kernel_shape", std::vector<std::int64_t>{3, 3});
    const double width = 1 / std::sqrt(9.0 * static_cast<double>(in));
    auto y = layer(name, "Conv2D", "Conv", {x}, {{"kernel", m_numbers.normal({out, in, 3, 3}, 0, width)}}, attributes);
    if (!activation.empty()) {
        const auto id = *graph().findLayer(name);
        y = graph().add(id, activation, {y});
        graph().layer(id).outputs = {y};
    }
    return y;
}

ValueId ModelBuilder::upConv(const std::string& name, ValueId x, std::int64_t in, std::int64_t out) {
    Attributes attributes;
    attributes.set("channels_last", std::int64_t{1});
    attributes.set("strides", std::vector<std::int64_t>{2, 2});
    attributes.set("kernel_shape", std::vector<std::int64_t>{2, 2});
    return layer(name, "Conv2DTranspose", "ConvTranspose", {x}, {{"kernel", m_numbers.normal({in, out, 2, 2}, 0, 0.3)}},
                 attributes);
}

ValueId ModelBuilder::embedding(const std::string& name, ValueId x, std::int64_t rows, std::int64_t width) {
    Layer row;
    row.name = name;
    row.type = "Embedding";
    row.inputs = {x};
    const auto table = m_numbers.normal({rows, width});
    row.weights.push_back({"embeddings", table, table.shape(), table.dtype(), true});
    row.parameters = table.elements();
    const auto id = graph().addLayer(std::move(row));
    const auto data = graph().addConstant(name + "/embeddings", table, id);
    Attributes attributes;
    attributes.set("to", std::int64_t{6}); // ONNX: INT32
    const auto index = graph().add(id, "Cast", {x}, attributes);
    const auto out = graph().add(id, "Gather", {data, index});
    graph().layer(id).outputs = {out};
    return out;
}

std::shared_ptr<const Model> ModelBuilder::finish(std::vector<ValueId> outputs) {
    std::vector<std::string> names;
    for (const auto output : outputs)
        names.push_back(graph().layer(graph().value(output).layer).name);
    graph().setOutputs(std::move(outputs), std::move(names));
    inferDeclaredTypes(graph());
    return m_model;
}

std::shared_ptr<const Model> twoDense() {
    ModelBuilder b;
    auto x = b.input("z", {Dim::symbol("batch"), 10});
    x = b.dense("dense", x, 10, 128);
    return b.finish({b.dense("dense_1", x, 128, 1)});
}

std::shared_ptr<const Model> smallUNet() {
    ModelBuilder b;
    const auto x = b.input("image", {Dim::symbol("batch"), Dim::symbol("h"), Dim::symbol("w"), 1});
    const auto skip = b.conv("first", x, 1, 4, 1, "Relu");
    auto y = b.conv("down", skip, 4, 8, 2, "Relu");
    y = b.upConv("up", y, 8, 4);
    Attributes attributes;
    attributes.set("axis", std::int64_t{3});
    y = b.layer("join", "Concatenate", "Concat", {y, skip}, {}, attributes);
    return b.finish({b.conv("last", y, 8, 1, 1, "Tanh")});
}

std::shared_ptr<const Model> conditional() {
    ModelBuilder b;
    const auto z = b.input("z", {Dim::symbol("batch"), 8});
    const auto label = b.input("label", {Dim::symbol("batch"), 1});
    const auto table = b.embedding("embedding", label, 10, 8);
    const auto flat = b.layer("flatten", "Flatten", "Flatten", {table});
    const auto both = b.layer("multiply", "Multiply", "Mul", {z, flat});
    const auto hidden = b.dense("hidden", both, 8, 32, "Relu");
    return b.finish({b.dense("out", hidden, 32, 16, "Tanh")});
}

void Case::add(std::vector<SourceSpec>& list, const std::string& source, const std::string& input) {
    if (auto spec = parseSourceSpec(input.empty() ? source : input + "=" + source))
        list.push_back(*spec);
}

std::string Case::write(const Tensor& array) {
    const auto path = m_folder.filePath(QString("array%1.npy").arg(m_files++)).toStdString();
    if (const auto written = writeNpy(path, array); !written)
        qFatal("%s", written.error().text().c_str());
    return path;
}

std::string Case::write(const std::string& text) {
    const auto path = m_folder.filePath(QString("table%1.csv").arg(m_files++)).toStdString();
    std::ofstream(path) << text;
    return path;
}

Case& Case::train(const Tensor& array, const std::string& input) {
    add(request.training, write(array), input);
    return *this;
}
Case& Case::predict(const Tensor& array, const std::string& input) {
    add(request.prediction, write(array), input);
    return *this;
}
Case& Case::trainText(const std::string& csv) {
    add(request.training, write(csv), {});
    return *this;
}
Case& Case::predictText(const std::string& csv) {
    add(request.prediction, write(csv), {});
    return *this;
}
Case& Case::trainLaw(const std::string& law, const std::string& input) {
    add(request.training, law, input);
    return *this;
}

Result<CheckSession> Case::run() {
    CheckSession session;
    session.model = m_model;
    return checkModel(std::move(session), request);
}

std::string codesOf(const Diagnosis& diagnosis) {
    std::string out;
    for (const auto& finding : diagnosis.findings)
        out += (out.empty() ? "" : ", ") + finding.code + " " + std::string(name(finding.severity)) + " [" +
               finding.message.text() + "]";
    return out + " -> " + std::string(name(diagnosis.verdict));
}

} // namespace plumbline::test
