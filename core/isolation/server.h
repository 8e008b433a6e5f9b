#pragma once
// The worker's side: reads requests, runs them in two lanes, answers.
//
// What decodes files or runs models goes through the working lane, one after another (HDF5 is not thread-safe, and
// OpenMP wants the machine for itself); questions for elements of the last check have a lane of their own and are
// answered in between. A request is cancelled by its id. When the owner's end of the channel closes, the process ends
// at once.

#include "core/isolation/channel.h"
#include "core/isolation/requests.h"

#include <condition_variable>
#include <deque>
#include <thread>

namespace plumbline {

class Server {
public:
    explicit Server(Channel& channel);
    ~Server();

    /// Until the owner is gone.
    void run();

private:
    struct Request {
        std::uint64_t id = 0;
        std::string name;
        nlohmann::json body;
        std::stop_source stop;
    };
    struct Lane {
        std::deque<std::shared_ptr<Request>> waiting;
        std::shared_ptr<Request> running;
        std::jthread thread;
    };

    void work(Lane& lane, std::stop_token stop);
    void answer(Request& request);

    Channel& m_channel;
    RequestHandlers m_handlers;
    std::mutex m_mutex; ///< of both lanes' queues
    std::condition_variable_any m_changed;
    Lane m_working, m_asking;
};

} // namespace plumbline
