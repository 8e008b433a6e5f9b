#pragma once
// An input without a shape. Keras 2.2 wrote the files of a Sequential without its InputLayer, and so without the only
// place that says the shape. What is left says most of it: a first kernel knows its channels, a first layer its axes,
// and the data the rest.

#include "core/formats/model/keras/instance.h"

#include <functional>

namespace plumbline::keras {

struct Built {
    Model model;
    std::unique_ptr<ModelInstance> instance;
};
/// Reads the model anew with the input given this shape; without one, as the file has it.
using MakeModel = std::function<Result<Built>(const std::optional<Dims>& shape)>;

/// The name of the only input that has no shape; nothing where each has one, or several have none.
std::optional<std::string> inputWithoutShape(const ModelConfig& config);
/// Declares that input; an extent that is not known is open.
void giveShape(ModelConfig& config, const Dims& shape);

/// The model with as many axes as the data have (`rank`; 0: not known), where its layers take that many, else with the
/// fewest that they take, and with the extents that the weights have. A note says so. Errors: keras.input-shape where
/// there are no weights to tell.
Result<Model> modelOfOpenShape(const std::string& input, std::size_t rank, const std::string& file,
                               const MakeModel& make);

} // namespace plumbline::keras
