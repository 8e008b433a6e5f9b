#pragma once
// What a worker has told of a check so far: passed on to the caller, and kept so that a death loses none of it.

#include "core/isolation/worker.h"

namespace plumbline {

class RunDigest {
public:
    explicit RunDigest(const WorkerEvents& events) : m_events(events) {}

    /// One event of the wire. An error where it is not as the worker writes it.
    Result<void> take(const nlohmann::json& event);

    /// Adds phase and layer to a death.
    void place(Death& death) const;
    /// All that was known, with the finding of the death. Where it died of a fault of its own while it decoded a file
    /// of `request`, that file cannot be read: an error that names it, and no finding.
    Diagnosis diagnosisOf(const Death& death, const CheckRequest& request) const;

private:
    WorkerEvents m_events;
    Diagnosis m_known;
    std::string m_phase = "starting";
    int m_layer = -1; ///< begun last
};

} // namespace plumbline
