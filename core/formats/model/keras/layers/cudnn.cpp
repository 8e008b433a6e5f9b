#include "core/formats/model/keras/layers/cudnn.h"

#include "core/formats/model/keras/layers/recurrent.h"
#include "core/formats/model/keras/settings.h"
#include "core/formats/model/keras/weights.h"

namespace plumbline::keras {

namespace {

/// `out[i] = in[from(i)]` in a tensor of the shape `shape`, whatever the element type.
template<typename Place> Tensor rearranged(const Tensor& tensor, const Shape& shape, const Place& from) {
    const auto source = tensor.contiguous();
    auto builder = TensorBuilder::allocate(tensor.dtype(), shape);
    if (!source || !builder)
        return {};
    const auto size = itemSize(tensor.dtype());
    for (std::int64_t i = 0; i < builder->elements(); ++i)
        std::copy_n(source->data() + static_cast<std::size_t>(from(i)) * size, size,
                    builder->data() + static_cast<std::size_t>(i) * size);
    return std::move(*builder).build();
}

/// The sum of the two halves, or half of the one twice.
template<typename T> Tensor lstmBias(const Tensor& bias, bool back) {
    const auto source = bias.contiguous();
    const auto count = bias.elements();
    auto builder = TensorBuilder::allocate(bias.dtype(), {back ? 2 * count : count / 2});
    if (!source || !builder)
        return {};
    const auto in = source->span<T>();
    auto out = builder->template span<T>();
    const auto half = in.size() / 2;
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = back ? in[i % in.size()] / 2 : in[i] + in[i + half];
    return std::move(*builder).build();
}

std::int64_t gatesOf(const std::string& className) { return className == "LSTM" ? 4 : className == "GRU" ? 3 : 0; }

enum class Form { other, plain, cuDnn };

/// By the bias alone, as Keras tells them.
Form formOf(const Tensor& bias, std::int64_t gates, std::int64_t units) {
    if (bias.shape() == Shape{2 * gates * units})
        return Form::cuDnn;
    const auto plain = gates == 4 ? Shape{gates * units} : Shape{2, gates * units};
    return bias.shape() == plain ? Form::plain : Form::other;
}

} // namespace

bool isCuDnn(const std::string& className) { return className == "CuDNNLSTM" || className == "CuDNNGRU"; }

std::string recurrentClass(const std::string& className) {
    return isCuDnn(className) ? className.substr(5) : className;
}

Tensor kernelOfCuDnn(const Tensor& kernel, std::int64_t gates, bool back) {
    const auto rows = kernel.shape()[0], columns = kernel.shape()[1], units = columns / gates;
    return rearranged(kernel, kernel.shape(), [=](std::int64_t i) {
        // The gate's elements in row-major order are those of the transposed kernel, or the other way round.
        const auto row = i / columns, gate = i % columns / units, column = i % units;
        const auto at = back ? row * units + column : column * rows + row;
        return back ? (at % rows) * columns + gate * units + at / rows
                    : (at / units) * columns + gate * units + at % units;
    });
}

Tensor recurrentOfCuDnn(const Tensor& kernel, std::int64_t gates) {
    const auto columns = kernel.shape()[1], units = columns / gates;
    return rearranged(kernel, kernel.shape(), [=](std::int64_t i) {
        return (i % units) * columns + (i % columns / units) * units + i / columns;
    });
}

Tensor biasOfCuDnn(const Tensor& bias, std::int64_t gates, bool back) {
    const auto count = bias.elements();
    if (gates == 3)
        return bias.reshaped(back ? Shape{count} : Shape{2, count / 2}).value_or(Tensor());
    if (bias.dtype() == DType::float64)
        return lstmBias<double>(bias, back);
    const auto wide = bias.cast(DType::float32);
    return wide ? lstmBias<float>(*wide, back) : Tensor();
}

void convertRecurrentWeights(LayerInstance& layer, const Writer& writer) {
    for (auto& [attribute, child] : layer.children)
        convertRecurrentWeights(*child, writer);
    if (layer.model)
        for (auto& inner : layer.model->layers)
            convertRecurrentWeights(*inner, writer);
    const auto gates = gatesOf(recurrentClass(layer.config.className));
    if (gates == 0 || !layer.kind || layer.weights.size() != 3)
        return;
    auto &kernel = layer.weights[0], &recurrent = layer.weights[1], &bias = layer.weights[2];
    if (kernel.stored.isNull() || recurrent.stored.isNull() || bias.stored.isNull() || kernel.stored.rank() != 2 ||
        recurrent.stored.rank() != 2)
        return;
    const auto units = recurrent.stored.shape()[0], columns = gates * units;
    if (units == 0 || kernel.stored.shape()[1] != columns || recurrent.stored.shape()[1] != columns)
        return;
    const auto wanted = isCuDnn(layer.config.className) ? Form::cuDnn : Form::plain;
    const auto found = formOf(bias.stored, gates, units);
    if (found == Form::other || found == wanted)
        return;
    if (gates == 3 && wanted == Form::plain && !resetsAfter(Settings(layer.config.config), writer)) {
        layer.weightProblem = failure(ErrorCode::shape, "weights-shape",
                                      "its weights are a CuDNNGRU's, which fit a GRU with reset_after, and it has none")
                                  .error();
        return;
    }
    const bool back = wanted == Form::cuDnn;
    store(kernel, kernelOfCuDnn(kernel.stored, gates, back));
    store(recurrent, recurrentOfCuDnn(recurrent.stored, gates));
    store(bias, biasOfCuDnn(bias.stored, gates, back));
}

} // namespace plumbline::keras
