#include "core/ops/recurrent/recurrentcell.h"

#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

#include <cmath>
#include <limits>

namespace plumbline::recurrent {

const Kind& lstm() {
    static const Kind kind{"LSTM", 4, {"Sigmoid", "Tanh", "Tanh"}, true};
    return kind;
}
const Kind& gru() {
    static const Kind kind{"GRU", 3, {"Sigmoid", "Tanh"}, false};
    return kind;
}
const Kind& rnn() {
    static const Kind kind{"RNN", 1, {"Tanh"}, false};
    return kind;
}

static std::int64_t directionsOf(const Attributes& attributes) {
    return attributes.text("direction", "forward") == "bidirectional" ? 2 : 1;
}

bool isReversed(const Attributes& attributes, std::int64_t direction) {
    return direction == 1 || attributes.text("direction", "forward") == "reverse";
}

Sizes sizesOf(const Kind& kind, const Attributes& attributes, const Shape& x, const Shape& r) {
    Sizes out;
    out.directions = directionsOf(attributes);
    out.gates = kind.gates;
    out.units = r[2];
    out.batchFirst = attributes.integer("layout") != 0;
    out.steps = x[out.batchFirst ? 1 : 0];
    out.batch = x[out.batchFirst ? 0 : 1];
    out.inputs = x[2];
    return out;
}

namespace {

double softplusOf(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }
double sigmoidOf(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
double within(double x, double least, double most) { return x < least ? least : x > most ? most : x; }

// clang-format off
/// Activations that only the recurrent ops have: ONNX's two, and those of Keras that are several ops elsewhere.
const UnaryFunction ownFunctions[] = {
    {"Affine", [](double x, double a, double b) { return a * x + b; }, 1, 0},
    {"ScaledTanh", [](double x, double a, double b) { return a * std::tanh(b * x); }, 1, 1},
    {"Silu", [](double x, double, double) { return x * sigmoidOf(x); }, 0, 0, "", ""},
    {"Relu6", [](double x, double, double) { return within(x, 0, 6); }, 0, 0, "", ""},
    {"HardTanh", [](double x, double, double) { return within(x, -1, 1); }, 0, 0, "", ""},
    {"LogSigmoid", [](double x, double, double) { return -softplusOf(-x); }, 0, 0, "", ""},
    {"TanhShrink", [](double x, double, double) { return x - std::tanh(x); }, 0, 0, "", ""},
    {"Squareplus", [](double x, double, double) { return (x + std::sqrt(x * x + 4)) / 2; }, 0, 0, "", ""},
    {"SparsePlus", [](double x, double, double) { return x <= -1 ? 0 : x < 1 ? (x + 1) * (x + 1) / 4 : x; }, 0, 0, "", ""},
    {"SparseSigmoid", [](double x, double, double) { return within(x / 2 + 0.5, 0, 1); }, 0, 0, "", ""},
};
// clang-format on

/// exp(x) as a part of the sum of all, or its logarithm. A NaN comes in through the sum.
template<bool logarithm> void softmaxOf(std::span<double> units) {
    double most = -std::numeric_limits<double>::infinity(), sum = 0;
    for (const auto x : units)
        most = std::max(most, x);
    for (const auto x : units)
        sum += std::exp(x - most);
    for (auto& x : units)
        x = logarithm ? x - most - std::log(sum) : std::exp(x - most) / sum;
}

const UnaryFunction* functionNamed(const std::string& name) {
    for (const auto& own : ownFunctions)
        if (own.op == name)
            return &own;
    if (const auto* found = findUnaryFunction(name))
        return found;
    for (const auto* function : unaryFunctions()) // the operator's text writes "relu" and "Relu"
        if (rule::lower(function->op) == rule::lower(name))
            return function;
    return nullptr;
}

} // namespace

void Activation::operator()(std::span<double> units) const {
    if (applyToAll)
        return applyToAll(units);
    for (auto& x : units)
        x = apply(x, alpha, beta);
}

Result<std::vector<Activation>> activationsOf(const Kind& kind, const Attributes& attributes, std::int64_t direction) {
    const auto directions = static_cast<std::size_t>(directionsOf(attributes)), each = kind.activations.size();
    auto names = attributes.texts("activations");
    if (names.empty())
        for (std::size_t d = 0; d < directions; ++d)
            names.insert(names.end(), kind.activations.begin(), kind.activations.end());
    if (names.size() != directions * each)
        return rule::attributeError(kind.op, "activations", "for " + std::to_string(names.size()) + " gates",
                                    std::to_string(directions * each) + " names");
    const auto alphas = attributes.numbers("activation_alpha"), betas = attributes.numbers("activation_beta");
    std::size_t nextAlpha = 0, nextBeta = 0;
    std::vector<Activation> out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == "Softmax" || names[i] == "LogSoftmax") {
            if (i / each == static_cast<std::size_t>(direction))
                out.push_back({nullptr, 0, 0, names[i] == "Softmax" ? "Softmax" : "LogSoftmax",
                               names[i] == "Softmax" ? softmaxOf<false> : softmaxOf<true>});
            continue;
        }
        const auto* function = functionNamed(names[i]);
        if (!function)
            return rule::attributeError(kind.op, "an activation", names[i], "an activation of ONNX");
        Activation activation{function->apply, function->alpha, function->beta, function->op, nullptr};
        // The lists are used up in order by those activations that take a number.
        if (!function->alphaName.empty() && nextAlpha < alphas.size())
            activation.alpha = alphas[nextAlpha++];
        if (!function->betaName.empty() && nextBeta < betas.size())
            activation.beta = betas[nextBeta++];
        if (i / each == static_cast<std::size_t>(direction))
            out.push_back(activation);
    }
    return out;
}

