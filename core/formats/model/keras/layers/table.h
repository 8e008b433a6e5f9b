#pragma once
// Every layer class that can be lowered: one row here (table.cpp), one function in a file of its own. To add a layer,
// write the file and the row.

#include "core/formats/model/keras/config.h"
#include "core/formats/model/keras/lowering.h"
#include "core/formats/model/keras/settings.h"

namespace plumbline::keras {

struct WeightSpec {
    const char* name; ///< Keras's short name
    bool trainable = true;
};
using WeightSpecs = std::vector<WeightSpec>;
using Children = std::vector<std::pair<std::string, LayerConfig>>; ///< by the attribute that weight paths name

struct LayerKind {
    std::string_view className;
    LowerFunction lower;
    /// The variables that it stores, in Keras's order. Null: none.
    WeightSpecs (*weights)(const Settings& settings, const Writer& writer) = nullptr;
    /// The layers it wraps. Null: none.
    Result<Children> (*children)(const LayerConfig& layer, const Writer& writer, const std::string& file) = nullptr;
    /// The attribute whose group holds the variables in archives of Keras 3 ("cell"). Empty: the layer's own.
    std::string_view variablesIn = {};
};

/// The row of a layer; null for a class that is not there, and for a custom class of the same name.
const LayerKind* findLayer(const LayerConfig& layer);
/// Whether Keras itself has a layer class of this name (that is then not supported rather than custom).
bool isBuiltIn(const LayerConfig& layer);

} // namespace plumbline::keras
