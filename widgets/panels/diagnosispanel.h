#pragma once
// What is wrong and what to do: a card a cause, what it explains folded beneath, notes last.

#include "widgets/common/palette.h"
#include "widgets/models/findingsmodel.h"

#include <QWidget>

class QLabel;
class QVBoxLayout;
class QPushButton;

namespace plumbline {

/// What the document says besides the diagnosis.
struct DiagnosisState {
    bool isBusy = false;
    QString activity;         ///< what a long work is doing
    std::vector<Fix> applied; ///< the fixes in force, oldest first
    QString problem;          ///< a call that could not be made, in words
};

class DiagnosisPanel final : public QWidget {
    Q_OBJECT
public:
    explicit DiagnosisPanel(QWidget* parent = nullptr);
    void setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis, const DiagnosisState& state);
    const FindingsModel& model() const { return *m_model; }
    void focusFirst(); ///< the first control

signals:
    void applyRequested(int finding);
    void undoRequested();
    void copyRequested(int finding);
    void goToRequested(int finding);

private:
    QString calmText() const;
    QString verifiedText(const Finding& finding) const; ///< what running again with its fix has shown
    QWidget* findingCard(const QModelIndex& index, bool isFirst);
    QWidget* errorCard(const QString& title, const QString& text);
    QWidget* calmCard(const QString& text, bool verified);
    /// The line that opens what is folded goes into `lines`, its contents below.
    void addFolded(const QModelIndex& root, class QBoxLayout* lines);
    void addNotes(QBoxLayout* lines);
    FindingsModel* m_model;
    std::shared_ptr<const Diagnosis> m_diagnosis;
    DiagnosisState m_state;
    Appearance m_shownIn{};
    bool m_isBuilt = false;
    QLabel* m_summary;
    QVBoxLayout* m_content;
};

} // namespace plumbline
