#pragma once
// What the card of a layer says.

#include "widgets/views/network/networkscene.h"

namespace plumbline {

/// The layer's own name: inside an opened nested model without that model's.
QString cardTitle(const NetworkScene& scene, const NetworkCard& card);
/// Its type, and what is folded in it.
QString cardSubtitle(const NetworkScene& scene, const NetworkCard& card);
QString cardActivation(const NetworkScene& scene, const NetworkCard& card); ///< empty where linear
/// "(8, 16, 16, 1) f32", or what the model alone says of it.
QString cardShape(const NetworkScene& scene, const NetworkCard& card);
/// The width in which nothing on it is shortened.
double neededWidth(const NetworkCard& card, const NetworkScene& scene);
/// Fills NetworkCard::lines: "expected (None, 10) f32" over "got (60, 9) f64", only where the two differ, or the run
/// ended there or before.
void describeCard(NetworkCard& card, const NetworkScene& scene);
/// Where the callout stands above its card, without its tail; it grows upwards, for in a large network the next column
/// begins where a longer one would still go on.
QRectF calloutBox(const NetworkScene& scene);
inline constexpr double calloutTail = 7;
/// The prediction's source of an input; null where there is none.
const SourceSummary* predictionOf(const Diagnosis& diagnosis, const std::string& input);

namespace cardmetrics {
inline constexpr double padding = 16, rightPadding = 10, titleGap = 8;
}

} // namespace plumbline
