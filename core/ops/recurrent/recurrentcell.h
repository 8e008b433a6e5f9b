#pragma once
// What the three recurrent ops share. With g gates (RNN 1, GRU 3: z r h, LSTM 4: i o f c), h units and d directions:
//   X (steps, batch, in); W (d, g*h, in); R (d, g*h, h); B (d, 2*g*h): W's biases, then R's; sequence_lens (batch);
//   initial_h (d, batch, h); LSTM also initial_c and peepholes P (d, 3*h).
//   Y (steps, d, batch, h); Y_h (d, batch, h); LSTM also Y_c.
// layout = 1 puts the batch first: X (batch, steps, in), Y (batch, steps, d, h), states (batch, d, h).
// Formulas: ONNX operators LSTM, GRU, RNN, opset 14.
//
// One input more than ONNX has, the ninth: a mask (steps, batch), bool. Where it is false a step is passed over,
// wherever it stands in the sequence: the state stays, and Y holds what the step before gave (at first zeros). With the
// attribute masked_output = "zero" it holds zeros, with "state" the state (at first initial_h). Those are the rules of
// Keras's releases (keras.backend.rnn).

#include "core/ops/elementwise/functions.h"
#include "core/ops/op.h"

namespace plumbline::recurrent {

/// An activation of a gate with its two numbers.
struct Activation {
    double (*apply)(double x, double alpha, double beta) = nullptr;
    double alpha = 0, beta = 0;
    std::string_view name;                                 ///< ONNX's
    void (*applyToAll)(std::span<double> units) = nullptr; ///< in place of `apply`, where units depend on each other
    void operator()(std::span<double> units) const;
};

struct Kind {
    std::string_view op;
    std::int64_t gates;
    std::vector<std::string> activations; ///< the defaults of one direction
    bool cellState;                       ///< LSTM: inputs initial_c and P, output Y_c
};
const Kind& lstm();
const Kind& gru();
const Kind& rnn();

/// Attributes and concrete sizes.
struct Sizes {
    std::int64_t directions = 1, units = 0, steps = 0, batch = 0, inputs = 0, gates = 1;
    bool batchFirst = false;

    std::int64_t inputAt(std::int64_t step, std::int64_t row) const { ///< the first feature of a step
        return (batchFirst ? row * steps + step : step * batch + row) * inputs;
    }
    std::int64_t outputAt(std::int64_t step, std::int64_t direction, std::int64_t row) const {
        return (batchFirst ? (row * steps + step) * directions + direction
                           : (step * directions + direction) * batch + row) *
               units;
    }
    std::int64_t stateAt(std::int64_t direction, std::int64_t row) const {
        return (batchFirst ? row * directions + direction : direction * batch + row) * units;
    }
};
/// The ninth input.
constexpr std::size_t maskInput = 8;

Sizes sizesOf(const Kind& kind, const Attributes& attributes, const Shape& x, const Shape& r);
/// Whether a direction runs from the last step to the first.
bool isReversed(const Attributes& attributes, std::int64_t direction);

/// The activations of one direction, in the op's order. An error names one that is not known.
Result<std::vector<Activation>> activationsOf(const Kind& kind, const Attributes& attributes, std::int64_t direction);

Result<std::vector<ValueType>> shapeOf(const Kind& kind, const ShapeContext& context);

/// One step of one row: `x` holds W x + (its bias) of all gates, `state` h and (LSTM) c, which the step replaces.
struct Step {
    std::span<const double> x;             ///< gates * units
    std::span<double> hidden, cell;        ///< units each
    std::span<const double> recurrence;    ///< R of this direction, gates * units rows of `units`
    std::span<const double> recurrentBias; ///< gates * units
    std::span<const double> peepholes;     ///< 3 * units, or empty
    const std::vector<Activation>& activations;
    const Attributes& attributes;
    std::vector<double>& scratch;
};
using StepFunction = void (*)(const Step&);

/// Runs all directions, rows and steps.
Result<std::vector<Tensor>> run(const Kind& kind, const KernelContext& context, StepFunction step);

std::vector<ElementOrigin> origins(const Kind& kind, const DependencyContext& context);

/// sum over units of R[row, :] * hidden.
double dot(std::span<const double> recurrence, std::int64_t row, std::span<const double> hidden);
/// x held within the attribute `clip`, where there is one.
double clipped(const Attributes& attributes, double x);

} // namespace plumbline::recurrent
