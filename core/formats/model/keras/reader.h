#pragma once
// From a Keras file (or two) to a Model: the architecture from an archive, an HDF5 attribute or JSON; the weights from
// beside it or from the file that --weights names.

#include "core/formats/model/kind.h"
#include "core/formats/model/model.h"

namespace plumbline::keras {

/// `rank`: axes of the data, for an input whose shape the file leaves open; 0: not known.
Result<Model> readModel(const ModelRequest& request, ModelFileKind kind, std::size_t rank);

} // namespace plumbline::keras
