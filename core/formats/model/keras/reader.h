#pragma once
// From a Keras file (or two) to a Model: the architecture from an archive, an HDF5 attribute or JSON; the weights from
// beside it or from the file that --weights names.

#include "core/formats/model/kind.h"
#include "core/formats/model/model.h"

namespace plumbline::keras {

Result<Model> readModel(const ModelRequest& request, ModelFileKind kind);

} // namespace plumbline::keras