Result<std::vector<ValueType>> shapeOf(const Kind& kind, const ShapeContext& context) {
    const auto op = kind.op;
    PLUMBLINE_CHECK(rule::arity(context, op, 3, maskInput + 1));
    for (const std::size_t i : {6, 7})
        if (!kind.cellState && context.has(i))
            return rule::attributeError(op, "an input", std::to_string(i), "0 to 5 and a mask");
    PLUMBLINE_CHECK(rule::floats(context, op));
    for (const std::size_t i : {1, 2, 3, 5, 6, 7})
        if (context.has(i) && context.input(i).dtype != context.input(0).dtype)
            return rule::attributeError(op, "input " + std::to_string(i) + " of type",
                                        std::string(name(context.input(i).dtype)),
                                        std::string(name(context.input(0).dtype)));
    const auto direction = context.attributes.text("direction", "forward");
    if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
        return rule::attributeError(op, "direction", direction, "one of forward, reverse and bidirectional");
    const auto directions = directionsOf(context.attributes);
    for (std::int64_t d = 0; d < directions; ++d)
        PLUMBLINE_CHECK(activationsOf(kind, context.attributes, d));
    const auto &x = context.input(0).shape, &w = context.input(1).shape, &r = context.input(2).shape;
    if (x.size() != 3)
        return rule::conflict(op, "{op} got an input of shape {shape}; it needs 3 axes.",
                              {{"op", std::string(op)}, {"shape", dimsText(x)}}, "3 axes", dimsText(x));
    const bool batchFirst = context.attributes.integer("layout") != 0;
    const auto &steps = x[batchFirst ? 1 : 0], &batch = x[batchFirst ? 0 : 1];
    const auto fits = [](const Dims& shape, const Dims& wanted) {
        bool same = shape.size() == wanted.size();
        for (std::size_t i = 0; same && i < shape.size(); ++i)
            same = shape[i].mayEqual(wanted[i]);
        return same;
    };
    const auto misfit = [&](std::string role, const Dims& found, const Dims& wanted) {
        return rule::conflict(
            op, "{op} has {role} of shape {found}; {wanted} is accepted.",
            {{"op", std::string(op)}, {"role", role}, {"found", dimsText(found)}, {"wanted", dimsText(wanted)}},
            dimsText(wanted), dimsText(found));
    };
    if (r.size() != 3 || !r[2].isKnown())
        return misfit("recurrent weights", r, {Dim(directions), rule::unknownDim(), rule::unknownDim()});
    const auto units = r[2], rows = units * Dim(kind.gates);
    if (!fits(r, {Dim(directions), rows, units}))
        return misfit("recurrent weights", r, {Dim(directions), rows, units});
    if (w.size() != 3 || !fits({w[0], w[1]}, {Dim(directions), rows}))
        return misfit("weights", w, {Dim(directions), rows, x[2]});
    if (!x[2].mayEqual(w[2]))
        return rule::conflict(
            op, "{op} takes {wanted} features on axis 2; its input of shape {shape} has {found}.",
            {{"op", std::string(op)}, {"wanted", w[2].text()}, {"shape", dimsText(x)}, {"found", x[2].text()}},
            w[2].text() + " on axis 2", dimsText(x));
    const Dims state = batchFirst ? Dims{batch, Dim(directions), units} : Dims{Dim(directions), batch, units};
    const std::pair<std::string, Dims> others[] = {{"biases", {Dim(directions), rows * Dim(2)}},
                                                   {"sequence lengths", {batch}},
                                                   {"an initial state", state},
                                                   {"an initial cell state", state},
                                                   {"peepholes", {Dim(directions), units * Dim(3)}}};
    for (std::size_t i = 3; i < 8; ++i)
        if (context.has(i) && !fits(context.input(i).shape, others[i - 3].second))
            return misfit(others[i - 3].first, context.input(i).shape, others[i - 3].second);
    if (context.has(4) && !isInteger(context.input(4).dtype))
        return rule::attributeError(op, "sequence lengths of type", std::string(name(context.input(4).dtype)),
                                    "an integer type");
    if (context.has(maskInput)) {
        const auto& mask = context.input(maskInput);
        const Dims wanted = batchFirst ? Dims{batch, steps} : Dims{steps, batch};
        if (!fits(mask.shape, wanted))
            return misfit("a mask", mask.shape, wanted);
        if (mask.dtype != DType::boolean)
            return rule::attributeError(op, "a mask of type", std::string(name(mask.dtype)), "bool");
        const auto shown = context.attributes.text("masked_output", "previous");
        if (shown != "previous" && shown != "zero" && shown != "state")
            return rule::attributeError(op, "masked_output", shown, "one of previous, zero and state");
    }
    const auto dtype = context.input(0).dtype;
    rule::Types out{
        {dtype, batchFirst ? Dims{batch, steps, Dim(directions), units} : Dims{steps, Dim(directions), batch, units}},
        {dtype, state}};
    if (kind.cellState)
        out.push_back({dtype, state});
    return out;
}

