#pragma once
// The owner's end of a worker: one process at a time, requests of several threads, their answers sorted by request id.
//
// A thread of its own starts the process, reads all messages and waits for its end. Callers wait on the condition
// `m_changed` for their own mailbox. All members are guarded by m_mutex unless they say otherwise.

#include "core/isolation/process.h"
#include "core/isolation/worker.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <thread>

namespace plumbline {

class Connection {
public:
    enum class NeedsSession { no, yes }; ///< yes: answers from the last check; a fresh process has none
    struct Call {
        RequestTag tag;
        std::string name;
        nlohmann::json body;
        NeedsSession session = NeedsSession::no;
    };
    /// What came of a call: the answer, or the death of the process. Errors that the worker answered, cancellation and
    /// failures to start are Result errors.
    struct Outcome {
        nlohmann::json value;
        FileDescriptor descriptor;
        std::optional<Death> death;
    };
    /// An event that cannot be decoded is an error, and ends the worker: it does not keep to the protocol.
    using EventHandler = std::function<Result<void>(const nlohmann::json&)>;

    explicit Connection(WorkerLimits limits) : m_limits(limits) {}
    ~Connection();

    void start();
    Result<Outcome> call(const Call& call, const EventHandler& onEvent, std::stop_token stop);
    int processId() const;
    std::optional<Death> lastDeath() const;
    void setLastDeath(const Death& death);

private:
    struct Mailbox {
        RequestTag tag;
        std::deque<Channel::Received> messages;
        bool superseded = false;
        bool abandoned = false; ///< its caller has gone; it stays until the worker acknowledges
    };
    /// One process and the thread that reads it.
    struct Process {
        std::string program;
        pid_t pid = -1;
        std::unique_ptr<Channel> channel;
        std::map<std::uint64_t, Mailbox> mailboxes; ///< of requests not yet answered, by id
        bool started = false;
        bool ended = false;
        bool brokeProtocol = false;
        bool deathTold = false; ///< a caller got it as its Outcome
        int waitStatus = 0;
        std::optional<Error> startError;
        std::jthread reader; ///< last: it uses the members above
    };
    using Lock = std::unique_lock<std::mutex>;

    std::shared_ptr<Process> startLocked();
    Result<std::shared_ptr<Process>> readyProcess(Lock& lock, const Call& call);
    void readUntilEnd(Process& process);
    void kill(Process& process);
    Result<Outcome> wait(Lock& lock, Process& process, std::uint64_t id, const EventHandler& onEvent,
                         std::stop_token stop);
    Death deathOf(const Process& process) const;
    static void cancel(Process& process, Lock& lock, std::uint64_t id);

    const WorkerLimits m_limits;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::shared_ptr<Process> m_process;
    std::uint64_t m_nextId = 1;
    std::optional<Death> m_lastDeath;
};

} // namespace plumbline
