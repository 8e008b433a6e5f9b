#pragma once
// Which steps of a sequence count. An Embedding with mask_zero and a Masking give what they make a mask, bool of shape
// (batch, steps), and layers hand it on to what they make of it, as Keras does at run time (Layer.compute_mask). A
// mask's ops are added when a layer first asks for it: most are never read.

#include "core/formats/model/keras/lowering.h"

namespace plumbline::keras {

class Masks {
public:
    Masks(Graph& graph, const Writer& writer) : m_graph(graph), m_writer(writer) {}

    bool has(ValueId value) const { return m_masks.contains(value); }
    ValueId of(ValueId value); ///< invalid where it has none
    /// The same steps, of another value.
    void copy(ValueId from, ValueId to);
    /// What a layer's outputs are masked by. `given`: the mask it was called with, or none.
    void pass(LayerInstance& layer, LayerId row, const Values& inputs, ValueId given, const Values& outputs);

private:
    using Make = std::function<ValueId()>;
    struct Mask {
        Make make;
        ValueId made;
    };

    void set(ValueId value, Make make) { m_masks.insert_or_assign(value, Mask{std::move(make), {}}); }
    Make joined(LayerInstance& layer, LayerId row, const Values& inputs);
    Make concatenated(LayerInstance& layer, LayerId row, const Values& inputs, ValueId output);
    Lowering lowering(LayerInstance& layer, LayerId row) const {
        return Lowering(m_graph, row, layer, m_writer, {}, nlohmann::json(), nlohmann::json(), {});
    }

    Graph& m_graph;
    const Writer& m_writer;
    std::map<ValueId, Mask> m_masks;
};

/// Whether a layer of this class computes otherwise where it is given a mask.
bool readsMask(const std::string& className);
/// A wrapped layer or model in which some layer does.
/// Whether a layer's result depends on the mask of each of its inputs: some merges do, from Keras 3.4 on.
bool readsEachMask(const std::string& name, const Writer& writer);
bool readsMask(const LayerInstance& layer);

/// True where any feature of a step differs from `value`: (…, steps, features) to (…, steps), or to (…, steps, 1).
ValueId differsAnywhere(Lowering& l, ValueId steps, double value, bool keepsAxis);
/// True where any of the last axis is.
ValueId anyOf(Lowering& l, ValueId flags, std::int64_t axis, bool keepsAxis);

} // namespace plumbline::keras
