#pragma once
// What the diagnosis is made from: a card for the model and, per model input, a pair for training and for the
// prediction. Files can be dropped on any of them, chosen, or typed (a law in place of a training file).

#include "core/diagnosis/diagnosis.h"
#include "core/formats/data/source.h"
#include "widgets/common/controls.h"

#include <QImage>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

class QVBoxLayout;

namespace plumbline {

enum class SourceKind { model, weights, training, prediction }; ///< weights: of a model without its own

/// A card of one source. It accepts a dropped file, and opens a field to type in.
class SourceCard final : public Card {
    Q_OBJECT
public:
    SourceCard(SourceKind kind, QString input, QWidget* parent = nullptr);
    SourceKind kind() const { return m_kind; }
    const QString& input() const { return m_input; }
    void edit(); ///< shows the field with what was typed before

signals:
    void sourceGiven(plumbline::SourceKind kind, const QString& input, const QString& text);
    void browseRequested(plumbline::SourceKind kind, const QString& input);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    friend class SourcesPanel;
    void setHead(const QString& title, const QString& role, const QString& full);
    void addFact(const QString& label, const QString& value, Role role, bool monospaced);
    void popUp(QPoint at); ///< the ways to another source
    void addInvitation(const QString& text);
    void askForWeights();
    SourceKind m_kind;
    QString m_input, m_text;
    QVBoxLayout* m_layout;
    class QGridLayout* m_facts = nullptr;
};

class SourcesPanel final : public QWidget {
    Q_OBJECT
public:
    explicit SourcesPanel(QWidget* parent = nullptr);

    /// `modelPath`, `training` and `prediction` are what was typed; the diagnosis what was found.
    void setSources(const QString& modelPath, const QStringList& training, const QStringList& prediction,
                    std::shared_ptr<const Diagnosis> diagnosis);
    /// The file the weights come from, where it is not the model's; before setSources().
    void setWeights(const QString& path) { m_weights = path; }
    /// Pictures of a source's first samples.
    void setThumbnails(bool training, int inputPosition, std::vector<QImage> images);
    void keepThumbnails(const std::set<std::pair<bool, int>>& pictured); ///< and drop those of other sources
    /// The arrays of a container to choose from.
    void offerParts(SourceKind kind, const QString& input, const QString& path, const std::vector<SourceEntry>& parts);
    /// The model's inputs to choose from, for a file that was given to none of them.
    void offerInputs(SourceKind kind, const QString& path);
    QList<SourceCard*> cards() const;

signals:
    void sourceGiven(plumbline::SourceKind kind, const QString& input, const QString& text);
    void browseRequested(plumbline::SourceKind kind, const QString& input);

private:
    void choose(const QString& title, const QString& question, const QStringList& choices, int first,
                std::function<void(qsizetype)> chosen);
    std::optional<std::pair<SourceKind, QString>> cardWithFocus() const;
    SourceCard* addCard(SourceKind kind, const QString& input);
    void fillModel(SourceCard* card);
    void fillSource(SourceCard* card, const SourceSummary* source, const SourceSummary* other, const QString& typed,
                    int position);
    std::shared_ptr<const Diagnosis> m_diagnosis;
    QString m_modelPath, m_weights;
    QVBoxLayout* m_content;
    QScrollArea* m_scroll;
    bool m_reveals = false; ///< the card that is off
    std::map<std::pair<bool, int>, std::vector<QImage>> m_thumbnails;
    std::map<std::pair<bool, int>, class Thumbnails*> m_thumbnailViews;
    QString m_thumbnailSources; ///< the sources the thumbnails belong to
    QString m_told;             ///< by the cards as they stand
};

} // namespace plumbline
