#pragma once
// What the document asks of the process behind it. The program gives it core's Worker; a test may answer in its place.

#include "core/isolation/worker.h"

namespace plumbline {

class CheckService {
public:
    virtual ~CheckService() = default;
    virtual Result<Diagnosis> check(const CheckRequest& request, const WorkerEvents& events, std::stop_token stop) = 0;
    virtual Result<Diagnosis> summary(const ModelRequest& request, std::stop_token stop) = 0;
    virtual Result<Tensor> tensor(const TensorRequest& request, std::stop_token stop) = 0;
    virtual Result<std::vector<SourceEntry>> list(const std::string& path, std::stop_token stop) = 0;
    virtual bool isAlive() const = 0;
    virtual int processId() const { return -1; } ///< of the worker; -1 where none runs
};

/// Told of the first check before anybody else, on the thread that asked for it.
using OnFirstCheck = std::function<void(Worker&, const Result<Diagnosis>&)>;

/// One worker process for one document.
std::unique_ptr<CheckService> workerService(WorkerLimits limits, OnFirstCheck onFirstCheck = {});

} // namespace plumbline
