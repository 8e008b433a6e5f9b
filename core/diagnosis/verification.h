#pragma once
// A fix is a hypothesis: it is applied to a copy, everything is judged again, and it counts only where its finding is
// gone and nothing is worse. What else is gone with it is what the finding explains.

#include "core/diagnosis/judge.h"

namespace plumbline {

struct Verified {
    std::vector<Finding> findings; ///< fixes and explains filled in, not ranked yet
    bool runs = false;             ///< the prediction reaches the end, as it is or with the fixes found
};

/// `first` is the run as given, `extra` the findings that no run can change (unreadable sources, surplus inputs).
Result<Verified> verify(Setup& setup, const Judged& first, const std::vector<Tensor>& inputs, const Candidates& extra);

} // namespace plumbline
