#pragma once
// Which of training's columns stands where in the prediction, as the finding's evidence has it.

#include "core/diagnosis/finding.h"

#include <QAbstractTableModel>

#include <optional>

namespace plumbline {

class ColumnsModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { TrainingColumn, NameColumn, HereColumn, DistanceColumn, ColumnCount };
    enum ItemRole { MissingRole = Qt::UserRole }; ///< true where the row has no partner

    using QAbstractTableModel::QAbstractTableModel;
    /// `names` are training's, where its file has them.
    void setFinding(const Finding* finding, const std::vector<std::string>& names);
    /// What the evidence says of how sure the match is; empty where it does not.
    const QString& certainty() const { return m_certainty; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        std::optional<std::int64_t> training, here;
        std::string name;
        std::optional<double> distance;
    };
    std::vector<Row> m_rows;
    QString m_certainty;
};

} // namespace plumbline
