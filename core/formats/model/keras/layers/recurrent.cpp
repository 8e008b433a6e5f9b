#include "core/formats/model/keras/layers/recurrent.h"

#include "core/formats/model/keras/activations.h"
#include "core/formats/model/keras/layers/cudnn.h"
#include "core/formats/model/keras/layers/layers.h"

#include <algorithm>
#include <limits>
#include <map>

namespace plumbline::keras {

using nlohmann::json;

namespace {

struct Cell {
    const char* op;
    std::size_t gates;
    std::vector<std::size_t> order; ///< Keras's gate that stands at each place of ONNX's
};

Cell cellOf(const std::string& className) {
    if (className == "LSTM")
        return {"LSTM", 4, {0, 3, 1, 2}};
    if (className == "GRU")
        return {"GRU", 3, {0, 1, 2}};
    return {"RNN", 1, {0}};
}

/// (rows, gates · units) to (1, gates · units, rows), gates in ONNX's order. `T` is the kernel's type.
template<typename T> Tensor gateRowsOf(const Tensor& kernel, const Cell& cell, std::int64_t units) {
    const auto rows = kernel.shape()[0];
    auto builder = TensorBuilder::allocate(kernel.dtype(), {1, static_cast<std::int64_t>(cell.gates) * units, rows});
    const auto source = kernel.contiguous();
    if (!builder || !source)
        return {};
    const auto in = source->span<T>();
    auto out = builder->template span<T>();
    const auto columns = static_cast<std::int64_t>(cell.gates) * units;
    for (std::size_t gate = 0; gate < cell.gates; ++gate)
        for (std::int64_t unit = 0; unit < units; ++unit)
            for (std::int64_t row = 0; row < rows; ++row)
                out[static_cast<std::size_t>((static_cast<std::int64_t>(gate) * units + unit) * rows + row)] =
                    in[static_cast<std::size_t>(row * columns + static_cast<std::int64_t>(cell.order[gate]) * units +
                                                unit)];
    return std::move(*builder).build();
}

/// The bias of the input, then that of the state (zero unless the file has both).
template<typename T> Tensor gateBiasOf(const Tensor& bias, const Cell& cell, std::int64_t units) {
    const auto columns = static_cast<std::int64_t>(cell.gates) * units;
    auto builder = TensorBuilder::zeros(bias.dtype(), {1, 2 * columns});
    const auto source = bias.contiguous();
    if (!builder || !source)
        return {};
    const auto in = source->span<T>();
    auto out = builder->template span<T>();
    const auto parts = bias.rank() == 2 ? 2 : 1;
    for (std::int64_t part = 0; part < parts; ++part)
        for (std::size_t gate = 0; gate < cell.gates; ++gate)
            for (std::int64_t unit = 0; unit < units; ++unit)
                out[static_cast<std::size_t>(part * columns + static_cast<std::int64_t>(gate) * units + unit)] =
                    in[static_cast<std::size_t>(part * columns + static_cast<std::int64_t>(cell.order[gate]) * units +
                                                unit)];
    return std::move(*builder).build();
}

// What Lowering::weight() gives is float32, or float64 of a float64 layer.
Tensor gateRows(const Tensor& kernel, const Cell& cell, std::int64_t units) {
    return kernel.dtype() == DType::float64 ? gateRowsOf<double>(kernel, cell, units)
                                            : gateRowsOf<float>(kernel, cell, units);
}

Tensor gateBias(const Tensor& bias, const Cell& cell, std::int64_t units) {
    return bias.dtype() == DType::float64 ? gateBiasOf<double>(bias, cell, units)
                                          : gateBiasOf<float>(bias, cell, units);
}

struct GateActivation {
    const char* op;
    std::optional<double> alpha = {}, beta = {}; ///< only where ONNX's function takes one
};

std::optional<GateActivation> gateActivation(const std::string& name, const Writer& writer) {
    static const std::map<std::string, GateActivation, std::less<>> table = {
        {"tanh", {"Tanh"}},
        {"sigmoid", {"Sigmoid"}},
        {"relu", {"Relu"}},
        {"linear", {"Affine", 1.0, 0.0}},
        {"selu", {"Selu", 1.67326319217681884765625, 1.05070102214813232421875}},
        {"celu", {"Celu", 1.0}},
        {"mish", {"Mish"}},
        {"exponential", {"Exp"}},
        {"gelu", {"Gelu"}},
        {"hard_silu", {"HardSwish"}},
        {"elu", {"Elu", 1.0}},
        {"softsign", {"Softsign"}},
        {"softplus", {"Softplus"}},
        {"leaky_relu", {"LeakyRelu", 0.2}},
        {"silu", {"Silu"}},
        {"swish", {"Silu"}},
        {"exp", {"Exp"}},
        {"hard_swish", {"HardSwish"}},
        {"relu6", {"Relu6"}},
        {"relu_6", {"Relu6"}},
        {"hard_tanh", {"HardTanh"}},
        {"log_sigmoid", {"LogSigmoid"}},
        {"tanh_shrink", {"TanhShrink"}},
        {"soft_shrink", {"Shrink", 0.5, 0.5}},
        {"hard_shrink", {"Shrink", 0.5, 0.0}},
        {"squareplus", {"Squareplus"}},
        {"sparse_plus", {"SparsePlus"}},
        {"sparse_sigmoid", {"SparseSigmoid"}},
        {"softmax", {"Softmax"}},
        {"log_softmax", {"LogSoftmax"}},
    };
    if (name == "hard_sigmoid")
        return GateActivation{"HardSigmoid", writer.major >= 3 ? 1.0 / 6 : 0.2, 0.5};
    const auto it = table.find(name);
    return it == table.end() ? std::nullopt : std::optional(it->second);
}

} // namespace

bool resetsAfter(const Settings& settings, const Writer& writer) {
    // The default changed with TensorFlow 2's GRU; a file that says nothing is older than the setting.
    return settings.flag("reset_after", writer.major >= 3);
}

static const char* shownBy(MaskedSteps steps) {
    switch (steps) {
    case MaskedSteps::state: return "state";
    case MaskedSteps::zero: return "zero";
    case MaskedSteps::previous:
    case MaskedSteps::turnedZeros: break;
    }
    return "previous";
}

WeightSpecs recurrentWeights(const Settings& settings, const Writer&) {
    WeightSpecs out{{"kernel"}, {"recurrent_kernel"}};
    if (settings.flag("use_bias", true))
        out.push_back({"bias"});
    return out;
}

Values initialStates(const Lowering& l) {
    Values out(l.inputs().begin() + 1, l.inputs().end());
    const auto it = l.kwargs().find("initial_state");
    if (it == l.kwargs().end())
        return out;
    const auto collect = [&](const auto& self, const json& value) -> void {
        if (const auto index = tensorIndex(value))
            out.push_back(l.tensor(*index));
        else if (value.is_array())
            for (const auto& item : value)
                self(self, item);
    };
    collect(collect, *it);
    return out;
}

ValueId reversed(Lowering& l, ValueId steps) {
    return l.add("Slice", {steps, l.integers({-1}), l.integers({std::numeric_limits<std::int64_t>::min()}),
                           l.integers({1}), l.integers({-1})});
}

Result<Recurrence> recur(Lowering& l, const Values& initial, StepMask mask) {
    const auto& settings = l.settings();
    const auto cell = cellOf(recurrentClass(l.config().className));
    const bool isGru = cell.gates == 3, ofCuDnn = isCuDnn(l.config().className);
    const auto x = floatInput(l, l.input());
    if (l.rank(x) != 3)
        return l.wrongShape("it needs an input of 3 axes (batch, time, features), and gets " + dimsText(l.dims(x)));
    if (settings.flag("time_major", false))
        return l.unsupported("it reads sequences with time as the first axis (time_major)");
    if (mask.mask.isValid() && l.rank(mask.mask) != 2)
        return l.unsupported("it is given a mask of shape " + dimsText(l.dims(mask.mask)) +
                             "; one of (batch, time) is accepted");
    if (mask.mask.isValid() && ofCuDnn)
        return l.unsupported("it is given a mask, which cuDNN's layers do not take");
    const auto units = settings.size("units");
    if (units > (1 << 24))
        return l.unsupported("its units are " + std::to_string(units) + "; at most 16777216 are accepted");
    const auto gates = static_cast<std::int64_t>(cell.gates);
    const auto columns = gates * units;
    const bool resetAfter = isGru && (ofCuDnn || resetsAfter(settings, l.writer()));

    PLUMBLINE_TRY(auto kernel, l.weight("kernel", {l.dims(x)[2], Dim(columns)}));
    PLUMBLINE_TRY(auto recurrent, l.weight("recurrent_kernel", {Dim(units), Dim(columns)}));
    if (ofCuDnn) {
        kernel = kernelOfCuDnn(kernel, gates);
        recurrent = recurrentOfCuDnn(recurrent, gates);
        if (kernel.isNull() || recurrent.isNull())
            return failure(ErrorCode::tooLarge, "memory.allocation", "No memory left to turn its weights.");
    }
    Values inputs{x, l.shared("kernel", [&] { return gateRows(kernel, cell, units); }),
                  l.shared("recurrent_kernel", [&] { return gateRows(recurrent, cell, units); }), ValueId(), ValueId()};
    if (l.hasWeight("bias")) {
        PLUMBLINE_TRY(auto bias, l.weight("bias", ofCuDnn      ? Dims{2 * columns}
                                                  : resetAfter ? Dims{2, columns}
                                                               : Dims{columns}));
        if (ofCuDnn)
            bias = biasOfCuDnn(bias, gates);
        inputs[3] = l.shared("bias", [&] { return gateBias(bias, cell, units); });
    }
    const std::size_t states = cell.gates == 4 ? 2 : 1;
    if (!initial.empty() && initial.size() != states)
        return l.wrongShape("it gets " + std::to_string(initial.size()) + " initial states, and has " +
                            std::to_string(states));
    const auto kept = initial.empty() ? keptStates(l, x, states, units) : Values();
    for (const auto state : initial.empty() ? kept : initial)
        inputs.push_back(l.unsqueeze(l.castFloat(state), 1));

    Attributes attributes;
    if (mask.mask.isValid()) {
        inputs.resize(8);
        inputs.push_back(l.cast(mask.mask, DType::boolean));
        attributes.set("masked_output", std::string(shownBy(mask.shows)));
    }
    std::vector<std::string> names;
    std::vector<double> alpha, beta;
    const auto add = [&](const char* key, const char* fallback) -> Result<void> {
        const auto name = settings.has(key) ? activationName(settings.at(key)) : std::string(fallback);
        const auto activation =
            gateActivation(settings.config().contains(key) && !settings.has(key) ? "linear" : name, l.writer());
        if (!activation)
            return l.unsupported(std::string("its ") + key + " is " + (name.empty() ? "Python code" : name) +
                                 "; Keras's own functions are accepted there, but for glu, sparsemax and threshold");
        names.emplace_back(activation->op);
        if (activation->alpha)
            alpha.push_back(*activation->alpha);
        if (activation->beta)
            beta.push_back(*activation->beta);
        return {};
    };
    if (cell.gates > 1)
        PLUMBLINE_CHECK(add("recurrent_activation", l.writer().major >= 3 || ofCuDnn ? "sigmoid" : "hard_sigmoid"));
    PLUMBLINE_CHECK(add("activation", "tanh"));
    if (cell.gates == 4)
        PLUMBLINE_CHECK(add("activation", "tanh"));
    attributes.set("activations", names);
    attributes.set("activation_alpha", alpha);
    attributes.set("activation_beta", beta);
    attributes.set("hidden_size", units);
    attributes.set("layout", std::int64_t(1));
    if (isGru)
        attributes.set("linear_before_reset", std::int64_t(resetAfter ? 1 : 0));
    Recurrence out;
    out.backwards = settings.flag("go_backwards", false);
    attributes.set("direction", std::string(out.backwards ? "reverse" : "forward"));
    const auto made = l.addMany(cell.op, std::move(inputs), std::move(attributes), 1 + states);
    out.steps = l.squeeze(made[0], 2);
    for (std::size_t i = 1; i < made.size(); ++i)
        out.states.push_back(l.squeeze(made[i], 1));
    keepStates(l, out.states);
    out.last = out.states[0];
    if (mask.mask.isValid()) { // a masked last step shows something else than the state
        const std::int64_t first = out.backwards ? 0 : -1;
        const auto end = out.backwards ? 1 : std::numeric_limits<std::int64_t>::max();
        out.last = l.squeeze(l.add("Slice", {out.steps, l.integers({first}), l.integers({end}), l.integers({1})}), 1);
    }
    if (mask.mask.isValid() && mask.shows == MaskedSteps::turnedZeros) {
        const auto counts = l.unsqueeze(reversed(l, l.cast(mask.mask, DType::boolean)), 2);
        out.steps = l.add("Where", {counts, out.steps, l.scalarLike(0, out.steps)});
    }
    return out;
}

static Result<Values> lowerRecurrent(Lowering& l) {
    const StepMask mask{l.keyword("mask"), maskedSteps(l.settings(), l.writer(), false)};
    PLUMBLINE_TRY(const auto run, recur(l, initialStates(l), mask));
    Values out;
    if (l.settings().flag("return_sequences", false))
        out.push_back(run.backwards ? reversed(l, run.steps) : run.steps);
    else
        out.push_back(run.last);
    if (l.settings().flag("return_state", false))
        out.insert(out.end(), run.states.begin(), run.states.end());
    return out;
}

Result<Values> lowerSimpleRNN(Lowering& l) { return lowerRecurrent(l); }
Result<Values> lowerLSTM(Lowering& l) { return lowerRecurrent(l); }
Result<Values> lowerGRU(Lowering& l) { return lowerRecurrent(l); }

} // namespace plumbline::keras
