#pragma once
// Whether an input that a fix has changed is one that training could have given.

#include "core/diagnosis/judge.h"

namespace plumbline {

/// Clean rows drawn from the training reference, judged as a prediction of the same size would be, without a run: what
/// is proposed for them is proposed for nothing.
class CleanRows {
public:
    CleanRows(Setup& setup, std::int64_t rows) : m_setup(setup), m_rows(rows) {}

    /// True where a rule finds the same in one of the drawn batches and mends it in the same way.
    Result<bool> wouldBeFixed(const Finding& finding, const Fix& fix);

private:
    Result<void> draw();

    Setup& m_setup;
    std::int64_t m_rows = 0;
    bool m_drawn = false;
    std::vector<Judged> m_batches;
};

/// Shape and values of the input that `fix` changed, as `after` has it, are training's. Without a reference, and of an
/// input that is compared with nothing, only the shape is asked about.
bool isSound(const Finding& finding, const Fix& fix, const Judged& before, const Judged& after);

} // namespace plumbline
