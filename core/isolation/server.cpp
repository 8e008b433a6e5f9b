#include "core/isolation/server.h"

#include "core/base/escape.h"
#include "core/isolation/process.h"
#include "core/isolation/sharedtensor.h"
#include "core/isolation/worker.h"
#include "core/report/codec.h"

#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

namespace plumbline {

using nlohmann::json;

namespace {

/// Allocation failures end the process with a status that says so: wherever they happen (an OpenMP region terminates),
/// nothing is left half done, and the owner knows the layer from the events.
[[noreturn]] void endOutOfMemory() { ::_exit(outOfMemoryStatus); }

[[noreturn]] void terminated() {
    if (const auto current = std::current_exception()) {
        try {
            std::rethrow_exception(current);
        } catch (const std::bad_alloc&) {
            endOutOfMemory();
        } catch (...) {
        }
    }
    std::abort();
}

} // namespace

Server::Server(Channel& channel) : m_channel(channel) {
    for (auto* lane : {&m_working, &m_asking})
        lane->thread = std::jthread([this, lane](std::stop_token stop) { work(*lane, stop); });
}

Server::~Server() = default;

void Server::run() {
    while (true) {
        auto received = m_channel.receive();
        if (!received || !*received)
            return;
        auto& message = (*received)->message;
        const std::scoped_lock lock(m_mutex);
        if (message.contains("cancel")) {
            const auto id = message["cancel"].get<std::uint64_t>();
            for (auto* lane : {&m_working, &m_asking}) {
                for (const auto& request : lane->waiting)
                    if (request->id == id)
                        request->stop.request_stop();
                if (lane->running && lane->running->id == id)
                    lane->running->stop.request_stop();
            }
            continue;
        }
        auto request = std::make_shared<Request>();
        request->id = message.at("id");
        request->name = message.at("request");
        request->body = std::move(message.at("body"));
        auto& lane = request->name == "tensor" ? m_asking : m_working;
        lane.waiting.push_back(std::move(request));
        m_changed.notify_all();
    }
}

void Server::work(Lane& lane, std::stop_token stop) {
    while (true) {
        std::shared_ptr<Request> request;
        {
            std::unique_lock lock(m_mutex);
            lane.running.reset();
            if (!m_changed.wait(lock, stop, [&] { return !lane.waiting.empty(); }))
                return;
            request = lane.running = std::move(lane.waiting.front());
            lane.waiting.pop_front();
        }
        answer(*request);
    }
}

void Server::answer(Request& request) {
    const auto send = [&](json event) {
        event["id"] = request.id;
        (void)m_channel.send(event); // the owner is gone: run() sees that
    };
    Result<Answer> result = Progress::cancelled();
    try {
        if (!request.stop.stop_requested())
            result = m_handlers.handle(request.name, request.body, request.stop.get_token(), send);
    } catch (const std::bad_alloc&) {
        endOutOfMemory();
    } catch (const std::exception& e) {
        result =
            failure(ErrorCode::internal, "worker.exception",
                    "A library failed in a way Plumbline did not expect: {what}", {{"what", std::string(e.what())}});
    }
    if (!result) {
        send({{"error", encode(result.error())}});
        return;
    }
    if (result->tensor.isNull()) {
        send({{"value", std::move(result->value)}});
        return;
    }
    auto shared = shareTensor(result->tensor);
    if (!shared) {
        send({{"error", encode(shared.error())}});
        return;
    }
    const SourceEntry type{{}, result->tensor.shape(), result->tensor.dtype()};
    (void)m_channel.send({{"id", request.id}, {"value", encode(type)}}, shared->get());
}

int runWorker(int argc, char** argv) {
    const auto arguments = parseWorkerArguments(argc, argv);
    if (!arguments) {
        std::fputs((visibleText(arguments.error().text()) + "\n").c_str(), stderr);
        return badArgumentsStatus;
    }
    applyWorkerLimits(*arguments);
    std::set_terminate(terminated);
    try {
        Channel channel{FileDescriptor(arguments->channel)};
        Server server(channel);
        server.run();
        ::_exit(0); // a run may be under way: nobody wants its end
    } catch (const std::bad_alloc&) {
        endOutOfMemory();
    } catch (const std::system_error&) { // no thread could be made: its stack is private memory too
        endOutOfMemory();
    } catch (const std::exception&) {
        ::_exit(badArgumentsStatus); // the owner does not keep to the protocol
    }
}

} // namespace plumbline