double dot(std::span<const double> recurrence, std::int64_t row, std::span<const double> hidden) {
    double sum = 0;
    const auto* weights = recurrence.data() + static_cast<std::size_t>(row) * hidden.size();
    for (std::size_t i = 0; i < hidden.size(); ++i)
        sum += weights[i] * hidden[i];
    return sum;
}

double clipped(const Attributes& attributes, double x) {
    const auto clip = attributes.number("clip", 0);
    return clip > 0 ? (x > clip ? clip : x < -clip ? -clip : x) : x;
}

namespace {

std::vector<double> doubles(const KernelContext& context, std::size_t input, std::int64_t count) {
    std::vector<double> out(static_cast<std::size_t>(count), 0);
    if (context.has(input))
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = context.input(input).flat(static_cast<std::int64_t>(i));
    return out;
}

} // namespace

Result<std::vector<Tensor>> run(const Kind& kind, const KernelContext& context, StepFunction step) {
    const auto sizes = sizesOf(kind, context.attributes, context.input(0).shape(), context.input(2).shape());
    const auto rows = sizes.gates * sizes.units, h = sizes.units;
    std::vector<TensorBuilder> builders;
    for (std::size_t i = 0; i < context.outputs.size(); ++i) {
        PLUMBLINE_TRY(auto builder, element::allocate(context, i));
        builders.push_back(std::move(builder));
    }
    const auto w = doubles(context, 1, sizes.directions * rows * sizes.inputs),
               r = doubles(context, 2, sizes.directions * rows * h),
               b = doubles(context, 3, sizes.directions * 2 * rows),
               states = doubles(context, 5, sizes.directions * sizes.batch * h),
               cells = doubles(context, 6, kind.cellState ? sizes.directions * sizes.batch * h : 0),
               peepholes = doubles(context, 7, kind.cellState && context.has(7) ? sizes.directions * 3 * h : 0);
    const auto lengths = context.has(4) ? rule::integersOf(context.input(4))
                                        : std::vector<std::int64_t>(static_cast<std::size_t>(sizes.batch), sizes.steps);
    for (std::size_t i = 0; i < lengths.size(); ++i)
        if (lengths[i] < 0 || lengths[i] > sizes.steps)
            return failure(ErrorCode::value, "sequence-length",
                           "{op} has the sequence length {length} for row {row}; 0 to {steps} is accepted.",
                           {{"op", std::string(kind.op)},
                            {"length", lengths[i]},
                            {"row", static_cast<std::int64_t>(i)},
                            {"steps", sizes.steps}});
    for (std::int64_t d = 0; d < sizes.directions; ++d)
        PLUMBLINE_CHECK(activationsOf(kind, context.attributes, d));
    return element::visitFloat(builders[0].dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* x = element::read<T>(context.input(0));
        const auto* mask = context.has(maskInput) ? element::read<bool>(context.input(maskInput)) : nullptr;
        const auto maskedOutput = context.attributes.text("masked_output", "previous");
        const bool showsZero = maskedOutput == "zero", showsState = maskedOutput == "state";
        auto* y = element::write<T>(builders[0]);
        std::fill_n(y, builders[0].elements(), element::narrow<T>(0)); // steps after a sequence's end
        for (std::int64_t d = 0; d < sizes.directions; ++d) {
            const auto activations = *activationsOf(kind, context.attributes, d);
            const auto part = [&](const std::vector<double>& all, std::int64_t each) {
                return std::span(all).subspan(all.empty() ? 0 : static_cast<std::size_t>(d * each),
                                              all.empty() ? 0 : static_cast<std::size_t>(each));
            };
            const auto weights = part(w, rows * sizes.inputs), biases = part(b, 2 * rows);
#pragma omp parallel for
            for (std::int64_t row = 0; row < sizes.batch; ++row) {
                const auto state = states.begin() + sizes.stateAt(d, row);
                std::vector<double> hidden(state, state + h), cell, projected(static_cast<std::size_t>(rows)), scratch;
                if (kind.cellState)
                    cell.assign(cells.begin() + sizes.stateAt(d, row), cells.begin() + sizes.stateAt(d, row) + h);
                const auto length = lengths[static_cast<std::size_t>(row)];
                std::vector<double> shown(static_cast<std::size_t>(h), 0); // Y of the step before
                if (showsState)
                    shown = hidden;
                for (std::int64_t t = 0; t < length; ++t) {
                    const auto at = isReversed(context.attributes, d) ? length - 1 - t : t;
                    if (mask && !mask[sizes.batchFirst ? row * sizes.steps + at : at * sizes.batch + row]) {
                        if (showsZero)
                            std::fill(shown.begin(), shown.end(), 0);
                        for (std::int64_t j = 0; j < h; ++j)
                            y[sizes.outputAt(at, d, row) + j] = element::narrow<T>(shown[static_cast<std::size_t>(j)]);
                        continue;
                    }
                    for (std::int64_t g = 0; g < rows; ++g) {
                        double sum = biases[static_cast<std::size_t>(g)];
                        for (std::int64_t i = 0; i < sizes.inputs; ++i)
                            sum += weights[static_cast<std::size_t>(g * sizes.inputs + i)] *
                                   element::widen(x[sizes.inputAt(at, row) + i]);
                        projected[static_cast<std::size_t>(g)] = sum;
                    }
                    step({projected, hidden, cell, part(r, rows * h), biases.subspan(static_cast<std::size_t>(rows)),
                          part(peepholes, 3 * h), activations, context.attributes, scratch});
                    for (std::int64_t j = 0; j < h; ++j)
                        y[sizes.outputAt(at, d, row) + j] = element::narrow<T>(hidden[static_cast<std::size_t>(j)]);
                    shown = hidden;
                }
                for (std::int64_t j = 0; j < h; ++j) {
                    if (builders.size() > 1)
                        element::write<T>(builders[1])[sizes.stateAt(d, row) + j] =
                            element::narrow<T>(hidden[static_cast<std::size_t>(j)]);
                    if (builders.size() > 2)
                        element::write<T>(builders[2])[sizes.stateAt(d, row) + j] =
                            element::narrow<T>(cell[static_cast<std::size_t>(j)]);
                }
            }
        }
        std::vector<Tensor> out;
        for (auto& builder : builders)
            out.push_back(std::move(builder).build());
        return out;
    });
}

