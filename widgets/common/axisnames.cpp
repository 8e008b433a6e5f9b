#include "widgets/common/axisnames.h"

#include "widgets/common/wording.h"

namespace plumbline {

namespace {

constexpr std::int64_t smallestImage = 4, largestImage = 1024;

QStringList numbered(std::size_t rank) {
    QStringList names;
    for (std::size_t axis = 0; axis < rank; ++axis)
        names << QStringLiteral("axis %1").arg(axis);
    return names;
}

} // namespace

QStringList axisNames(std::size_t rank, bool channelsLast) {
    switch (rank) {
    case 2: return {"batch", "feature"};
    case 3: return channelsLast ? QStringList{"batch", "step", "channel"} : QStringList{"batch", "channel", "step"};
    case 4: return channelsLast ? QStringList{"batch", "h", "w", "channel"} : QStringList{"batch", "channel", "h", "w"};
    case 5:
        return channelsLast ? QStringList{"batch", "d", "h", "w", "channel"}
                            : QStringList{"batch", "channel", "d", "h", "w"};
    default: break;
    }
    auto names = numbered(rank);
    if (rank > 1)
        names[0] = "batch";
    return names;
}

QStringList weightAxisNames(const LayerSummary& layer, const LayerWeightSummary& weight) {
    const auto type = toQString(layer.type), name = toQString(weight.name);
    const auto rank = weight.shape.rank();
    // Keras keeps a kernel's space first and its output channels last; a transposed one swaps the two channels.
    if (name.contains("kernel") && rank >= 3 && rank <= 5 && type.contains("Conv")) {
        QStringList names{"d", "h", "w"};
        names = rank == 3 ? QStringList{"step"} : names.mid(static_cast<qsizetype>(5 - rank));
        if (name.contains("depthwise") || type.startsWith("Depthwise"))
            return names << "in"
                         << "multiplier";
        return type.contains("Transpose") ? names << "out"
                                                  << "in"
                                          : names << "in"
                                                  << "out";
    }
    if (name.contains("recurrent_kernel") && rank == 2)
        return {"unit", "gate unit"};
    if (name.contains("kernel") && rank == 2)
        return {"in", "out"};
    if (name.contains("embeddings") && rank == 2)
        return {"index", "feature"};
    if (rank == 1)
        return {name.contains("bias") ? "out" : "channel"};
    return numbered(rank);
}

std::vector<std::size_t> shownAxes(const QStringList& names) {
    const auto rank = static_cast<std::size_t>(names.size());
    const auto h = names.indexOf("h"), w = names.indexOf("w");
    if (h >= 0 && w >= 0)
        return {static_cast<std::size_t>(h), static_cast<std::size_t>(w)};
    if (rank >= 2)
        return {rank - 2, rank - 1};
    return rank == 1 ? std::vector<std::size_t>{0} : std::vector<std::size_t>{};
}

bool isImageBatch(const Shape& shape, bool channelsLast) {
    if (shape.rank() != 4 || shape[0] == 0)
        return false;
    const auto channels = channelsLast ? shape[3] : shape[1];
    const auto height = channelsLast ? shape[1] : shape[2], width = channelsLast ? shape[2] : shape[3];
    return (channels == 1 || channels == 3 || channels == 4) && height >= smallestImage && width >= smallestImage &&
           height <= largestImage && width <= largestImage;
}

} // namespace plumbline
