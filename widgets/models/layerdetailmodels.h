#pragma once
// What the model file says of one layer: its settings, its weights.

#include "core/diagnosis/diagnosis.h"

#include <QAbstractTableModel>

#include <memory>
#include <optional>

namespace plumbline {

/// Settings as the source names them, a name and a value a row.
class AttributesModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setLayer(const LayerSummary* layer);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : 2; }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<std::pair<std::string, std::string>> m_rows;
};

/// Weights by name, shape, dtype and number of elements; one without values in the file says so, and one that holds
/// NaN or infinities.
class WeightsModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { NameColumn, ShapeColumn, DTypeColumn, ElementsColumn, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;
    /// `bad`: NaN and infinities a weight, in the layer's order; nothing where nobody counted.
    void setLayer(const LayerSummary* layer, std::vector<std::optional<std::int64_t>> bad = {});
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<LayerWeightSummary> m_rows;
    std::vector<std::optional<std::int64_t>> m_bad;
};

} // namespace plumbline
