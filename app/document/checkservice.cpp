#include "app/document/checkservice.h"

namespace plumbline {

namespace {

class WorkerService final : public CheckService {
public:
    explicit WorkerService(WorkerLimits limits) : m_worker(limits) {}
    Result<Diagnosis> check(const CheckRequest& request, const WorkerEvents& events, std::stop_token stop) override {
        return m_worker.check(request, events, stop);
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
};

} // namespace

std::unique_ptr<CheckService> workerService(WorkerLimits limits) { return std::make_unique<WorkerService>(limits); }

} // namespace plumbline
