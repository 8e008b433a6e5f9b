#include "tests/support/window/fixtureservice.h"

#include <cmath>
#include <condition_variable>
#include <mutex>

namespace plumbline::test {

Result<Diagnosis> FixtureService::check(const CheckRequest& request, const WorkerEvents& events, std::stop_token stop) {
    ++checks;
    const auto wait = [&] {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock(mutex);
        stopped.wait(lock, stop, [] { return false; });
        return Progress::cancelled();
    };
    if (blocks)
        return wait();
    auto diagnosis = *(request.fixes.empty() ? diagnosisFixture(m_name) : mendedFixture(m_name));
    diagnosis.model->path = request.model.path;
    events.onModel(*diagnosis.model);
    for (int i = 0; i < blocksAfter; ++i)
        events.onLayer(i, diagnosis.layers[static_cast<std::size_t>(i)]);
    if (blocksAfter >= 0)
        return wait();
    if (missesInput) {
        Finding missing, note;
        missing.code = "missing-input";
        missing.severity = Severity::error;
        missing.where.name = "image";
        note.code = "reference";
        note.severity = Severity::note;
        diagnosis.findings = {missing, note};
        diagnosis.prediction.clear();
        return diagnosis;
    }
    for (const auto& source : diagnosis.training)
        events.onSource(source, true);
    for (const auto& source : diagnosis.prediction)
        events.onSource(source, false);
    for (std::size_t i = 0; i < diagnosis.layers.size(); ++i)
        events.onLayer(static_cast<int>(i), diagnosis.layers[i]);
    return diagnosis;
}

Result<Diagnosis> FixtureService::summary(const ModelRequest& request, std::stop_token) {
    Diagnosis alone;
    alone.model = diagnosisFixture(m_name)->model;
    alone.model->path = request.path;
    return alone;
}

// Smooth values that tell an index from its neighbours, with one NaN in the last element of a slice with 64 or more.
Result<Tensor> FixtureService::tensor(const TensorRequest& request, std::stop_token) {
    Shape shape;
    for (const auto& [begin, end] : request.ranges)
        shape.append(end - begin);
    std::vector<float> values(static_cast<std::size_t>(shape.elements()));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(
            std::lround(250 * std::sin(static_cast<double>(i) * 0.37) * std::cos(static_cast<double>(i) * 0.05)));
    if (values.size() >= 64 && request.origin == TensorRequest::Origin::prediction)
        values.back() = std::numeric_limits<float>::quiet_NaN();
    return Tensor::of<float>(shape, std::span<const float>(values));
}

Result<std::vector<SourceEntry>> FixtureService::list(const std::string&, std::stop_token) {
    return std::vector<SourceEntry>{{"image", Shape{8, 16, 16, 1}, DType::float32}, {"label", Shape{8}, DType::int64}};
}

} // namespace plumbline::test
