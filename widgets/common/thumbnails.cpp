#include "widgets/common/thumbnails.h"

#include "widgets/common/colormap.h"
#include "widgets/common/palette.h"

#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace plumbline {

namespace {

constexpr std::int64_t largestSide = 4096;

std::vector<double> elementsOf(const Tensor& tensor) {
    std::vector<double> values(static_cast<std::size_t>(tensor.elements()));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = tensor.flat(static_cast<std::int64_t>(i));
    return values;
}

} // namespace

std::vector<QImage> imagesOf(const Tensor& given, bool channelsLast, std::size_t maximum) {
    if (given.isNull() || given.rank() < 3 || given.rank() > 4)
        return {};
    auto tensor = given.rank() == 3 ? given.withAxisInserted(3) : given;
    if (given.rank() == 4 && !channelsLast)
        tensor = tensor.transposed(std::array<std::size_t, 4>{0, 2, 3, 1});
    const auto height = tensor.shape()[1], width = tensor.shape()[2], channels = tensor.shape()[3];
    if (height < 1 || width < 1 || height > largestSide || width > largestSide ||
        (channels != 1 && channels != 3 && channels != 4))
        return {};
    const auto count = std::min<std::int64_t>(tensor.shape()[0], static_cast<std::int64_t>(maximum));
    tensor = tensor.sliced(0, 0, count);
    const auto values = elementsOf(tensor);
    double from = HUGE_VAL, to = -HUGE_VAL;
    for (const double value : values)
        if (std::isfinite(value)) {
            from = std::min(from, value);
            to = std::max(to, value);
        }
    std::vector<QImage> images;
    const auto each = static_cast<std::size_t>(height * width * channels);
    for (std::int64_t i = 0; i < count; ++i)
        images.push_back(valuesToImage(std::span(values).subspan(static_cast<std::size_t>(i) * each, each),
                                       static_cast<int>(height), static_cast<int>(width), static_cast<int>(channels),
                                       from, to));
    return images;
}

Thumbnails::Thumbnails(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("First samples as pictures"));
    hide();
}

void Thumbnails::setImages(std::vector<QImage> images) {
    m_images = std::move(images);
    setVisible(!m_images.empty());
    update();
}

void Thumbnails::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    constexpr int gap = 5;
    const int fit = std::max(1, (width() + gap) / (side + gap));
    for (int i = 0; i < std::min<int>(fit, static_cast<int>(m_images.size())); ++i) {
        const QRect cell(i * (side + gap), 0, side, side);
        const auto size = m_images[static_cast<std::size_t>(i)].size().scaled(cell.size(), Qt::KeepAspectRatio);
        QRect target(QPoint(), size);
        target.moveCenter(cell.center());
        painter.drawImage(target, m_images[static_cast<std::size_t>(i)]);
    }
}

} // namespace plumbline
