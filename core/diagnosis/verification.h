#pragma once
// A fix is a hypothesis: it is applied to a copy and everything is judged again. It is verified where
//
//   - its finding is gone, and nothing worse than a note is new;
//   - the input's shape is one that training had, or, on axes that the model leaves open, one that inference proves;
//   - the values stand within training, clearly better than before; what is still off is a finding of its own;
//   - it would not be proposed for clean rows drawn from the reference.
//
// Where several different fixes pass, the simplest stands (rules give theirs in that order) and counts the others. What
// else is gone with it is what the finding explains.

#include "core/diagnosis/judge.h"

namespace plumbline {

struct Verified {
    std::vector<Finding> findings; ///< fixes and explains filled in, not ranked yet
    bool runs = false;             ///< the prediction reaches the end, as it is or with the fixes found
};

/// `first` is the run as given, `extra` the findings that no run can change (unreadable sources, surplus inputs).
Result<Verified> verify(Setup& setup, const Judged& first, const std::vector<Tensor>& inputs, const Candidates& extra);

} // namespace plumbline
