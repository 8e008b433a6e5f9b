// The elements the inspector shows: what it asks for, and where the answers go.

#include "core/diagnosis/comparison.h"
#include "widgets/common/axisnames.h"
#include "widgets/common/controls.h"
#include "widgets/common/wording.h"
#include "widgets/models/columnsmodel.h"
#include "widgets/models/layerdetailmodels.h"
#include "widgets/panels/inspectorpanel.h"
#include "widgets/panels/tensorpane.h"
#include "widgets/views/imageview.h"

#include <QApplication>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>

#include <algorithm>

namespace plumbline {

namespace {

constexpr std::int64_t columnRows = 4096; ///< rows a column's distribution is made of
constexpr std::int64_t mostColumns = 64;
constexpr int distributionWidth = 72, leastForDistribution = 350;

} // namespace

TensorRequest InspectorPanel::emptyRequest() const {
    TensorRequest request;
    request.origin = m_fromSource ? TensorRequest::Origin::source : TensorRequest::Origin::prediction;
    request.layer = m_fromSource ? inputPosition() : m_row;
    return request;
}

TensorRequest InspectorPanel::weightRequest() const {
    TensorRequest request;
    request.origin = TensorRequest::Origin::weight;
    request.layer = m_row;
    request.index = m_shownWeight;
    return request;
}

void InspectorPanel::requestImages() {
    const auto& all = m_output->shape();
    const auto* of = layer();
    if (!of || !isImageBatch(all, of->channelsLast))
        return;
    auto request = emptyRequest();
    request.ranges.emplace_back(0, std::min<std::int64_t>(all[0], ImageView::mostShown));
    for (std::size_t axis = 1; axis < 4; ++axis)
        request.ranges.emplace_back(0, all[axis]);
    emit elementsRequested(ElementsFor::images, request);
}

const SourceSummary* InspectorPanel::source(bool training) const {
    const int position = inputPosition();
    if (position < 0)
        return nullptr;
    const auto& name = m_diagnosis->model->inputs[static_cast<std::size_t>(position)].name;
    for (const auto& source : training ? m_diagnosis->training : m_diagnosis->prediction)
        if (source.input == name)
            return &source;
    return nullptr;
}

void InspectorPanel::requestColumns() {
    if (m_columns->rowCount() == 0)
        return;
    for (const bool training : {true, false}) {
        const auto* of = source(training);
        const auto [first, last] = m_columns->span(training);
        if (!of || of->shape.rank() != 2 || last <= first || last > of->shape[1] || last - first > mostColumns)
            continue;
        TensorRequest request;
        request.origin = TensorRequest::Origin::source;
        request.layer = inputPosition();
        request.trainingSource = training;
        request.ranges = {{0, std::min(of->shape[0], columnRows)}, {first, last}};
        emit elementsRequested(training ? ElementsFor::trainingColumns : ElementsFor::predictionColumns, request);
    }
}

void InspectorPanel::setColumnElements(bool training, std::int64_t first, const Tensor& tensor) {
    if (tensor.rank() != 2)
        return;
    auto& columns = training ? m_trainingColumns : m_predictionColumns;
    columns.assign(static_cast<std::size_t>(first), Statistics()); // by column of the whole array
    for (std::int64_t column = 0; column < tensor.shape()[1]; ++column)
        if (const auto dense = tensor.indexed(1, column).contiguous())
            columns.push_back(statisticsOf(*dense));
    m_columns->setStatistics(m_trainingColumns, m_predictionColumns);
}

/// The columns of this input that findings name for their values.
std::vector<std::int64_t> InspectorPanel::offColumns() const {
    std::vector<std::int64_t> out;
    for (const auto& finding : m_diagnosis->findings)
        if (finding.severity != Severity::note && finding.where.kind == PlaceKind::input &&
            rowOf(*m_diagnosis, finding.where) == m_row)
            out.insert(out.end(), finding.where.features.begin(), finding.where.features.end());
    return out;
}

/// Which rows of training the columns' means are of: ", training's of all 600 training rows".
QString InspectorPanel::columnRowsText(const SourceSummary* reference) const {
    const auto rows = reference ? std::min(rowsBehind(*reference), columnRows) : 0;
    const auto text = rows > 0 ? trainingRowsText(*m_diagnosis, reference->input, rows) : QString();
    return text.isEmpty()                  ? QString()
           : rows < rowsBehind(*reference) ? tr(", training's of the first %1").arg(text)
                                           : tr(", training's of %1").arg(text);
}

void InspectorPanel::showColumns(const Finding* finding) {
    m_trainingColumns.clear();
    m_predictionColumns.clear();
    const auto* reference = layer() ? source(true) : nullptr;
    const auto* here = layer() ? source(false) : nullptr;
    const auto names = reference && !reference->columns.empty() ? reference->columns
                       : here                                   ? here->columns
                                                                : std::vector<std::string>();
    constexpr std::int64_t mostUnnamed = 16; // a latent's hundred numbers are no columns
    // Where nobody can know which column it is, no pairing is shown: the best one would be a guess.
    const bool isKnown = finding && !finding->where.features.empty();
    if (isKnown)
        m_columns->setFinding(finding, names);
    else if (here && reference && here->shape.rank() == 2 && reference->shape.rank() == 2 &&
             here->shape[1] == reference->shape[1] && here->shape[1] > 1 &&
             here->shape[1] <= (names.empty() ? mostUnnamed : mostColumns))
        m_columns->setColumns(static_cast<std::size_t>(here->shape[1]), names, offColumns());
    else
        m_columns->setFinding(nullptr, {});
    m_certainty->setText(finding && !isKnown ? tr("The columns cannot be matched by their distributions: training's "
                                                  "are too much alike to say which is which.")
                         : m_columns->isMatched()
                             ? m_columns->certainty()
                             : tr("Means and distributions, column by column%1.").arg(columnRowsText(reference)));
    m_certainty->setVisible(!m_certainty->text().isEmpty());
    m_columnsTable->setColumnHidden(ColumnsModel::NameColumn, names.empty());
    fitColumns();
    m_columnsTable->setVisible(m_columns->rowCount() > 0);
    m_columnsBox->setVisible(m_columns->rowCount() > 0 || (finding && !isKnown));
    requestColumns();
}

// The numbers are whole in the narrowest panel: the distribution makes room for them, or takes that of absent names.
void InspectorPanel::fitColumns() {
    const bool isNamed = !m_columnsTable->isColumnHidden(ColumnsModel::NameColumn);
    auto* header = m_columnsTable->horizontalHeader();
    header->setSectionResizeMode(ColumnsModel::DistributionColumn, isNamed ? QHeaderView::Fixed : QHeaderView::Stretch);
    m_columnsTable->setColumnHidden(ColumnsModel::DistributionColumn, isNamed && width() < leastForDistribution);
    if (isNamed)
        header->resizeSection(ColumnsModel::DistributionColumn, distributionWidth);
}

void InspectorPanel::resizeEvent(QResizeEvent*) { fitColumns(); }

std::optional<std::int64_t> InspectorPanel::badInWeight(const LayerWeightSummary& weight) const {
    if (isInteger(weight.dtype) || weight.dtype == DType::boolean)
        return 0;
    bool isNamed = false;
    for (const auto& finding : m_diagnosis->findings)
        if (finding.code == "nan-in-weights")
            for (const auto& one : finding.evidence.value("weights", nlohmann::json::array())) {
                isNamed = true;
                if (one.value("layer", "") == layer()->name && one.value("weight", "") == weight.name)
                    return one.value("nan", std::int64_t{0}) + one.value("inf", std::int64_t{0});
            }
    // A check looks at every weight, but names one that layers share only once; a model alone was not looked at.
    const bool wasChecked = !m_diagnosis->prediction.empty() || !m_diagnosis->training.empty();
    return wasChecked && !isNamed ? std::optional<std::int64_t>(0) : std::nullopt;
}

void InspectorPanel::showWeights(const LayerSummary* of) {
    std::vector<std::optional<std::int64_t>> bad;
    for (std::size_t i = 0; of && i < of->weights.size(); ++i)
        bad.push_back(badInWeight(of->weights[i]));
    m_weights->setLayer(of, bad);
    m_weightsBox->setVisible(of && !of->weights.empty());
    m_weight->clear();
    m_shownWeight = -1;
    if (!of)
        return;
    // What a finding names comes first, then what holds a bad number; else the first kernel says more than a bias that
    // stands before it.
    int chosen = -1;
    for (const auto& finding : m_diagnosis->findings)
        for (std::size_t i = 0; i < of->weights.size() && chosen < 0; ++i)
            if (finding.where.kind == PlaceKind::weight && finding.where.name == of->name &&
                finding.where.weight == of->weights[i].name && of->weights[i].present)
                chosen = static_cast<int>(i);
    for (std::size_t i = 0; i < bad.size() && chosen < 0; ++i)
        if (of->weights[i].present && bad[i].value_or(0) > 0)
            chosen = static_cast<int>(i);
    const bool isAtFault = chosen >= 0;
    for (std::size_t i = 0; !isAtFault && i < of->weights.size(); ++i) {
        const auto& weight = of->weights[i];
        if (!weight.present || weight.shape.elements() == 0)
            continue;
        const bool isKernel = weight.shape.rank() >= 2;
        if (chosen < 0 || (isKernel && of->weights[static_cast<std::size_t>(chosen)].shape.rank() < 2))
            chosen = static_cast<int>(i);
    }
    selectWeight(chosen);
}

void InspectorPanel::selectWeight(int weight) {
    const auto* of = layer();
    if (!of || weight < 0 || static_cast<std::size_t>(weight) >= of->weights.size() || weight == m_shownWeight)
        return;
    const auto& summary = of->weights[static_cast<std::size_t>(weight)];
    if (!summary.present || summary.shape.elements() == 0)
        return;
    m_shownWeight = weight;
    TensorSubject subject;
    subject.shape = summary.shape;
    subject.axes = weightAxisNames(*of, summary);
    subject.shown = shownAxes(subject.axes);
    subject.nonFinite = badInWeight(summary);
    for (const auto& finding : m_diagnosis->findings)
        if (finding.where.kind == PlaceKind::weight && finding.where.name == of->name &&
            finding.where.weight == summary.name && finding.where.element &&
            finding.where.element->size() == subject.shape.rank())
            subject.start = *finding.where.element;
    m_weight->setSubject(std::move(subject));
    m_weightsTable->selectRow(weight);
}

void InspectorPanel::setElements(ElementsFor purpose, const TensorRequest& request, const Tensor& tensor,
                                 const QString& problem) {
    if (!layer())
        return;
    const auto expected = purpose == ElementsFor::weight ? weightRequest() : emptyRequest();
    if (purpose == ElementsFor::trainingColumns || purpose == ElementsFor::predictionColumns) {
        const bool isTraining = purpose == ElementsFor::trainingColumns;
        if (request.layer == inputPosition() && !tensor.isNull() && m_columns->rowCount() > 0 &&
            request.ranges.size() == 2 && request.ranges[1] == m_columns->span(isTraining))
            setColumnElements(isTraining, request.ranges[1].first, tensor);
        return;
    }
    if (request.origin != expected.origin || request.layer != expected.layer || request.index != expected.index)
        return;
    if (tensor.isNull()) {
        if (!problem.isEmpty() && purpose != ElementsFor::images)
            (purpose == ElementsFor::weight ? m_weight : m_output)->setProblem(problem);
        return;
    }
    switch (purpose) {
    case ElementsFor::images: {
        m_imagesBox->setVisible(m_images->setTensor(tensor, layer()->channelsLast));
        const auto shown = static_cast<std::int64_t>(m_images->count()), all = m_output->shape()[0];
        m_imagesPart->setText(tr("the first %1 of %2 samples").arg(shown).arg(countTextQ(all)));
        m_imagesPart->setVisible(shown < all);
        break;
    }
    case ElementsFor::weight: m_weight->setSlice(request.ranges, tensor); break;
    default: m_output->setSlice(request.ranges, tensor); break;
    }
}

void InspectorPanel::setNothingFound(const TensorRequest& request) {
    if (layer() && request.layer == (request.origin == TensorRequest::Origin::source ? inputPosition() : m_row))
        (request.origin == TensorRequest::Origin::weight ? m_weight : m_output)->setNothingFound();
}

TensorPane* InspectorPanel::activePane() const {
    return m_weight->isAncestorOf(focusWidget() ? focusWidget() : QApplication::focusWidget()) || m_output->isHidden()
               ? m_weight
               : m_output;
}

void InspectorPanel::setFound(const TensorRequest& request, const std::vector<std::int64_t>& index) {
    const bool isWeight = request.origin == TensorRequest::Origin::weight;
    const auto expected = isWeight ? weightRequest() : emptyRequest();
    if (layer() && request.origin == expected.origin && request.layer == expected.layer)
        (isWeight ? m_weight : m_output)->goTo(index);
}

} // namespace plumbline
