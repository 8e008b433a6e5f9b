#pragma once
// What people do to single columns: another unit, another origin, a scaler that was left out. Each is tried on a column
// that is off, and held against training's.

#include "core/profile/profile.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace plumbline {

struct ColumnMap {
    enum class Kind { factor, shift, standard };
    Kind kind = Kind::factor;
    double scale = 1, offset = 0, distance = INFINITY;

    const char* code() const { return kind == Kind::shift ? "shift" : "scale"; }
    /// As the finding names it.
    std::string name() const { return kind == Kind::shift ? "shift" : kind == Kind::standard ? "z-score" : text(); }
    std::string text() const {
        if (kind == Kind::standard)
            return "z-score";
        if (kind == Kind::shift)
            return (offset < 0 ? "x - " : "x + ") + numberText(std::abs(offset));
        return scale < 1 ? "x / " + numberText(1 / scale) : "x * " + numberText(scale);
    }
};

/// The finite values of one index of the last axis, in order of rows.
std::vector<double> columnOf(const std::vector<double>& values, std::size_t column, std::size_t columns);

enum class ColumnStanding {
    inside,
    narrow, ///< all of it in a tenth of training's spread
    beyond, ///< most of it where training never was, by half its whole range
};
ColumnStanding standingOf(const std::vector<double>& sorted, const Statistics& training);

/// The map that makes `values` agree with training's column by their distributions; none where no map does, or two do
/// nearly alike. A column that is merely narrow may be a part of training: only a usual factor, which makes it as wide
/// as training's, is a reason to think otherwise. `worth`: how many independent values they are (ColumnValues).
std::optional<ColumnMap> explainColumn(const std::vector<double>& values, double worth, const Statistics& training,
                                       ColumnStanding standing);

} // namespace plumbline
