// Times predictions of one model in one process, as run.py asks on standard input, so that the runs of several
// frameworks can take turns. Arguments: MODEL THREADS INPUT.npy…; then a line each of
//   predict N   N predictions, from input array to output array; answers with N times in microseconds
//   traced N    the same with all statistics of all layers
//   layers      one traced run's time by layer, the longest first
//   output FILE writes the first output, for the comparison with the peers
// Every answer is one line; a failure is one line that starts with "error".

#include "core/engine/trace.h"
#include "core/formats/data/source.h"
#include "core/formats/data/writers.h"
#include "core/formats/model/model.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iostream>
#include <sstream>

using namespace plumbline;

namespace {

Result<std::vector<Tensor>> readInputs(std::span<char*> files) {
    std::vector<Tensor> out;
    for (const char* file : files) {
        PLUMBLINE_TRY(const auto spec, parseSourceSpec(file));
        PLUMBLINE_TRY(const auto source, openSource(spec));
        PLUMBLINE_TRY(auto tensor, source->all());
        out.push_back(std::move(tensor));
    }
    return out;
}

/// One call, timed as a whole.
Result<double> timeOnce(Executor& executor, std::span<const Tensor> inputs, bool traced) {
    const auto start = std::chrono::steady_clock::now();
    std::optional<RunFailure> failed;
    if (traced) {
        TraceRecorder recorder(executor.model(), {.elementBudget = 0});
        RunResult result;
        PLUMBLINE_TRY(const auto trace, traceRun(executor, inputs, recorder, &result));
        failed = std::move(result.failure);
    } else {
        PLUMBLINE_TRY(auto result, executor.run(inputs));
        failed = std::move(result.failure);
    }
    if (failed)
        return std::unexpected(std::move(failed->error));
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

Result<std::string> times(Executor& executor, std::span<const Tensor> inputs, bool traced, int count) {
    std::ostringstream out;
    for (int i = 0; i < count; ++i) {
        PLUMBLINE_TRY(const auto microseconds, timeOnce(executor, inputs, traced));
        out << (i ? " " : "") << microseconds;
    }
    return out.str();
}

Result<std::string> layers(Executor& executor, std::span<const Tensor> inputs) {
    TraceRecorder recorder(executor.model(), {.elementBudget = 0});
    PLUMBLINE_TRY(const auto trace, traceRun(executor, inputs, recorder));
    std::vector<std::pair<double, std::string>> rows;
    const auto& graph = executor.model().graph;
    for (std::size_t i = 0; i < trace->times.layers.size(); ++i)
        rows.emplace_back(microseconds(trace->times.layers[i]), graph.layer(LayerId(i)).name);
    std::sort(rows.rbegin(), rows.rend());
    std::ostringstream out;
    for (const auto& [time, name] : rows)
        out << name << ' ' << time << "; ";
    return out.str();
}

Result<std::string> answer(Executor& executor, std::span<const Tensor> inputs, const std::string& line) {
    std::istringstream words(line);
    std::string command, argument;
    words >> command >> argument;
    if (command == "predict" || command == "traced") {
        int count = 0;
        std::from_chars(argument.data(), argument.data() + argument.size(), count);
        return times(executor, inputs, command == "traced", count);
    }
    if (command == "layers")
        return layers(executor, inputs);
    if (command == "output") {
        PLUMBLINE_TRY(const auto result, executor.run(inputs));
        if (result.failure)
            return std::unexpected(result.failure->error);
        PLUMBLINE_CHECK(writeNpy(argument, result.outputs.front()));
        return "written";
    }
    return failure(ErrorCode::wrongCall, "bench.command", "{command} is no command of this program.",
                   {{"command", command}});
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::cerr << "usage: plumbline-bench MODEL THREADS INPUT.npy...\n";
        return 2;
    }
    const auto model = openModel({argv[1], {}});
    const auto inputs = readInputs({argv + 3, static_cast<std::size_t>(argc - 3)});
    if (!model || !inputs) {
        std::cerr << (model ? inputs.error() : model.error()).text() << '\n';
        return 3;
    }
    Executor executor(*model, {.threads = std::atoi(argv[2])});
    for (std::string line; std::getline(std::cin, line);) {
        const auto result = answer(executor, *inputs, line);
        std::cout << (result ? *result : "error " + result.error().text()) << std::endl;
    }
    return 0;
}
