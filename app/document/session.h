#pragma once
// The document of a window: what was opened, the fixes applied to it, and what is known of it so far. Views read the
// current Diagnosis, an immutable value that is replaced as more becomes known.

#include "app/document/jobs.h"

#include <QObject>
#include <QStringList>
#include <QTimer>
#include <QUndoStack>

namespace plumbline {

class Session final : public QObject {
    Q_OBJECT
public:
    explicit Session(std::unique_ptr<CheckService> service, QObject* parent = nullptr);

    /// Everything at once, as from the command line or a demo; runs where there is an input, else shows the model
    /// alone.
    void open(const QString& model, const QStringList& training, const QStringList& prediction,
              const QString& weights = {});
    /// The same from a parsed call, with its seed, threads and backend.
    void open(const CheckRequest& request);
    /// A call that asks for a check: it is one without any source, too.
    void check(const CheckRequest& request);
    /// One source by what was typed; an empty text removes it. Without `input` it stands for all inputs: the one there
    /// is, or an npz that names them.
    void setSource(bool training, const QString& input, const QString& text);
    void setWeights(const QString& path); ///< of an architecture without any
    void run();
    void cancel();
    /// Puts the fix of a finding on the undo stack and runs again.
    void applyFix(int finding);

    const QString& modelPath() const { return m_model; }
    const QString& weights() const { return m_weights; } ///< their own file; empty where the model holds them
    const QStringList& training() const { return m_training; }
    const QStringList& prediction() const { return m_prediction; }
    const DiagnosisPtr& diagnosis() const { return m_diagnosis; }
    const std::vector<Fix>& fixes() const { return m_fixes; }
    QUndoStack* undoStack() { return &m_undo; }
    Jobs& jobs() { return m_jobs; }
    bool isBusy() const { return m_busy; }
    bool isAlive() const { return m_alive; }
    const QString& activity() const { return m_activity; }
    double fraction() const { return m_fraction; } ///< of the activity, 0 … 1; negative where its length is not known
    const QString& problem() const { return m_problem; } ///< a wrong call in words, empty where there is none

signals:
    void sourcesChanged(); ///< what was typed
    void diagnosisChanged();
    void stateChanged(); ///< busy, activity, alive, problem
    void finished();     ///< a run or a summary came to its end, whatever the end

private:
    friend class FixCommand;
    void start();
    void setFixes(std::vector<Fix> fixes);
    void receive(quint64 number, const CheckPart& part);
    void publish();
    void end(quint64 number);

    Jobs m_jobs;
    QUndoStack m_undo;
    QString m_model, m_weights;
    QStringList m_training, m_prediction;
    CheckRequest m_template;       ///< what a call asked for besides the sources
    bool m_showsModelAlone = true; ///< where there is no source; else that is checked like anything
    bool m_isWholeCall = false;    ///< a check asked for as it is: what it lacks is its fault
    std::vector<Fix> m_fixes;
    DiagnosisPtr m_diagnosis;
    Diagnosis m_partial; ///< what is known of the check that runs
    QTimer m_publish;    ///< gathers parts: a thousand layers are not a thousand repaints
    QTimer m_progress;   ///< the same for what is said of its progress
    quint64 m_number = 0;
    double m_fraction = -1;
    bool m_busy = false, m_alive = false, m_showParts = true;
    QString m_activity, m_problem;
};

} // namespace plumbline
