#pragma once
// One layer closely: its elements as a heatmap or as images, exact values, statistics beside training's, distribution,
// channels; and what the model file says of it. Elements are asked for slice by slice and arrive later.

#include "core/diagnosis/diagnosis.h"
#include "core/isolation/worker.h"

#include <QWidget>

#include <memory>

class QLabel;
class QVBoxLayout;
class QSpinBox;
class QTableView;
class QTabBar;
class QGridLayout;

namespace plumbline {

class HeatmapView;
class ImageView;
class DistributionPlot;
class ChannelBars;
class ColumnsModel;
class AttributesModel;
class WeightsModel;
class ElidedLabel;

class InspectorPanel final : public QWidget {
    Q_OBJECT
public:
    explicit InspectorPanel(QWidget* parent = nullptr);
    void setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis);
    void setRow(int row);
    int row() const { return m_row; }
    /// The answer to elementsRequested(); a null tensor where there is none, and why.
    void setElements(const TensorRequest& request, const Tensor& tensor, const QString& problem);
    HeatmapView* heatmap() const { return m_heatmap; }
    QString exactText() const;
    QString statisticText(int row, int column) const; ///< as shown: column 0 training, 1 here
    const ColumnsModel& columns() const { return *m_columns; }

protected:
    void resizeEvent(QResizeEvent* event) override;

signals:
    /// `wholeImages`: for the image view, not for the heatmap; the two do not supersede each other.
    void elementsRequested(const plumbline::TensorRequest& request, bool wholeImages);

private:
    void rebuild();
    void fitHeatmap();
    void buildAxes(const Shape& shape, bool channelsLast);
    void axisChanged(std::size_t axis);
    void requestElements();
    void requestImages();
    void showStatistics();
    void showPicked();
    const LayerResult* result() const { return m_result ? &*m_result : nullptr; }
    /// What the run showed; of an input that the run did not reach, what its source holds.
    std::optional<LayerResult> resultOfRow() const;
    int inputPosition() const; ///< -1 where the row is no input
    TensorRequest emptyRequest() const;
    const Finding* columnsFinding() const;
    Shape shape() const;

    std::shared_ptr<const Diagnosis> m_diagnosis;
    int m_row = -1;
    std::vector<std::int64_t> m_index; ///< by axis: the fixed position, -1 where the axis is shown
    std::vector<QSpinBox*> m_axes;
    std::vector<std::size_t> m_shownAxes; ///< one or two: rows, columns
    Tensor m_slice;
    std::optional<LayerResult> m_result;
    bool m_fromSource = false; ///< m_result is the source's: elements come from there too

    QLabel *m_title, *m_range, *m_problem, *m_certainty, *m_ops, *m_empty;
    ElidedLabel* m_exact;
    QWidget *m_axesRow, *m_elements, *m_statistics, *m_distributionBox, *m_channelsBox, *m_columnsBox, *m_modelBox,
        *m_weightsBox, *m_imagesBox;
    QGridLayout* m_statisticsGrid;
    std::vector<QLabel*> m_numbers;
    HeatmapView* m_heatmap;
    ImageView* m_images;
    DistributionPlot* m_distribution;
    ChannelBars* m_channels;
    ColumnsModel* m_columns;
    AttributesModel* m_attributes;
    WeightsModel* m_weights;
    QTableView *m_columnsTable, *m_attributesTable, *m_weightsTable;
};

} // namespace plumbline
