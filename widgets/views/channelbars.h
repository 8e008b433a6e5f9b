#pragma once
// The channels that are farthest from training, as bars.

#include <QWidget>

#include <vector>

namespace plumbline {

class ChannelBars final : public QWidget {
    Q_OBJECT
public:
    explicit ChannelBars(QWidget* parent = nullptr);
    /// By channel, multiples of the envelope. The largest eight are shown.
    void setDivergence(const std::vector<double>& byChannel);
    int count() const { return static_cast<int>(m_bars.size()); }
    int channelAt(int bar) const { return m_bars[static_cast<std::size_t>(bar)].first; }
    QSize sizeHint() const override { return {200, static_cast<int>(m_bars.size()) * lineHeight}; }
    QSize minimumSizeHint() const override { return {100, static_cast<int>(m_bars.size()) * lineHeight}; }

signals:
    void channelPicked(int channel);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    static constexpr int lineHeight = 18;
    std::vector<std::pair<int, double>> m_bars; ///< channel, multiple; largest first
};

} // namespace plumbline
