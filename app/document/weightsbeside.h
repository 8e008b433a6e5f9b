#pragma once
// An architecture saved as JSON has its weights in a file of their own.

#include <QString>

namespace plumbline {

/// The file beside `architecture` (a .json) whose name says that it holds its weights: generator.json goes with
/// generator.weights.h5, generator_weights.hdf5, generator.h5, …; else the only file in the folder that calls itself
/// weights. Empty where there is none, or no telling which.
QString weightsBeside(const QString& architecture);

} // namespace plumbline
