#pragma once
// Why a layer cannot be run, as its row says it.

#include "core/formats/model/keras/config.h"
#include "core/graph/graph.h"

namespace plumbline::keras {

/// By the id of the error's message.
LayerProblem::Kind kindOf(const Error& error);
/// An error of a part that does not know its layer's name gets it in front.
Error named(const Layer& row, Error error);
/// Of a class that has no lowering: a Lambda, one that is not supported yet, or a custom one.
Error refusal(const Layer& row, const LayerConfig& layer);

} // namespace plumbline::keras
