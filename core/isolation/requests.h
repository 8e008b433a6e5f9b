#pragma once
// What a worker can be asked, by the request's name on the wire. Handlers keep the session of the last check for the
// questions that follow it.

#include "core/diagnosis/check.h"

#include <functional>
#include <mutex>
#include <stop_token>

namespace plumbline {

struct Answer {
    nlohmann::json value;
    Tensor tensor; ///< null unless elements were asked for
};

class RequestHandlers {
public:
    using Send = std::function<void(nlohmann::json event)>;

    /// Runs one request; events go out through `send` meanwhile. Called from both lanes.
    Result<Answer> handle(const std::string& name, const nlohmann::json& body, std::stop_token stop, const Send& send);

private:
    Result<Answer> check(const nlohmann::json& body, const Progress& progress, const Send& send);
    Result<Answer> summary(const nlohmann::json& body, const Progress& progress, const Send& send);
    Result<Answer> list(const nlohmann::json& body);
    Result<Answer> exportArrays(const nlohmann::json& body, const Progress& progress);
    Result<Answer> tensor(const nlohmann::json& body, const Progress& progress);
    Result<std::shared_ptr<const CheckSession>> session();

    std::mutex m_mutex; ///< of m_session
    std::shared_ptr<const CheckSession> m_session;
};

} // namespace plumbline
