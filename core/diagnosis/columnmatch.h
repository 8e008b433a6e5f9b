#pragma once
// Which columns of a prediction are which of training's, where one side has more: the order is kept, columns are left
// out.
//
// Every column of the prediction is held against those of training that it may be. The likelihood of its values is that
// of counts in bins drawn from training's own counts (Dirichlet-multinomial): it knows how little a few rows tell, so
// that columns of one law come out alike and no one is named. All assignments are weighed by dynamic programming.

#include "core/profile/profile.h"

#include <optional>
#include <vector>

namespace plumbline {

struct ColumnMatch {
    bool isMissing = true;             ///< training's columns that the prediction lacks; else the prediction's surplus
    std::vector<std::int64_t> columns; ///< of the likeliest assignment: training's indices, or the prediction's
    std::vector<std::int64_t> next;    ///< of the second likeliest
    double certainty = 0;              ///< probability of `columns` among all assignments
    double ratio = 1;                  ///< how many times likelier it is than `next`
    struct Pair {
        std::int64_t training = -1, here = -1; ///< -1: no partner
        double distance = 0; ///< Kolmogorov-Smirnov distance in multiples of its critical value at 1 %
    };
    std::vector<Pair> pairs;
    bool neighboursDiffer = false; ///< each of `columns` has another law than the columns it would be taken for
    bool isCertain() const;        ///< the ratio is large enough to name columns, and the matched ones do match
};

inline constexpr double certainRatio = 20;

/// Nothing where the counts agree, differ by more than 8, or there are more than 512 columns. The last axis holds the
/// columns.
std::optional<ColumnMatch> matchColumns(const Tensor& prediction, const InputProfile& training);

/// Whether rows with training's number of columns have its columns in its order; nothing where the data cannot tell.
std::optional<bool> columnsAgree(const Tensor& rows, const InputProfile& training);

/// The median of training's column, from its sample.
double medianOf(const InputProfile& training, std::int64_t column);

} // namespace plumbline
