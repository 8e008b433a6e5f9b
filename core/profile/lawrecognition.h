#pragma once
// Whether data are draws of a law that people feed to generators: normal(0,1), uniform(0,1), uniform(-1,1),
// integers(a,b). Conservative: a law is named only where no test speaks against it and the data are many enough to
// speak at all.

#include "core/profile/profile.h"

namespace plumbline {

/// Continuous laws by the statistic of Kolmogorov and Smirnov at the edges of the histogram's bins, where counts are
/// exact, over all elements and over each column (bounds of Massart, 1990, at 1 in 1000, shared among the columns).
/// Integers by Pearson's chi-square over their values. Not recognised: a table with named columns, fewer than 1,000
/// elements or 100 rows, and columns standardised or scaled to their own extremes, whose moments or extremes are more
/// exact than a draw's.
std::optional<Law> recognizeLaw(const InputProfile& profile);

/// The distribution function of a continuous law.
double cumulative(const Law& law, double x);

} // namespace plumbline
