#pragma once
// The container tree of `model.weights.h5`, as every writer of it has it:
//
//   layers/conv2d/vars/0                     Keras 3, and 2.14 to 2.15
//   _layer_checkpoint_dependencies/…         2.12 and 2.13
//   layers\conv2d/vars/0                     2.12 to 2.15 on Windows: one group whose name holds the whole path
//
// A WeightPlace is one place of the tree, in every shard at once and whichever way its path is written.

#include "core/formats/bytes/hdf5.h"

#include <memory>
#include <set>

namespace plumbline::keras {

struct StoredVariable {
    std::string name; ///< "0", "1", …; a layer that stores its own variables may name them
    Tensor tensor;
};

class WeightPlace {
public:
    explicit WeightPlace(const std::vector<Hdf5Group>& shards);

    std::optional<WeightPlace> in(const std::string& path) const; ///< "layers", "forward_layer/cell"
    std::vector<std::string> subgroups() const;                   ///< but for `vars`; "10" after "2"
    Result<std::vector<StoredVariable>> variables() const;        ///< of `vars`, in order, across shards
    bool holdsVariables() const;   ///< here or below; the states of random generators are none
    bool isSeed() const;           ///< the state of a random generator: no weight, and no variable of a layer
    std::string layerName() const; ///< the layer's own, where the writer stored it
    std::string path() const;      ///< in the file, for messages

private:
    struct Listing {
        std::vector<Hdf5Child> children;
        std::set<std::string, std::less<>> groups;   ///< names of the children that are groups
        std::set<std::string, std::less<>> prefixes; ///< "layers\\" where one of them is "layers\\conv2d"
    };
    struct Part {
        Hdf5Group group;
        std::string prefix; ///< what the names there begin with, else it is the group itself
        std::shared_ptr<const Listing> listing;
    };
    WeightPlace() = default;
    void add(Hdf5Group group);
    std::optional<WeightPlace> step(const std::string& name) const;
    std::optional<WeightPlace> variableGroups() const; ///< the groups `vars`, which every writer makes as such
    bool holdsVariables(int depth) const;

    std::vector<Part> m_parts;
};

} // namespace plumbline::keras
