#pragma once
// Fixes: steps on the prediction's inputs. Applying one gives new tensors; undoing is leaving it out.

#include "core/diagnosis/finding.h"
#include "core/tensor/tensor.h"

namespace plumbline {

/// Applies `fix` to the input at the position its argument "input" names. An error where it does not fit.
Result<std::vector<Tensor>> applyFix(const Fix& fix, std::vector<Tensor> inputs,
                                     const std::vector<std::string>& inputNames);

/// All fixes of a diagnosis as one NumPy program, each a line with its finding's code as a comment.
std::string numpyCode(const std::vector<Finding>& findings);

} // namespace plumbline
