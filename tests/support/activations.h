#pragma once
// A model run past a recorder, and every layer's output held against what its framework computed.

#include "core/engine/trace.h"
#include "core/formats/data/source.h"
#include "core/formats/model/model.h"

#include <QStringList>

#include <cmath>
#include <map>

namespace plumbline::test {

using Arrays = std::map<std::string, Tensor>;

/// All members of an .npz by name.
inline Result<Arrays> readArrays(const std::string& path) {
    PLUMBLINE_TRY(const auto entries, listSource(path));
    Arrays out;
    for (const auto& entry : entries) {
        SourceSpec spec;
        spec.text = spec.path = path;
        spec.part = entry.part;
        PLUMBLINE_TRY(const auto source, openSource(spec));
        PLUMBLINE_TRY(out[entry.part], source->all());
    }
    return out;
}

/// The largest difference in multiples of the reference's largest magnitude; infinite where shapes or bad numbers
/// differ.
inline double difference(const Tensor& actual, const Tensor& expected) {
    if (actual.shape() != expected.shape())
        return INFINITY;
    double largest = 0, magnitude = 0;
    for (std::int64_t i = 0; i < expected.elements(); ++i) {
        const auto a = actual.flat(i), e = expected.flat(i);
        if (std::isfinite(a) != std::isfinite(e))
            return INFINITY;
        if (std::isfinite(e)) {
            largest = std::max(largest, std::fabs(a - e));
            magnitude = std::max(magnitude, std::fabs(e));
        }
    }
    return magnitude > 0 ? largest / magnitude : largest;
}

/// What a layer's row must say where its model has a policy of its own.
struct WantedType {
    DType dtype = DType::float32;
    double tolerance = 0;
};

/// Every array of `expected` against the layer of its name. One sentence a layer that is missing or off.
inline Result<QStringList> compareLayers(const std::shared_ptr<const Model>& model, const Arrays& inputs,
                                         const Arrays& expected, double tolerance, Backend backend,
                                         double* worst = nullptr, const std::map<std::string, WantedType>& types = {}) {
    std::vector<Tensor> values;
    for (const auto input : model->graph.inputs()) {
        const auto it = inputs.find(model->graph.value(input).name);
        if (it == inputs.end())
            return QStringList{"no input array for " + QString::fromStdString(model->graph.value(input).name)};
        values.push_back(it->second);
    }
    RunConfiguration configuration;
    configuration.backend = backend;
    configuration.threads = 1;
    Executor executor(model, configuration);
    TraceRecorder recorder(*model, {.histograms = false});
    PLUMBLINE_TRY(const auto trace, traceRun(executor, values, recorder));
    QStringList wrong;
    if (trace->failure)
        wrong << QString::fromStdString(trace->failure->error.text());
    for (const auto& [name, array] : expected) {
        auto layerName = name;
        std::size_t index = 0;
        if (const auto colon = name.rfind(':'); colon != std::string::npos) {
            index = std::stoul(name.substr(colon + 1));
            layerName = name.substr(0, colon);
        }
        const auto layer = model->graph.findLayer(layerName);
        const auto* record = layer ? trace->output(*model, *layer, index) : nullptr;
        if (!record || record->elements.isNull()) {
            wrong << QString("%1: %2").arg(name.c_str(), layer ? "was not reached" : "is no layer of the model");
            continue;
        }
        const auto off = difference(record->elements, array);
        if (worst)
            *worst = std::max(*worst, off);
        const auto type = types.find(name);
        if (type != types.end() && record->dtype != type->second.dtype)
            wrong << QString("%1: is %2, expected %3")
                         .arg(name.c_str(), std::string(plumbline::name(record->dtype)).c_str(),
                              std::string(plumbline::name(type->second.dtype)).c_str());
        if (!(off <= (type == types.end() ? tolerance : std::max(tolerance, type->second.tolerance))))
            wrong << QString("%1: off by %2 (shape %3, expected %4)")
                         .arg(QString::fromStdString(name))
                         .arg(off)
                         .arg(record->shape.text().c_str(), array.shape().text().c_str());
    }
    return wrong;
}

} // namespace plumbline::test
