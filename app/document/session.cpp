#include "app/document/session.h"

#include "widgets/common/wording.h"

#include <QFileInfo>

#include <algorithm>

namespace plumbline {

namespace {
constexpr int publishMilliseconds = 40;
}

namespace {

/// A reference without any input is a call half made, not a fault: nothing was to run, and so nothing stopped. What is
/// noted of the reference and found in the model itself stays.
DiagnosisPtr withoutPrediction(const DiagnosisPtr& whole) {
    const auto isMissing = [](const Finding& finding) { return finding.code == "missing-input"; };
    if (std::ranges::none_of(whole->findings, isMissing))
        return whole;
    auto alone = std::make_shared<Diagnosis>(*whole);
    std::vector<std::size_t> places; // of each finding among those that stay
    std::size_t next = 0;
    for (const auto& finding : whole->findings)
        places.push_back(isMissing(finding) ? SIZE_MAX : next++);
    std::erase_if(alone->findings, isMissing);
    for (auto& finding : alone->findings) {
        for (auto& effect : finding.explains)
            effect = places[effect];
        std::erase(finding.explains, SIZE_MAX);
    }
    alone->layers.clear();
    return alone;
}

} // namespace

class FixCommand final : public QUndoCommand {
public:
    FixCommand(Session& session, std::vector<Fix> before, Fix fix, const QString& code)
        : m_session(session), m_before(std::move(before)), m_fix(std::move(fix)) {
        setText(Session::tr("fix of %1").arg(code));
    }
    void redo() override {
        auto after = m_before;
        after.push_back(m_fix);
        m_session.setFixes(std::move(after));
    }
    void undo() override { m_session.setFixes(m_before); }

private:
    Session& m_session;
    std::vector<Fix> m_before;
    Fix m_fix;
};

Session::Session(std::unique_ptr<CheckService> service, QObject* parent) : QObject(parent), m_jobs(std::move(service)) {
    qRegisterMetaType<CheckPart>();
    qRegisterMetaType<Jobs::Tag>();
    qRegisterMetaType<std::vector<std::int64_t>>();
    qRegisterMetaType<DiagnosisPtr>();
    qRegisterMetaType<Error>();
    qRegisterMetaType<TensorRequest>();
    qRegisterMetaType<Tensor>();
    qRegisterMetaType<std::vector<SourceEntry>>();
    m_publish.setSingleShot(true);
    m_publish.setInterval(publishMilliseconds);
    connect(&m_publish, &QTimer::timeout, this, &Session::publish);
    m_progress.setSingleShot(true);
    m_progress.setInterval(publishMilliseconds);
    connect(&m_progress, &QTimer::timeout, this, [this] {
        if (m_busy)
            emit stateChanged();
    });
    connect(&m_jobs, &Jobs::checkPart, this, &Session::receive);
    connect(&m_jobs, &Jobs::progressed, this, [this](quint64 number, const QString& activity, double fraction) {
        if (number != m_number || !m_busy)
            return;
        m_fraction = fraction;
        m_activity =
            fraction >= 0 ? tr("%1, %2 %").arg(activity, QString::number(static_cast<int>(fraction * 100))) : activity;
        if (!m_progress.isActive()) // a thousand layers a second are not a thousand repaints
            m_progress.start();
    });
    connect(&m_jobs, &Jobs::checkFinished, this, [this](quint64 number, const DiagnosisPtr& diagnosis) {
        if (number != m_number)
            return;
        m_diagnosis = m_prediction.isEmpty() && !m_isWholeCall ? withoutPrediction(diagnosis) : diagnosis;
        end(number);
        emit diagnosisChanged();
        emit finished();
    });
    connect(&m_jobs, &Jobs::checkFailed, this, [this](quint64 number, const Error& error) {
        if (number != m_number)
            return;
        m_problem = errorText(error);
        end(number);
        emit diagnosisChanged(); // what was not reached will not be
        emit finished();
    });
    connect(&m_jobs, &Jobs::aliveChanged, this, [this](bool alive) {
        m_alive = alive;
        emit stateChanged();
    });
}

void Session::open(const QString& model, const QStringList& training, const QStringList& prediction,
                   const QString& weights) {
    m_model = model;
    m_weights = weights;
    m_training = training;
    m_prediction = prediction;
    m_diagnosis = nullptr;
    m_isWholeCall = false;
    m_fixes.clear();
    m_undo.clear();
    emit sourcesChanged();
    emit diagnosisChanged();
    start();
}

void Session::check(const CheckRequest& request) {
    m_showsModelAlone = false;
    open(request);
    m_showsModelAlone = true;
    m_isWholeCall = true;
}

void Session::open(const CheckRequest& request) {
    m_template = request;
    const auto texts = [](const std::vector<SourceSpec>& specs) {
        QStringList list;
        for (const auto& spec : specs)
            list << toQString(spec.text);
        return list;
    };
    open(toQString(request.model.path), texts(request.training), texts(request.prediction),
         toQString(request.model.weights));
}

void Session::setSource(bool training, const QString& input, const QString& text) {
    auto& list = training ? m_training : m_prediction;
    const auto inputs = m_diagnosis && m_diagnosis->model ? m_diagnosis->model->inputs.size() : 1;
    if (inputs <= 1 || input.isEmpty()) {
        list = text.isEmpty() ? QStringList() : QStringList(text);
    } else {
        // With several inputs each source carries its input's name, those given without one by their position.
        const auto lead = input + '=';
        QStringList named;
        qsizetype unnamed = 0;
        for (const auto& old : list) {
            bool hasName = false;
            for (const auto& one : m_diagnosis->model->inputs)
                hasName |= old.startsWith(toQString(one.name) + '=');
            const auto position = static_cast<std::size_t>(unnamed);
            named << (hasName || position >= inputs ? old
                                                    : toQString(m_diagnosis->model->inputs[position].name) + '=' + old);
            unnamed += hasName ? 0 : 1;
        }
        named.removeIf([&](const QString& old) { return old.startsWith(lead); });
        if (!text.isEmpty())
            named << lead + text;
        list = named;
    }
    m_fixes.clear();
    m_undo.clear();
    emit sourcesChanged();
    start();
}

void Session::setWeights(const QString& path) {
    m_weights = path;
    m_fixes.clear();
    m_undo.clear();
    emit sourcesChanged();
    start();
}

void Session::run() { start(); }

void Session::start() {
    if (m_model.isEmpty())
        return;
    m_problem.clear();
    ++m_number;
    CheckRequest request = m_template;
    request.model = {m_model.toStdString(), m_weights.toStdString()};
    request.training.clear();
    request.prediction.clear();
    request.fixes = m_fixes;
    const auto parse = [this](const QStringList& texts, std::vector<SourceSpec>& into) {
        for (const auto& text : texts) {
            auto spec = parseSourceSpec(text.toStdString());
            if (spec)
                into.push_back(std::move(*spec));
            else
                m_problem += (m_problem.isEmpty() ? "" : "\n") + errorText(spec.error());
        }
    };
    parse(m_training, request.training);
    parse(m_prediction, request.prediction);
    if (!m_problem.isEmpty()) {
        end(m_number);
        emit finished();
        return;
    }
    m_busy = true;
    m_fraction = -1;
    m_activity = tr("reading %1").arg(QFileInfo(m_model).fileName());
    m_partial = {};
    m_showParts = !m_diagnosis || m_diagnosis->layers.empty();
    emit stateChanged();
    if (m_showsModelAlone && m_prediction.isEmpty() && m_training.isEmpty())
        m_jobs.summary(request.model, m_number);
    else
        m_jobs.check(std::move(request), m_number);
}

void Session::cancel() {
    if (!m_busy)
        return;
    m_jobs.cancel();
    end(++m_number); // what still arrives belongs to an older number
    m_problem = tr("Cancelled.");
    emit stateChanged();
    emit diagnosisChanged(); // what was not reached will not be
    emit finished();
}

void Session::receive(quint64 number, const CheckPart& part) {
    if (number != m_number)
        return;
    if (part.model) {
        m_partial.model = *part.model;
    } else if (part.source) {
        (part.isTraining ? m_partial.training : m_partial.prediction).push_back(*part.source);
    } else if (part.result && m_partial.model && part.layer >= 0 &&
               static_cast<std::size_t>(part.layer) < m_partial.model->layers.size()) {
        m_partial.layers.resize(m_partial.model->layers.size());
        m_partial.layers[static_cast<std::size_t>(part.layer)] = *part.result;
    }
    if (!m_publish.isActive())
        m_publish.start();
}

void Session::publish() {
    // A run again keeps the old answer on screen until the new one is whole: only a first run fills in step by step.
    if (!m_busy || !m_showParts)
        return;
    m_diagnosis = std::make_shared<const Diagnosis>(m_partial);
    emit diagnosisChanged();
}

void Session::end(quint64) {
    m_publish.stop();
    m_busy = false;
    m_activity.clear();
    emit stateChanged();
}

void Session::applyFix(int finding) {
    if (!m_diagnosis || finding < 0 || static_cast<std::size_t>(finding) >= m_diagnosis->findings.size())
        return;
    const auto& chosen = m_diagnosis->findings[static_cast<std::size_t>(finding)];
    if (chosen.fix)
        m_undo.push(new FixCommand(*this, m_fixes, *chosen.fix, toQString(chosen.code)));
}

void Session::setFixes(std::vector<Fix> fixes) {
    m_fixes = std::move(fixes);
    start();
}

} // namespace plumbline
