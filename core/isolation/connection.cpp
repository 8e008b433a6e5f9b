#include "core/isolation/connection.h"

#include "core/report/codec.h"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <csignal>

namespace plumbline {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

Connection::~Connection() {
    const std::shared_ptr<Process> process = [&] {
        const Lock lock(m_mutex);
        return std::move(m_process);
    }();
    if (!process)
        return;
    {
        const Lock lock(m_mutex);
        kill(*process);
    }
    process->reader.join();
}

void Connection::start() {
    const Lock lock(m_mutex);
    if (!m_process || m_process->ended)
        startLocked();
}

int Connection::processId() const {
    const Lock lock(m_mutex);
    return m_process && m_process->started && !m_process->ended ? m_process->pid : -1;
}

std::optional<Death> Connection::lastDeath() const {
    const Lock lock(m_mutex);
    return m_lastDeath;
}

void Connection::setLastDeath(const Death& death) {
    const Lock lock(m_mutex);
    m_lastDeath = death;
}

std::shared_ptr<Connection::Process> Connection::startLocked() {
    m_process = std::make_shared<Process>();
    m_process->program = workerProgram();
    // The thread keeps the process' record alive; the record owns the thread: joined in the destructor or detached at a
    // death.
    m_process->reader = std::jthread([this, process = m_process.get()] { readUntilEnd(*process); });
    return m_process;
}

void Connection::kill(Process& process) {
    // The reader reaps the process and sets `ended` under the one lock that is held here: the pid is still ours.
    if (process.started && !process.ended)
        ::kill(process.pid, SIGKILL);
}

/// True once the process is a zombie; false where it still lives after `limit` (or the kernel cannot tell).
static bool endsWithin(pid_t pid, std::chrono::milliseconds limit) {
    const FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!handle.isOpen())
        return false;
    pollfd wanted{handle.get(), POLLIN, 0};
    return ::poll(&wanted, 1, static_cast<int>(limit.count())) == 1;
}

