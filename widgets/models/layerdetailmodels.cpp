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
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return toQString(index.column() == 0 ? name : value);
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

void WeightsModel::setLayer(const LayerSummary* layer) {
    beginResetModel();
    m_rows.clear();
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
    const auto& weight = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case 0: return toQString(weight.name);
        case 1: return shapeText(weight.shape);
        case 2: return dtypeText(weight.dtype);
        default: return weight.present ? countTextQ(weight.shape.elements()) : tr("not in the file");
        }
    case Qt::FontRole: return index.column() == 0 ? interfaceFont(12) : monoFont();
    case Qt::ForegroundRole: return color(!weight.present && index.column() == 3 ? Role::divergence : Role::text);
    case Qt::TextAlignmentRole:
        return QVariant(Qt::AlignVCenter | (index.column() == 3 ? Qt::AlignRight : Qt::AlignLeft));
    default: return {};
    }
}

QVariant WeightsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section > 3)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignVCenter | (section == 3 ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    return std::array{tr("weight"), tr("shape"), tr("dtype"), tr("elements")}[static_cast<std::size_t>(section)];
}

} // namespace plumbline
