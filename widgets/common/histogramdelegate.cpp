#include "widgets/common/histogramdelegate.h"

#include <QPainter>

namespace plumbline {

void HistogramDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    if (const auto ground = index.data(Qt::BackgroundRole); ground.isValid())
        painter->fillRect(option.rect, ground.value<QColor>());
    const auto pair = index.data(m_role).value<HistogramPair>();
    if (!pair.isEmpty())
        paintHistogram(*painter, QRectF(option.rect).adjusted(6, 3, -6, -3), pair);
}

} // namespace plumbline
