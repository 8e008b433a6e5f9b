#pragma once
// Runs one set of inputs and lets all rules look at it. Verification calls it again with fixed inputs.

#include "core/diagnosis/check.h"
#include "core/diagnosis/envelopes.h"
#include "core/diagnosis/inputs.h"
#include "core/diagnosis/rule.h"

namespace plumbline {

/// What stays the same between the tries of one check.
struct Setup {
    std::shared_ptr<const Model> model;
    Executor* executor = nullptr;
    const Profile* profile = nullptr; ///< null without a training reference
    const std::vector<GivenInput>* given = nullptr;
    std::uint64_t seed = 0;
    Progress progress;
    Envelopes* envelopes = nullptr;
    std::optional<Candidates> ofModel; ///< what the model alone gives, found once

    std::vector<std::optional<CodeForm>> forms; ///< by input, found once
    std::optional<std::uint64_t> memoryAllowed; ///< before the first run: a later one takes the same room again

    std::vector<std::string> inputNames() const;
};

struct Judged {
    Context context;
    Candidates candidates;
};

/// `events` only for the run that is shown; `prepared` is called before it, when all is known of the inputs. Errors:
/// cancellation.
Result<Judged> judge(Setup& setup, std::vector<Tensor> inputs, const CheckEvents* events = nullptr,
                     const std::function<void(const Context&)>& prepared = {});

/// The same of the arrays alone: nothing is run, and what only a run shows is not found.
Result<Judged> judgeArrays(Setup& setup, std::vector<Tensor> inputs);

/// Bytes that a run of `ops` operations may take: of the limit asked for what is left, else what the machine has free.
std::uint64_t memoryAllowed(const RunConfiguration& configuration, std::size_t ops);

} // namespace plumbline
