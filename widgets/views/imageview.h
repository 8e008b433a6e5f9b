#pragma once
// An output that is images, as a grid of them.

#include "core/tensor/tensor.h"

#include <QImage>
#include <QWidget>

namespace plumbline {

class ImageView final : public QWidget {
    Q_OBJECT
public:
    explicit ImageView(QWidget* parent = nullptr);
    static constexpr std::size_t mostShown = 16;
    /// Up to `maximum` samples; false (and hidden) where the tensor is no batch of images with 1, 3 or 4 channels.
    bool setTensor(const Tensor& tensor, bool channelsLast, std::size_t maximum = mostShown);
    std::size_t count() const { return m_images.size(); }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return {200, heightForWidth(200)}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int perRow() const;
    std::vector<QImage> m_images;
};

} // namespace plumbline
