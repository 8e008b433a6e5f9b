#pragma once
// The columns of a tabular input: which of training's stands where in the prediction, as the finding's evidence has it;
// or, where no column is in question, training's and the prediction's side by side. Each with its distributions.

#include "core/diagnosis/finding.h"
#include "widgets/common/histogramview.h"

#include <QAbstractTableModel>

#include <optional>

namespace plumbline {

class ColumnsModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { TrainingColumn, NameColumn, DistributionColumn, HereColumn, DistanceColumn, ColumnCount };
    enum ItemRole {
        MarkedRole = Qt::UserRole, ///< true where the row has no partner, or its values are off
        HistogramRole,             ///< a HistogramPair
    };

    using QAbstractTableModel::QAbstractTableModel;
    /// `names` are training's, where its file has them.
    void setFinding(const Finding* finding, const std::vector<std::string>& names);
    /// Every column beside its namesake: nothing is matched, and the means stand where the match stood. `off` are those
    /// that a finding names.
    void setColumns(std::size_t count, const std::vector<std::string>& names,
                    const std::vector<std::int64_t>& off = {});
    /// By column of the array; either may be empty.
    void setStatistics(std::vector<Statistics> training, std::vector<Statistics> prediction);
    /// What the evidence says of how sure the match is; empty where it does not.
    const QString& certainty() const { return m_certainty; }
    /// From the first to behind the last column of an array that the rows speak of.
    std::pair<std::int64_t, std::int64_t> span(bool training) const;
    bool isMatched() const { return m_matched; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        std::optional<std::int64_t> training, here;
        std::string name;
        std::optional<double> distance;
        bool off = false; ///< its values are not training's
        HistogramPair histogram;
    };
    const Statistics* statistics(const std::vector<Statistics>& of, std::optional<std::int64_t> column) const;
    QString lastText(const Row& row) const;
    void keepWhatDiffers(); ///< of many rows those without a partner, and their neighbours

    std::vector<Row> m_rows;
    std::vector<Statistics> m_training, m_prediction;
    QString m_certainty;
    int m_leftOut = 0;
    bool m_matched = true;
};

} // namespace plumbline
