#pragma once
// The thread on which the window's questions are asked. It owns the service that answers; the window never waits for
// it. Requests are tagged and a newer one supersedes an older one of its tag: one that waits is dropped, one that runs
// is stopped.
//
// Signals are emitted on the job thread and arrive in the window's by the event loop; they carry immutable values.

#include "app/document/checkservice.h"

#include <QObject>
#include <QThread>

#include <functional>
#include <map>
#include <memory>
#include <mutex>

class QSocketNotifier;

namespace plumbline {

using DiagnosisPtr = std::shared_ptr<const Diagnosis>;

/// A piece of a check that is known before its end. Exactly one member is set.
struct CheckPart {
    std::shared_ptr<const ModelSummary> model;
    std::shared_ptr<const SourceSummary> source;
    bool isTraining = false;
    int layer = -1;
    std::shared_ptr<const LayerResult> result;
};

class Jobs final : public QObject {
    Q_OBJECT
public:
    enum class Tag { check, elements, images, weight, trainingColumns, predictionColumns, search, thumbnails, list };

    explicit Jobs(std::unique_ptr<CheckService> service, QObject* parent = nullptr);
    ~Jobs() override; ///< stops what runs and waits for it

    /// `number` comes back with every signal of this check, so that an older one's are told apart.
    void check(CheckRequest request, quint64 number);
    void summary(ModelRequest request, quint64 number);
    void elements(TensorRequest request, Tag tag);
    void thumbnails(std::vector<TensorRequest> requests);
    /// The next (1) or previous (-1) element that is NaN or infinite, from a row-major position on and around the end,
    /// of the array of this shape that `request` names. It is read in parts: none is ever whole in this process.
    void search(TensorRequest request, Shape shape, std::int64_t from, int direction);
    void list(std::string path, quint64 number);
    void cancel(); ///< the check or summary that runs or waits
    /// Something was asked whose answer has not been delivered by the event loop yet. Only in the window's thread.
    bool hasWork() const { return m_posted != m_delivered; }

signals:
    void checkPart(quint64 number, const plumbline::CheckPart& part);
    void progressed(quint64 number, const QString& activity, double fraction);
    void checkFinished(quint64 number, const plumbline::DiagnosisPtr& diagnosis);
    void checkFailed(quint64 number, const plumbline::Error& error);
    void elementsArrived(plumbline::Jobs::Tag tag, const plumbline::TensorRequest& request,
                         const plumbline::Tensor& tensor, const QString& problem);
    void found(const plumbline::TensorRequest& request, const std::vector<std::int64_t>& index); ///< of search()
    void nothingFound(const plumbline::TensorRequest& request);                                  ///< of search()
    void listed(quint64 number, const std::vector<plumbline::SourceEntry>& entries, const QString& problem);
    void aliveChanged(bool alive);
    void idle();                 ///< every answer is delivered
    void ranOut(quint64 posted); ///< on the job thread: none waits of those posted so far

private:
    using Job = std::function<void(std::stop_token)>;
    void post(Tag tag, Job job);
    void next(); ///< on the job thread: the waiting job of the highest tag
    void watchWorker();
    void ask(Tag tag, const TensorRequest& request, std::stop_token stop);

    std::unique_ptr<CheckService> m_service;
    QThread m_thread;
    QObject m_anchor; ///< lives on the job thread
    std::mutex m_mutex;
    std::map<Tag, Job> m_waiting;                 ///< guarded by m_mutex
    std::optional<Tag> m_running;                 ///< guarded by m_mutex
    std::stop_source m_stop;                      ///< of the running job; guarded by m_mutex
    bool m_alive = false;                         ///< on the job thread
    int m_watched = -1;                           ///< the worker whose end is waited for; on the job thread
    std::unique_ptr<QSocketNotifier> m_workerEnd; ///< lives on the job thread
    quint64 m_posted = 0;                         ///< guarded by m_mutex, written in the window's thread
    quint64 m_delivered = 0;                      ///< in the window's thread: of the posted ones
};

} // namespace plumbline

Q_DECLARE_METATYPE(plumbline::CheckPart)
Q_DECLARE_METATYPE(plumbline::Jobs::Tag)
Q_DECLARE_METATYPE(plumbline::DiagnosisPtr)
Q_DECLARE_METATYPE(plumbline::Error)
Q_DECLARE_METATYPE(plumbline::TensorRequest)
Q_DECLARE_METATYPE(plumbline::Tensor)
Q_DECLARE_METATYPE(std::vector<plumbline::SourceEntry>)
Q_DECLARE_METATYPE(std::vector<std::int64_t>)
