#pragma once
// The layers as a table that sorts, filters and copies.

#include "widgets/models/layersmodel.h"
#include "widgets/models/tabletext.h"

#include <QWidget>

class QLineEdit;
class QTableView;
class QLabel;

namespace plumbline {

class LayersPanel final : public QWidget {
    Q_OBJECT
public:
    explicit LayersPanel(QWidget* parent = nullptr);
    void setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis);
    void selectRow(int row);
    /// The selected rows as shown, or all of them where fewer than two are selected.
    QString text(TableFormat format) const;
    QTableView* table() const { return m_table; }
    LayersProxy* proxy() const { return m_proxy; }
    QLineEdit* filter() const { return m_filter; }

signals:
    void rowSelected(int row);
    void rowActivated(int row);

private:
    std::ptrdiff_t m_reached = -1; ///< layers with a result; -1 where nothing ran
    void copy(TableFormat format);
    void updateCount();
    LayersModel* m_model;
    LayersProxy* m_proxy;
    QTableView* m_table;
    QLineEdit* m_filter;
    QLabel* m_count;
    bool m_selecting = false;
};

} // namespace plumbline
