#pragma once
// The layers of a diagnosis as a table: what the model says of each, and what the run showed.

#include "core/diagnosis/diagnosis.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <memory>

namespace plumbline {

class LayersModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        IndexColumn,
        NameColumn,
        TypeColumn,
        ExpectedColumn,
        ShapeColumn,
        DTypeColumn,
        NanColumn,
        DivergenceColumn,
        StatusColumn,
        InfColumn,
        MinColumn,
        MaxColumn,
        MeanColumn,
        DeviationColumn,
        TimeColumn,
        ParametersColumn,
        ColumnCount
    };
    enum ItemRole { SortRole = Qt::UserRole, RowRole }; ///< a value to sort by; the row in the layers

    using QAbstractTableModel::QAbstractTableModel;
    void setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const LayerResult* result(int row) const;
    QString text(int row, int column) const;
    QVariant sortValue(int row, int column) const;
    QVariant exactValue(int row, int column) const; ///< of a column of numbers
    std::shared_ptr<const Diagnosis> m_diagnosis;
};

/// Sorts by value and keeps rows whose name, type, shape or status holds every word of the filter.
class LayersProxy final : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit LayersProxy(QObject* parent = nullptr);
    void setWords(const QString& filter);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList m_words;
};

} // namespace plumbline
