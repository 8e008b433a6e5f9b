#pragma once
// Every action and every layer by name (Ctrl+K).

#include <QDialog>
#include <QList>

#include <functional>

class QAction;
class QLabel;
class QLineEdit;
class QListWidget;

namespace plumbline {

struct PaletteEntry {
    QString title, hint; ///< what is shown; a shortcut or a type beside it
    std::function<void()> run;
};

class CommandPalette final : public QDialog {
    Q_OBJECT
public:
    CommandPalette(QList<PaletteEntry> entries, QWidget* parent);
    void setText(const QString& text);
    int shownCount() const;
    void runCurrent();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void filter(const QString& text);
    QList<PaletteEntry> m_entries;
    QLineEdit* m_field;
    QListWidget* m_list;
    QLabel* m_nothing; ///< says that nothing was found
};

} // namespace plumbline
