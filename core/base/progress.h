#pragma once
// What long work tells its caller, and how the caller ends it.

#include "core/base/result.h"

#include <functional>
#include <stop_token>
#include <string>

namespace plumbline {

struct ProgressReport {
    std::string activity; ///< what is being done, in the user's words: "profiling train.npy"
    double fraction = -1; ///< 0..1, or negative where the length is not known
};

/// Handed down through long work. Copies share one stop state. Thread-safe as far as the callback is.
class Progress {
public:
    Progress() = default;
    explicit Progress(std::stop_token stop, std::function<void(const ProgressReport&)> callback = {})
        : m_stop(std::move(stop)), m_callback(std::move(callback)) {}

    bool isCancelled() const { return m_stop.stop_requested(); }
    const std::stop_token& stopToken() const { return m_stop; }
    void report(std::string activity, double fraction = -1) const {
        if (m_callback)
            m_callback({std::move(activity), fraction});
    }
    /// The error to return where isCancelled().
    static std::unexpected<Error> cancelled() { return failure(ErrorCode::cancelled, "cancelled", "Cancelled."); }

private:
    std::stop_token m_stop;
    std::function<void(const ProgressReport&)> m_callback;
};

} // namespace plumbline
