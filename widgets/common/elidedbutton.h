#pragma once
// A flat button whose text is shortened where it does not fit, and is then whole in its tooltip.

#include <QPushButton>

namespace plumbline {

/// The flat button of a list or of a fold.
class ElidedButton final : public QPushButton {
    Q_OBJECT
public:
    ElidedButton(const QIcon& icon, QString text, Qt::TextElideMode mode, QWidget* parent = nullptr);
    const QString& wholeText() const { return m_whole; }
    QSize sizeHint() const override; ///< of the whole text
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    int advance(const QString& text) const;
    int surround() const; ///< the width that is no text: icon and padding
    QString m_whole;
    Qt::TextElideMode m_mode;
};

} // namespace plumbline
