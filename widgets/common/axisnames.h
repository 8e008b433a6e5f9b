#pragma once
// What the axes of a layer's output and of its weights are called.

#include "core/diagnosis/diagnosis.h"

#include <QStringList>

namespace plumbline {

QStringList axisNames(std::size_t rank, bool channelsLast);
/// Of a Keras layer's weights by its type and the weight's name; "axis 0" … where nothing is known.
QStringList weightAxisNames(const LayerSummary& layer, const LayerWeightSummary& weight);
/// Two axes a heatmap shows first: height and width where there are some, else the last two.
std::vector<std::size_t> shownAxes(const QStringList& names);
/// A batch of pictures: four axes with 1, 3 or 4 channels, of a size worth showing.
bool isImageBatch(const Shape& shape, bool channelsLast);

} // namespace plumbline
