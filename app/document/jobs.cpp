#include "app/document/jobs.h"

#include "app/document/search.h"
#include "widgets/common/wording.h"

#include <QMetaObject>
#include <QSocketNotifier>

#include <sys/syscall.h>
#include <unistd.h>

namespace plumbline {

Jobs::Jobs(std::unique_ptr<CheckService> service, QObject* parent) : QObject(parent), m_service(std::move(service)) {
    m_anchor.moveToThread(&m_thread);
    m_thread.setObjectName("jobs");
    // Queued behind the answers of the jobs it counts: when it arrives they have.
    connect(this, &Jobs::ranOut, this, [this](quint64 posted) {
        m_delivered = posted;
        if (!hasWork())
            emit idle();
    });
    m_thread.start();
}

Jobs::~Jobs() {
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.clear();
        m_stop.request_stop();
    }
    QMetaObject::invokeMethod(
        &m_anchor,
        [this] {
            m_workerEnd.reset();
            m_thread.quit();
        },
        Qt::QueuedConnection);
    m_thread.wait();
}

void Jobs::post(Tag tag, Job job) {
    const std::lock_guard lock(m_mutex);
    m_waiting[tag] = std::move(job);
    ++m_posted;
    if (m_running == tag)
        m_stop.request_stop();
    QMetaObject::invokeMethod(
        &m_anchor, [this] { next(); }, Qt::QueuedConnection);
}

void Jobs::next() {
    Job job;
    std::stop_token stop;
    {
        const std::lock_guard lock(m_mutex);
        if (m_waiting.empty()) { // superseded or cancelled
            emit ranOut(m_posted);
            return;
        }
        const auto first = m_waiting.begin();
        m_running = first->first;
        job = std::move(first->second);
        m_waiting.erase(first);
        m_stop = std::stop_source();
        stop = m_stop.get_token();
    }
    job(stop);
    bool nothingWaits = false;
    quint64 posted = 0;
    {
        const std::lock_guard lock(m_mutex);
        m_running.reset();
        nothingWaits = m_waiting.empty();
        posted = m_posted;
    }
    watchWorker();
    if (nothingWaits)
        emit ranOut(posted);
}

// Between two jobs nobody reads from the worker: its process itself tells when it ends.
void Jobs::watchWorker() {
    if (const bool alive = m_service->isAlive(); alive != m_alive) {
        m_alive = alive;
        emit aliveChanged(alive);
    }
    const int process = m_alive ? m_service->processId() : -1;
    if (process == m_watched)
        return;
    m_watched = process;
    m_workerEnd.reset();
    const int handle = process > 0 ? static_cast<int>(::syscall(SYS_pidfd_open, process, 0)) : -1;
    if (handle < 0)
        return; // an older kernel: the next job finds out
    m_workerEnd = std::make_unique<QSocketNotifier>(handle, QSocketNotifier::Read);
    connect(m_workerEnd.get(), &QObject::destroyed, [handle] { ::close(handle); });
    connect(m_workerEnd.get(), &QSocketNotifier::activated, &m_anchor, [this] {
        m_workerEnd.release()->deleteLater();
        m_watched = -1;
        m_alive = false;
        emit aliveChanged(false);
    });
}

void Jobs::cancel() {
    const std::lock_guard lock(m_mutex);
    m_waiting.erase(Tag::check);
    if (m_running == Tag::check)
        m_stop.request_stop();
}

void Jobs::check(CheckRequest request, quint64 number) {
    post(Tag::check, [this, request = std::move(request), number](std::stop_token stop) {
        WorkerEvents events;
        events.onProgress = [this, number](const ProgressReport& report) {
            emit progressed(number, toQString(report.activity), report.fraction);
        };
        events.onPhase = [this, number](const std::string& phase) { emit progressed(number, toQString(phase), -1); };
        auto names = std::make_shared<QStringList>();
        events.onModel = [this, number, names](const ModelSummary& model) {
            for (const auto& layer : model.layers)
                *names << toQString(layer.name);
            CheckPart part;
            part.model = std::make_shared<const ModelSummary>(model);
            emit checkPart(number, part);
        };
        events.onSource = [this, number](const SourceSummary& source, bool isTraining) {
            CheckPart part;
            part.source = std::make_shared<const SourceSummary>(source);
            part.isTraining = isTraining;
            emit checkPart(number, part);
        };
        events.onLayerStarted = [this, number, names](int layer) {
            if (layer >= 0 && layer < names->size())
                emit progressed(number, tr("running %1").arg(names->at(layer)),
                                static_cast<double>(layer) / static_cast<double>(names->size()));
        };
        events.onLayer = [this, number](int layer, const LayerResult& result) {
            CheckPart part;
            part.layer = layer;
            part.result = std::make_shared<const LayerResult>(result);
            emit checkPart(number, part);
        };
        auto result = m_service->check(request, events, stop);
        if (result)
            emit checkFinished(number, std::make_shared<const Diagnosis>(std::move(*result)));
        else
            emit checkFailed(number, result.error());
    });
}

void Jobs::summary(ModelRequest request, quint64 number) {
    post(Tag::check, [this, request = std::move(request), number](std::stop_token stop) {
        auto result = m_service->summary(request, stop);
        if (result)
            emit checkFinished(number, std::make_shared<const Diagnosis>(std::move(*result)));
        else
            emit checkFailed(number, result.error());
    });
}

void Jobs::ask(Tag tag, const TensorRequest& request, std::stop_token stop) {
    auto tensor = m_service->tensor(request, stop);
    if (tensor)
        emit elementsArrived(tag, request, *tensor, {});
    else if (tensor.error().code != ErrorCode::cancelled)
        emit elementsArrived(tag, request, Tensor(), errorText(tensor.error()));
}

void Jobs::elements(TensorRequest request, Tag tag) {
    post(tag, [this, tag, request = std::move(request)](std::stop_token stop) { ask(tag, request, stop); });
}

void Jobs::thumbnails(std::vector<TensorRequest> requests) {
    post(Tag::thumbnails, [this, requests = std::move(requests)](std::stop_token stop) {
        for (const auto& request : requests)
            if (!stop.stop_requested())
                ask(Tag::thumbnails, request, stop);
    });
}

void Jobs::search(TensorRequest request, Shape shape, std::int64_t from, int direction) {
    post(Tag::search,
         [this, request = std::move(request), shape = std::move(shape), from, direction](std::stop_token stop) {
             const auto fetch = [&](const TensorRequest& part) { return m_service->tensor(part, stop); };
             const auto index = nextNonFinite(fetch, request, shape, from, direction);
             if (index && *index)
                 emit found(request, **index);
             else if (index)
                 emit nothingFound(request);
         });
}

void Jobs::list(std::string path, quint64 number) {
    post(Tag::list, [this, path = std::move(path), number](std::stop_token stop) {
        auto entries = m_service->list(path, stop);
        if (entries)
            emit listed(number, *entries, {});
        else if (entries.error().code != ErrorCode::cancelled)
            emit listed(number, {}, errorText(entries.error()));
    });
}

} // namespace plumbline
