#pragma once
// What the model file says of one layer: its settings, its weights.

#include "core/diagnosis/diagnosis.h"

#include <QAbstractTableModel>

#include <memory>

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

/// Weights by name, shape, dtype and number of elements; one without values in the file says so.
class WeightsModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setLayer(const LayerSummary* layer);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : 4; }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<LayerWeightSummary> m_rows;
};

} // namespace plumbline
