#pragma once
// What stands where a view would stand that has nothing to show: what happened, and what can be done.

#include <QList>
#include <QWidget>

class QAction;
class QHBoxLayout;
class QLabel;

namespace plumbline {

struct Notice {
    QString icon; ///< name of an icon; empty: none
    bool isFailure = false;
    QString title;                               ///< what happened, in a few words
    QString text;                                ///< the reason, as it was told
    QString hint;                                ///< what to do
    QList<std::pair<QAction*, QString>> actions; ///< buttons and their words, the first one strongest

    bool operator==(const Notice&) const = default;
};

class NoticePanel final : public QWidget {
    Q_OBJECT
public:
    explicit NoticePanel(QWidget* parent = nullptr);
    void setNotice(const Notice& notice);
    const Notice& notice() const { return m_notice; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void recolor();
    Notice m_notice;
    QLabel *m_icon, *m_title, *m_text, *m_hint;
    QHBoxLayout* m_buttons;
};

} // namespace plumbline
