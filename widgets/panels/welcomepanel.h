#pragma once
// The first screen: open something, or see what the program does with a demo, offered by what went wrong in it.

#include <QStringList>
#include <QWidget>

#include <vector>

class QVBoxLayout;

namespace plumbline {

struct Demo {
    QString title, summary; ///< what goes wrong, in a few words; what it is made of
    QString model;
    QStringList training, prediction;
};

/// The demos a `demos.json` lists, paths made absolute; `problem` says what was wrong with the file where there are
/// none.
std::vector<Demo> readDemos(const QString& path, QString* problem = nullptr);

class WelcomePanel final : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePanel(QWidget* parent = nullptr);
    void setContents(const std::vector<Demo>& demos, const QStringList& recent);

signals:
    void openRequested();
    void demoChosen(int demo);
    void recentChosen(const QString& path);

private:
    QVBoxLayout* m_content;
};

} // namespace plumbline
