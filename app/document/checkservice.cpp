#include "app/document/checkservice.h"

#include <utility>

namespace plumbline {

namespace {

class WorkerService final : public CheckService {
public:
    WorkerService(WorkerLimits limits, OnFirstCheck onFirstCheck)
        : m_worker(limits), m_onFirstCheck(std::move(onFirstCheck)) {}
    Result<Diagnosis> check(const CheckRequest& request, const WorkerEvents& events, std::stop_token stop) override {
        auto result = m_worker.check(request, events, stop);
        if (const auto told = std::exchange(m_onFirstCheck, {}))
            told(m_worker, result);
        return result;
    }
    Result<Diagnosis> summary(const ModelRequest& request, std::stop_token stop) override {
        return m_worker.summary(request, stop);
    }
    Result<Tensor> tensor(const TensorRequest& request, std::stop_token stop) override {
        return m_worker.tensor(request, stop,
                               request.origin == TensorRequest::Origin::source ? RequestTag::thumbnails
                                                                               : RequestTag::tensor);
    }
    Result<std::vector<SourceEntry>> list(const std::string& path, std::stop_token stop) override {
        return m_worker.list(path, stop);
    }
    bool isAlive() const override { return m_worker.isAlive(); }
    int processId() const override { return m_worker.processId(); }

private:
    Worker m_worker;
    OnFirstCheck m_onFirstCheck;
};

} // namespace

std::unique_ptr<CheckService> workerService(WorkerLimits limits, OnFirstCheck onFirstCheck) {
    return std::make_unique<WorkerService>(limits, std::move(onFirstCheck));
}

} // namespace plumbline
