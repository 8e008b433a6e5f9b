#include "widgets/views/imageview.h"

#include "widgets/common/palette.h"
#include "widgets/common/thumbnails.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {
constexpr int gap = 4;
}

ImageView::ImageView(QWidget* parent) : QWidget(parent) {
    auto policy = QSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Samples as images"));
}

bool ImageView::setTensor(const Tensor& tensor, bool channelsLast, std::size_t maximum) {
    m_images = imagesOf(tensor, channelsLast, maximum);
    updateGeometry();
    update();
    return !m_images.empty();
}

int ImageView::perRow() const { return std::clamp(static_cast<int>(m_images.size()), 1, m_images.size() > 8 ? 8 : 4); }

int ImageView::heightForWidth(int width) const {
    if (m_images.empty())
        return 0;
    const int columns = perRow(), rows = (static_cast<int>(m_images.size()) + columns - 1) / columns;
    const int side = std::min(96, (width - gap * (columns - 1)) / columns);
    return rows * side + gap * (rows - 1);
}

void ImageView::paintEvent(QPaintEvent*) {
    if (m_images.empty())
        return;
    QPainter painter(this);
    const int columns = perRow();
    const int side = std::min(96, (width() - gap * (columns - 1)) / columns);
    for (std::size_t i = 0; i < m_images.size(); ++i) {
        const int column = static_cast<int>(i) % columns, row = static_cast<int>(i) / columns;
        const QRect cell(column * (side + gap), row * (side + gap), side, side);
        QRect target(QPoint(), m_images[i].size().scaled(cell.size(), Qt::KeepAspectRatio));
        target.moveCenter(cell.center());
        painter.drawImage(target, m_images[i]);
    }
}

} // namespace plumbline
