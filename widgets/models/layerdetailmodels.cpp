#include "widgets/models/layerdetailmodels.h"

#include "widgets/common/fonts.h"
#include "widgets/common/palette.h"
#include "widgets/common/wording.h"

namespace plumbline {

void AttributesModel::setLayer(const LayerSummary* layer) {
    beginResetModel();
    m_rows.clear();
    if (layer)
        m_rows = layer->attributes;
    endResetModel();
}

int AttributesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant AttributesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const auto& [name, value] = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return toQString(index.column() == 0 ? name : value);
    case Qt::ToolTipRole: return literalText(toQString(index.column() == 0 ? name : value));
    case Qt::FontRole: return index.column() == 0 ? interfaceFont(12) : monoFont();
    case Qt::ForegroundRole: return color(index.column() == 0 ? Role::secondaryText : Role::text);
    default: return {};
    }
}

QVariant AttributesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("attribute") : tr("value");
}

void WeightsModel::setLayer(const LayerSummary* layer, std::vector<std::optional<std::int64_t>> bad) {
    beginResetModel();
    m_rows.clear();
    m_bad = std::move(bad);
    if (layer)
        m_rows = layer->weights;
    endResetModel();
}

int WeightsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant WeightsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const auto at = static_cast<std::size_t>(index.row());
    const auto& weight = m_rows[at];
    const auto bad = at < m_bad.size() ? m_bad[at].value_or(0) : 0;
    const bool isLast = index.column() == ElementsColumn;
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case NameColumn: return toQString(weight.name);
        case ShapeColumn: return shapeText(weight.shape);
        case DTypeColumn: return dtypeText(weight.dtype);
        default:
            return !weight.present ? tr("not in the file")
                   : bad > 0       ? tr("%1 of %2 bad").arg(countTextQ(bad), countTextQ(weight.shape.elements()))
                                   : countTextQ(weight.shape.elements());
        }
    case Qt::FontRole: return index.column() == NameColumn ? interfaceFont(12) : monoFont();
    case Qt::ForegroundRole:
        return color(isLast && !weight.present ? Role::divergence : isLast && bad > 0 ? Role::nan : Role::text);
    case Qt::ToolTipRole: return isLast && bad > 0 ? tr("NaN and infinities") : QVariant();
    case Qt::TextAlignmentRole: return QVariant(Qt::AlignVCenter | (isLast ? Qt::AlignRight : Qt::AlignLeft));
    default: return {};
    }
}

QVariant WeightsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignVCenter | (section == ElementsColumn ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    return std::array{tr("weight"), tr("shape"), tr("dtype"), tr("elements")}[static_cast<std::size_t>(section)];
}

} // namespace plumbline