std::vector<ElementOrigin> origins(const Kind& kind, const DependencyContext& context) {
    const auto sizes =
        sizesOf(kind, context.attributes, *toShape(context.input(0).shape), *toShape(context.input(2).shape));
    const auto at = unflatten(context.element, *toShape(context.outputs[context.output].shape));
    const bool sequence = context.output == 0;
    const auto direction = sequence ? at[sizes.batchFirst ? 2 : 1] : at[sizes.batchFirst ? 1 : 0];
    const auto row = sequence ? at[sizes.batchFirst ? 0 : 2] : at[sizes.batchFirst ? 0 : 1];
    const bool reversed = isReversed(context.attributes, direction);
    const auto step = sequence ? at[sizes.batchFirst ? 1 : 0] : reversed ? 0 : sizes.steps - 1;
    const auto unit = at.back();
    std::vector<ElementOrigin> out;
    const auto add = [&](std::size_t input, std::int64_t element) {
        if (out.size() < context.limit)
            out.push_back({input, element});
        return out.size() < context.limit;
    };
    const auto addRow = [&](std::int64_t gate, std::int64_t u) {
        const auto inGates = gate * sizes.units + u, index = direction * sizes.gates * sizes.units + inGates;
        for (std::int64_t i = 0; i < sizes.inputs && add(1, index * sizes.inputs + i); ++i)
            ;
        for (std::int64_t i = 0; i < sizes.units && add(2, index * sizes.units + i); ++i)
            ;
        if (context.has(3)) {
            const auto biases = direction * 2 * sizes.gates * sizes.units + inGates;
            add(3, biases);
            add(3, biases + sizes.gates * sizes.units);
        }
    };
    // Nearest first: the step's own features, the unit's weights, earlier steps, the first state, and then the other
    // units, which reach this one through the state.
    for (std::int64_t i = 0; i < sizes.inputs && add(0, sizes.inputAt(step, row) + i); ++i)
        ;
    for (std::int64_t g = 0; g < sizes.gates; ++g)
        addRow(g, unit);
    for (auto t = step; (t += reversed ? 1 : -1) >= 0 && t < sizes.steps && out.size() < context.limit;)
        for (std::int64_t i = 0; i < sizes.inputs && add(0, sizes.inputAt(t, row) + i); ++i)
            ;
    for (const std::size_t input : {5, 6})
        if (context.has(input))
            for (std::int64_t i = 0; i < sizes.units && add(input, sizes.stateAt(direction, row) + i); ++i)
                ;
    if (context.has(7))
        for (std::int64_t i = 0; i < 3 * sizes.units && add(7, direction * 3 * sizes.units + i); ++i)
            ;
    for (std::int64_t u = 0; u < sizes.units && out.size() < context.limit; ++u)
        for (std::int64_t g = 0; g < sizes.gates && u != unit; ++g)
            addRow(g, u);
    return out;
}

} // namespace plumbline::recurrent
