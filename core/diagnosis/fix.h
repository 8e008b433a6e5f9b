#pragma once
// Fixes: steps on the prediction's inputs. Applying one gives new tensors; undoing is leaving it out.

#include "core/diagnosis/finding.h"
#include "core/tensor/tensor.h"

namespace plumbline {

/// Applies `fix` to the input at the position its argument "input" names. An error where it does not fit.
Result<std::vector<Tensor>> applyFix(const Fix& fix, std::vector<Tensor> inputs,
                                     const std::vector<std::string>& inputNames);

/// The findings whose fixes together mend the prediction, in their order: what the fix of a cause mends as well is left
/// out, or it would be mended twice.
std::vector<const Finding*> toBeFixed(const std::vector<Finding>& findings);

/// What was seen of a verified fix, in words; empty for one that is not.
std::string verifiedText(const Fix& fix);

/// All fixes of a diagnosis as one NumPy program, each a line with its finding's code as a comment.
std::string numpyCode(const std::vector<Finding>& findings);

} // namespace plumbline
