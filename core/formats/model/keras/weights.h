#pragma once
// Stored variables to the instances that own them. Both readers fill LayerWeight::stored, and say in notes what did not
// fit.

#include "core/formats/bytes/hdf5.h"
#include "core/formats/model/keras/instance.h"

#include <set>

namespace plumbline::keras {

using Notes = std::vector<Error>;

/// The tree of `model.weights.h5` (Keras 3, and 2.12 to 2.15): by container paths, attributes and class counters. With
/// shards, each layer's variables are looked for in all of `files`.
Result<void> assignByPath(ModelInstance& model, const std::vector<Hdf5Group>& files, const Writer& writer,
                          Notes& notes);
/// The layers that have the class, name and settings of an earlier one: maybe one object, stored with the first.
std::set<const LayerInstance*> repeatedLayers(ModelInstance& model);
/// Archives store a layer that several models share once, at its first visit. Where a layer has no values, those of the
/// one layer of the same class, name and settings are its own, and a note says so.
void shareWeights(ModelInstance& model, Notes& notes);
/// The flat lists of legacy HDF5: attributes layer_names and weight_names on `group`.
Result<void> assignByName(ModelInstance& model, const Hdf5Group& group, const Writer& writer, Notes& notes);

/// "dense_1/kernel_2:0" to "kernel": what a stored name says of the variable.
std::string shortName(const std::string& stored);
/// "Conv2DTranspose" to "conv2d_transpose", as keras.src.utils.naming.to_snake_case does.
std::string snakeCase(const std::string& className);
/// The name of a layer's group in archives, without the counter of its class: "conv2d_transpose".
std::string groupStem(const LayerConfig& layer);
/// "dense_3" is the third `dense` after the first; "dense_transpose" is none.
bool isOfStem(const std::string& name, const std::string& stem);
/// Sets a variable from the file. Unknown classes get their variables by this, too.
void store(LayerWeight& weight, Tensor tensor);

} // namespace plumbline::keras
