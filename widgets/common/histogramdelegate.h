#pragma once
// A histogram in a cell of a table.

#include "widgets/common/histogramview.h"

#include <QStyledItemDelegate>

namespace plumbline {

/// Paints the HistogramPair that the index has under `role` (Q_DECLARE_METATYPE below), and the cell's ground.
class HistogramDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit HistogramDelegate(int role, QObject* parent = nullptr) : QStyledItemDelegate(parent), m_role(role) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {92, 24}; }

private:
    int m_role;
};

} // namespace plumbline

Q_DECLARE_METATYPE(plumbline::HistogramPair)
