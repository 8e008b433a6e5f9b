#include "core/diagnosis/layertimes.h"

namespace plumbline {

void bookTimes(Diagnosis& diagnosis, const Graph& graph, const RunTimes& times) {
    auto rows = times.layers;
    for (auto i = rows.size(); i-- > 0;) // a row stands before those within it
        if (const auto parent = graph.layer(LayerId(i)).parent; parent.isValid())
            rows[parent.index] += rows[i];
    for (std::size_t i = 0; i < rows.size() && i < diagnosis.layers.size(); ++i)
        diagnosis.layers[i].microseconds = microseconds(rows[i]);
    diagnosis.microseconds = microseconds(times.computing());
    diagnosis.statisticsMicroseconds = microseconds(times.watching);
    diagnosis.preparationMicroseconds = microseconds(times.rest);
}

} // namespace plumbline
