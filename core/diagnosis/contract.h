#pragma once
// What a model asks of an input's shape, and what its framework does by itself where the shape is another.

#include "core/engine/batches.h"
#include "core/graph/graph.h"
#include "core/profile/profile.h"

namespace plumbline {

/// The same rank, and every fixed extent the same.
bool fits(const Dims& declared, const Shape& actual);

/// The declared shape, its open extents filled from training's rows where those fit. How many rows there are is no
/// matter of axes: the batch is open.
Dims expectedShape(const ValueType& declared, const InputProfile* training);

/// The shape in which the framework takes an array: as it is, or, in Keras, with a last axis of 1 dropped or
/// appended. Nothing where it raises. Several batches of a fixed size count as taken.
std::optional<Shape> acceptedShape(const Model& model, const RowRule& rule, Dims declared, const Shape& actual);

/// The axis of features in an input's declared shape: the last; with the channels first, and of 3 axes or more, axis 1.
std::size_t featureAxisOf(const Graph& graph, LayerId row, std::size_t rank);

/// The rows that a prediction of these inputs has: axis 0 of the first that has one, 1 without inputs.
std::int64_t batchOf(const std::vector<Tensor>& inputs);

} // namespace plumbline