void Connection::readUntilEnd(Process& process) {
    auto spawned = spawnWorker(process.program, m_limits.memoryBytes);
    {
        const Lock lock(m_mutex);
        process.started = true;
        if (spawned) {
            process.pid = spawned->pid;
            process.channel = std::move(spawned->channel);
        } else {
            process.startError = spawned.error();
            process.ended = true;
        }
        m_changed.notify_all();
    }
    if (!spawned)
        return;
    while (true) {
        auto received = process.channel->receive();
        const Lock lock(m_mutex);
        if (!received || !*received) {
            process.brokeProtocol = !received.has_value();
            break;
        }
        const auto& message = (*received)->message;
        if (!message.is_object() || !message.contains("id") || !message["id"].is_number_unsigned()) {
            process.brokeProtocol = true;
            break;
        }
        const auto found = process.mailboxes.find(message["id"].get<std::uint64_t>());
        if (found == process.mailboxes.end())
            continue;
        if (found->second.abandoned) {
            if (!message.contains("event"))
                process.mailboxes.erase(found);
        } else
            found->second.messages.push_back(std::move(**received));
        m_changed.notify_all();
    }
    // Most ends of the stream are ends of the process, whose own status is worth the moment it takes.
    if (!endsWithin(process.pid, std::chrono::milliseconds(process.brokeProtocol ? 200 : 2000)))
        ::kill(process.pid, SIGKILL); // it closed its end, or talks nonsense, and lives on
    // WNOWAIT leaves a zombie until `ended` is set: kill() never meets a pid that is somebody else's by then.
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(process.pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    const Lock lock(m_mutex);
    while (::waitpid(process.pid, &process.waitStatus, 0) < 0 && errno == EINTR) {
    }
    process.ended = true;
    m_changed.notify_all();
}

Death Connection::deathOf(const Process& process) const {
    Death death;
    if (WIFSIGNALED(process.waitStatus)) {
        death.kind = Death::Kind::signal;
        death.code = WTERMSIG(process.waitStatus);
        death.name = signalName(death.code);
        return death;
    }
    death.code = WIFEXITED(process.waitStatus) ? WEXITSTATUS(process.waitStatus) : 0;
    // The OpenMP runtime ends the process with 1 where memory for a thread is refused; nothing else here does.
    const bool refused = death.code == outOfMemoryStatus || (death.code == 1 && m_limits.memoryBytes > 0);
    death.kind = refused ? Death::Kind::outOfMemory : Death::Kind::exit;
    death.name = death.kind == Death::Kind::outOfMemory ? "out of memory" : "exit " + std::to_string(death.code);
    if (death.kind == Death::Kind::outOfMemory)
        death.limit = static_cast<std::int64_t>(m_limits.memoryBytes);
    return death;
}

Result<std::shared_ptr<Connection::Process>> Connection::readyProcess(Lock& lock, const Call& call) {
    if (m_process && m_process->started && m_process->ended) {
        auto old = std::move(m_process);
        if (!old->startError && !old->deathTold)
            (m_lastDeath = deathOf(*old))->phase = "waiting";
        lock.unlock();
        old->reader.join();
        lock.lock();
    }
    if (!m_process && call.session == NeedsSession::yes) {
        const auto how =
            m_lastDeath ? processFinding(*m_lastDeath).message.text() : std::string("Nothing was checked yet.");
        return failure(ErrorCode::value, "worker.no-session", "The arrays of the last check are gone. {how}",
                       {{"how", how}});
    }
    if (!m_process)
        startLocked();
    const auto process = m_process;
    m_changed.wait(lock, [&] { return process->started; });
    if (process->startError)
        return std::unexpected(*process->startError);
    return process;
}

void Connection::cancel(Process& process, Lock& lock, std::uint64_t id) {
    lock.unlock();                                 // a send may block while the worker is busy
    (void)process.channel->send({{"cancel", id}}); // gone: the reader sees that too
    lock.lock();
}

Result<Connection::Outcome> Connection::call(const Call& call, const EventHandler& onEvent, std::stop_token stop) {
    Lock lock(m_mutex);
    PLUMBLINE_TRY(const auto process, readyProcess(lock, call));
    const auto id = m_nextId++;
    std::vector<std::uint64_t> older;
    for (auto& [otherId, mailbox] : process->mailboxes)
        if (mailbox.tag == call.tag) {
            mailbox.superseded = true;
            older.push_back(otherId);
        }
    process->mailboxes[id].tag = call.tag;
    m_changed.notify_all();
    for (const auto other : older)
        cancel(*process, lock, other);

    lock.unlock();
    const auto sent = process->channel->send({{"id", id}, {"request", call.name}, {"body", call.body}});
    lock.lock();
    if (!sent &&
        !process->ended) { // it closed its end, or the message is too long for it: the end follows, or nothing was sent
        process->channel->shutdown();
        kill(*process);
    }
    return wait(lock, *process, id, onEvent, stop);
}

Result<Connection::Outcome> Connection::wait(Lock& lock, Process& process, std::uint64_t id,
                                             const EventHandler& onEvent, std::stop_token stop) {
    auto& mailbox = process.mailboxes[id];
    const bool limited = m_limits.timeout.count() > 0;
    const auto deadline = Clock::now() + m_limits.timeout;
    bool overdue = false;
    const auto something = [&] { return !mailbox.messages.empty() || mailbox.superseded || process.ended; };
    const auto leave = [&](bool tellWorker) {
        if (!mailbox.messages.empty() && !mailbox.messages.back().message.contains("event")) { // answered meanwhile
            process.mailboxes.erase(id);
            return Progress::cancelled();
        }
        mailbox.abandoned = true;
        mailbox.messages.clear();
        if (tellWorker)
            cancel(process, lock, id);
        return Progress::cancelled();
    };
    while (true) {
        if (limited && !overdue)
            m_changed.wait_until(lock, stop, deadline, something);
        else
            m_changed.wait(lock, stop, something);
        if (mailbox.superseded)
            return leave(false);
        if (limited && !overdue && Clock::now() >= deadline) {
            overdue = true; // what it has told by now is still read
            kill(process);
        }
        if (!mailbox.messages.empty()) {
            auto received = std::move(mailbox.messages.front());
            mailbox.messages.pop_front();
            auto& message = received.message;
            if (message.contains("event")) {
                if (!onEvent)
                    continue;
                lock.unlock();
                auto understood = onEvent(message);
                lock.lock();
                if (understood)
                    continue;
                process.mailboxes.erase(id);
                kill(process);
                return passOn(understood);
            }
            process.mailboxes.erase(id);
            if (message.contains("error")) {
                auto error = decodeError(message["error"]);
                return std::unexpected(error ? std::move(*error) : std::move(error.error()));
            }
            return Outcome{
                message.contains("value") ? std::move(message["value"]) : json(), std::move(received.descriptor), {}};
        }
        if (process.ended) {
            Outcome outcome;
            outcome.death = deathOf(process);
            if (overdue)
                outcome.death = Death{.kind = Death::Kind::timeout,
                                      .name = "timeout",
                                      .phase = {},
                                      .layer = {},
                                      .limit = m_limits.timeout.count()};
            m_lastDeath = outcome.death;
            process.deathTold = true;
            process.mailboxes.erase(id);
            return outcome;
        }
        if (stop.stop_requested())
            return leave(true);
    }
}

} // namespace plumbline
