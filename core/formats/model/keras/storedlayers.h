#pragma once
// What a legacy HDF5 group holds, layer by layer, whole or as far as its save came.

#include "core/formats/model/keras/weights.h"

namespace plumbline::keras {

struct StoredLayer {
    std::string name;
    std::vector<std::string> names; ///< as weight_names has them
    std::vector<Tensor> tensors;
    std::string twice; ///< the name that two of its weights have: the save broke off at the second
    bool taken = false;
};

struct StoredWeights {
    std::vector<StoredLayer> layers;
    std::vector<std::string> unwritten; ///< layers that are listed and have no group
};

/// Keras lists a layer's weights before it writes them, and the layers one after another. Where it gives two of them
/// one name (parts of one layer, before 3.3), HDF5 refuses the second and the save ends there.
Result<StoredWeights> readStored(const Hdf5Group& group);
/// What is so of a save that broke off, for people.
void noteBrokenSave(const StoredWeights& stored, const std::string& file, Notes& notes);

} // namespace plumbline::keras
