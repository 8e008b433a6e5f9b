#pragma once
// The statistics of a layer's output beside those of training, a figure a row.

#include "core/diagnosis/diagnosis.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace plumbline {

class StatisticsTable final : public QWidget {
    Q_OBJECT
public:
    explicit StatisticsTable(QWidget* parent = nullptr);
    /// Null, or without a shape: empty. `trainingRows` says of which its figures are.
    void setResult(const LayerResult* result, const QString& trainingRows);
    QString text(int row, int column) const; ///< as shown: column 0 training, 1 here

private:
    QGridLayout* m_grid;
    std::vector<QLabel*> m_numbers;
};

} // namespace plumbline
