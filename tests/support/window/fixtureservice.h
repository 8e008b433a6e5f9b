#pragma once
// A CheckService that answers from a fixture, for tests of the window that are not about the worker.

#include "app/document/checkservice.h"
#include "tests/support/window/diagnosisfixture.h"

#include <atomic>
#include <semaphore>

namespace plumbline::test {

class FixtureService final : public CheckService {
public:
    explicit FixtureService(const char* name) : m_name(name) {}

    Result<Diagnosis> check(const CheckRequest& request, const WorkerEvents& events, std::stop_token stop) override;
    Result<Diagnosis> summary(const ModelRequest& request, std::stop_token stop) override;
    Result<Tensor> tensor(const TensorRequest& request, std::stop_token stop) override;
    Result<std::vector<SourceEntry>> list(const std::string& path, std::stop_token stop) override;
    bool isAlive() const override { return true; }

    std::atomic<int> checks = 0;
    std::atomic<bool> blocks = false; ///< check() then waits until it is stopped
    int blocksAfter = -1;             ///< the same once it has told of as many layers
    bool missesInput = false; ///< check() finds an input without any array, and notes something of the reference

private:
    const char* m_name;
};

} // namespace plumbline::test
