#pragma once
// One layer closely: its elements as a heatmap or as images, exact values, statistics beside training's, distribution,
// channels, columns; and what the model file says of it, its weights included. Elements are asked for slice by slice
// and arrive later.

#include "core/diagnosis/diagnosis.h"
#include "core/isolation/worker.h"

#include <QWidget>

#include <memory>

class QLabel;
class QScrollArea;
class QVBoxLayout;
class QTableView;

namespace plumbline {

class HeatmapView;
class ImageView;
class DistributionPlot;
class ChannelBars;
class ColumnsModel;
class AttributesModel;
class StatisticsTable;
class TensorPane;
class WeightsModel;

/// What a part of the inspector asks elements for. Answers come back under the same name, and a newer question
/// supersedes an older one of its name only.
enum class ElementsFor { slice, images, weight, trainingColumns, predictionColumns };

class InspectorPanel final : public QWidget {
    Q_OBJECT
public:
    explicit InspectorPanel(QWidget* parent = nullptr);
    void setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis);
    void setRow(int row);
    int row() const { return m_row; }
    /// The answer to elementsRequested(); a null tensor where there is none, and why.
    void setElements(ElementsFor purpose, const TensorRequest& request, const Tensor& tensor, const QString& problem);
    /// The answer to searchRequested().
    void setFound(const TensorRequest& request, const std::vector<std::int64_t>& index);
    void setNothingFound(const TensorRequest& request);
    /// The weight where it has the focus or is all there is, else the output: what the shortcuts act on.
    TensorPane* activePane() const;
    TensorPane* output() const { return m_output; }
    TensorPane* weight() const { return m_weight; }
    HeatmapView* heatmap() const;
    QString exactText() const;
    QString statisticText(int row, int column) const; ///< as shown: column 0 training, 1 here
    const ColumnsModel& columns() const { return *m_columns; }
    void selectWeight(int weight);

signals:
    void elementsRequested(plumbline::ElementsFor purpose, const plumbline::TensorRequest& request);
    /// The next NaN or infinity of an array of this shape, from a row-major position on.
    void searchRequested(const plumbline::TensorRequest& request, const plumbline::Shape& shape, qint64 from,
                         int direction);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitColumns();
    void rebuild();
    void showTitle(const LayerSummary& layer, const Finding* columns);
    void showOutput(const LayerSummary* layer);
    void showColumns(const Finding* finding);
    QString columnRowsText(const SourceSummary* reference) const;
    std::vector<std::int64_t> offColumns() const;
    void showWeights(const LayerSummary* layer);
    std::optional<std::int64_t> badInWeight(const LayerWeightSummary& weight) const; ///< nothing where nobody counted
    void showModel(const LayerSummary* layer);
    void setColumnElements(bool training, std::int64_t first, const Tensor& tensor);
    void requestColumns();
    void requestImages();
    const LayerSummary* layer() const; ///< null where none is chosen
    QString trainingRows() const;      ///< which rows of training the figures shown are of; empty without them
    const LayerResult* result() const { return m_result ? &*m_result : nullptr; }
    /// What the run showed; of an input that the run did not reach, what its source holds.
    std::optional<LayerResult> resultOfRow() const;
    int inputPosition() const; ///< -1 where the row is no input
    const SourceSummary* source(bool training) const;
    TensorRequest emptyRequest() const;
    TensorRequest weightRequest() const;
    const Finding* columnsFinding() const;

    std::shared_ptr<const Diagnosis> m_diagnosis;
    int m_row = -1, m_shownWeight = -1;
    std::optional<LayerResult> m_result;
    bool m_fromSource = false; ///< m_result is the source's: elements come from there too
    std::vector<Statistics> m_trainingColumns, m_predictionColumns;

    QLabel *m_title, *m_rows, *m_problem, *m_certainty, *m_ops, *m_empty;
    QWidget *m_distributionBox, *m_channelsBox, *m_columnsBox, *m_modelBox, *m_weightsBox, *m_imagesBox;
    TensorPane *m_output, *m_weight;
    QScrollArea* m_scroll;
    StatisticsTable* m_statistics;
    ImageView* m_images;
    class RoleLabel* m_imagesPart; ///< how many of the samples are shown, where not all
    DistributionPlot* m_distribution;
    ChannelBars* m_channels;
    ColumnsModel* m_columns;
    AttributesModel* m_attributes;
    WeightsModel* m_weights;
    QTableView *m_columnsTable, *m_attributesTable, *m_weightsTable;
};

} // namespace plumbline
