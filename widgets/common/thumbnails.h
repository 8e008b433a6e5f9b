#pragma once
// A row of small pictures, as many as fit.

#include "core/tensor/tensor.h"

#include <QImage>
#include <QWidget>

#include <vector>

namespace plumbline {

/// The samples of an image batch (n, h, w, c), (n, c, h, w) where `channelsLast` is false, or (n, h, w), each in the
/// range of all. Nothing where the tensor is no such batch.
std::vector<QImage> imagesOf(const Tensor& tensor, bool channelsLast, std::size_t maximum);

class Thumbnails final : public QWidget {
    Q_OBJECT
public:
    explicit Thumbnails(QWidget* parent = nullptr);
    void setImages(std::vector<QImage> images);
    std::size_t count() const { return m_images.size(); }
    QSize sizeHint() const override { return {200, side}; }
    QSize minimumSizeHint() const override { return {side, side}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    static constexpr int side = 32;
    std::vector<QImage> m_images;
};

} // namespace plumbline
