#pragma once
// Where weights lie: in a legacy HDF5 group, or in the container tree of Keras 3, in one file or in shards.

#include "core/formats/bytes/zip.h"
#include "core/formats/model/keras/weights.h"

namespace plumbline::keras {

struct WeightsFile {
    enum class Form { none, byName, byPath } form = Form::none;
    std::vector<Hdf5Group> groups; ///< byName: one; byPath: one a shard. They keep their files open
};
inline bool isEmpty(const WeightsFile& weights) { return weights.form == WeightsFile::Form::none; }

/// The file of --weights: HDF5 of either form, a sharded .weights.json, or the archive of a whole model.
Result<WeightsFile> openWeights(const std::string& path);
Result<WeightsFile> weightsOfArchive(const ZipArchive& archive);
WeightsFile weightsOfHdf5(const Hdf5File& file); ///< none where it holds neither form

Result<void> assignWeights(ModelInstance& model, const WeightsFile& weights, const Writer& writer, Notes& notes);
/// Names of the layers that have weights in the file, and all variables with their shapes, for errors.
std::vector<std::string> layerNames(const WeightsFile& weights);
std::vector<std::pair<std::string, Shape>> listVariables(const WeightsFile& weights);

} // namespace plumbline::keras
