#include "widgets/panels/inspectorpanel.h"

#include "core/diagnosis/comparison.h"
#include "widgets/common/axisnames.h"
#include "widgets/common/controls.h"
#include "widgets/common/fonts.h"
#include "widgets/common/histogramdelegate.h"
#include "widgets/common/style.h"
#include "widgets/common/wording.h"
#include "widgets/models/columnsmodel.h"
#include "widgets/models/layerdetailmodels.h"
#include "widgets/panels/statisticstable.h"
#include "widgets/panels/tensorpane.h"
#include "widgets/views/channelbars.h"
#include "widgets/views/distributionplot.h"
#include "widgets/views/imageview.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace plumbline {

namespace {

QTableView* plainTable(QAbstractItemModel* model, const QString& name, int stretched) {
    auto* table = new QTableView;
    table->setModel(model);
    table->setShowGrid(false);
    table->setSelectionMode(QAbstractItemView::NoSelection);
    table->setFocusPolicy(Qt::TabFocus);
    table->setTabKeyNavigation(false); // the key goes on to what stands behind the table
    table->verticalHeader()->hide();
    table->horizontalHeader()->setHighlightSections(false);
    table->verticalHeader()->setDefaultSectionSize(24);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(stretched, QHeaderView::Stretch);
    table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    table->setWordWrap(false);
    table->setTextElideMode(Qt::ElideRight);
    table->setAccessibleName(name);
    // As tall as its rows: the panel scrolls, not the table in it.
    const auto resize = [table, model] {
        const int head = table->horizontalHeader()->isHidden() ? 0 : table->horizontalHeader()->sizeHint().height();
        table->setFixedHeight(head + 24 * std::min(64, model->rowCount()) + 2);
    };
    QObject::connect(model, &QAbstractItemModel::modelReset, table, resize);
    resize();
    return table;
}

// A shape stays on one line.
QString unbroken(QString text) { return text.replace(' ', "&nbsp;"); }

// A box with a head that is hidden as a whole where it would be empty.
QWidget* section(const QString& title, const std::vector<QWidget*>& contents, QVBoxLayout* into) {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(6);
    if (!title.isEmpty())
        layout->addWidget(sectionHead(title));
    for (auto* widget : contents)
        layout->addWidget(widget);
    into->addWidget(box);
    return box;
}

} // namespace

InspectorPanel::InspectorPanel(QWidget* parent) : QWidget(parent) {
    auto* body = new QWidget;
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(14, 4, 14, 14);
    layout->setSpacing(6);
    m_title = new RoleLabel({}, interfaceFont(12), Role::secondaryText);
    m_title->setWordWrap(true);
    m_title->setTextFormat(Qt::RichText);
    layout->addWidget(m_title);
    m_rows = new RoleLabel({}, interfaceFont(12), Role::secondaryText);
    m_rows->setObjectName("trainingRows");
    m_rows->setWordWrap(true);
    layout->addWidget(m_rows);
    m_empty = new RoleLabel(tr("Choose a layer to see its values."), interfaceFont(12), Role::secondaryText);
    m_empty->setWordWrap(true);
    layout->addWidget(m_empty);
    m_columns = new ColumnsModel(this);
    m_columnsTable = plainTable(m_columns, tr("Columns of training and of the prediction"), ColumnsModel::NameColumn);
    m_columnsTable->setItemDelegateForColumn(ColumnsModel::DistributionColumn,
                                             new HistogramDelegate(ColumnsModel::HistogramRole, m_columnsTable));
    m_certainty = new RoleLabel({}, interfaceFont(12), Role::secondaryText);
    m_certainty->setWordWrap(true);
    m_columnsBox = section({}, {m_columnsTable, m_certainty}, layout);
    m_statistics = new StatisticsTable;
    m_output = new TensorPane(tr("Output"));
    m_output->setSide(m_statistics);
    layout->addWidget(m_output);
    m_problem = new RoleLabel({}, interfaceFont(12), Role::secondaryText);
    m_problem->setWordWrap(true);
    layout->addWidget(m_problem);

    m_images = new ImageView;
    m_imagesPart = new RoleLabel({}, interfaceFont(12), Role::secondaryText);
    m_imagesBox = section(tr("Images"), {m_images, m_imagesPart}, layout);
    m_distribution = new DistributionPlot;
    auto* logarithmic = new QCheckBox(tr("logarithmic counts"));
    logarithmic->setFont(interfaceFont(12));
    connect(logarithmic, &QCheckBox::toggled, m_distribution, &DistributionPlot::setLogarithmic);
    m_distributionBox = section({}, {m_distribution}, layout);
    auto* distributionHead = new QHBoxLayout;
    distributionHead->addWidget(sectionHead(tr("Distribution")));
    distributionHead->addStretch();
    distributionHead->addWidget(logarithmic);
    static_cast<QVBoxLayout*>(m_distributionBox->layout())->insertLayout(0, distributionHead);
    m_channels = new ChannelBars;
    m_channelsBox = section(tr("Channels by distance from training"), {m_channels}, layout);
    m_weights = new WeightsModel(this);
    m_weightsTable = plainTable(m_weights, tr("Weights"), 0);
    m_weightsTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_weightsTable->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_weightsTable->setFocusPolicy(Qt::StrongFocus);
    m_weight = new TensorPane(tr("Weight"));
    m_weightsBox = section(tr("Weights"), {m_weightsTable, m_weight}, layout);
    m_attributes = new AttributesModel(this);
    m_attributesTable = plainTable(m_attributes, tr("Settings"), 1);
    m_attributesTable->horizontalHeader()->hide();
    m_ops = new RoleLabel({}, monoFont(), Role::text);
    m_ops->setWordWrap(true);
    m_modelBox = section(tr("Settings and ops"), {m_attributesTable, m_ops}, layout);
    layout->addStretch();

    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    m_scroll = scrolling(body);
    outer->addWidget(m_scroll);
    setMinimumWidth(300);
    connect(m_output, &TensorPane::sliceRequested, this, [this] {
        auto request = emptyRequest();
        request.ranges = m_output->ranges();
        emit elementsRequested(ElementsFor::slice, request);
    });
    connect(m_weight, &TensorPane::sliceRequested, this, [this] {
        auto request = weightRequest();
        request.ranges = m_weight->ranges();
        emit elementsRequested(ElementsFor::weight, request);
    });
    connect(m_output, &TensorPane::searchRequested, this, [this](qint64 from, int direction) {
        emit searchRequested(emptyRequest(), m_output->shape(), from, direction);
    });
    connect(m_weight, &TensorPane::searchRequested, this, [this](qint64 from, int direction) {
        emit searchRequested(weightRequest(), m_weight->shape(), from, direction);
    });
    connect(m_weightsTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { selectWeight(current.row()); });
    connect(m_channels, &ChannelBars::channelPicked, this, [this](int channel) {
        const auto rank = m_output->shape().rank();
        m_output->setPosition(!layer() || layer()->channelsLast || rank < 2 ? rank - 1 : 1, channel);
    });
    rebuild();
}

void InspectorPanel::setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis) {
    m_diagnosis = std::move(diagnosis);
    const auto count = m_diagnosis && m_diagnosis->model ? static_cast<int>(m_diagnosis->model->layers.size()) : 0;
    if (m_row >= count)
        m_row = -1;
    rebuild();
}

void InspectorPanel::setRow(int row) {
    const bool isOther = row != m_row;
    m_row = row;
    rebuild();
    // A weight that is at fault is seen without scrolling, once everything has its place.
    if (isOther)
        QTimer::singleShot(0, this, [this] {
            const auto* place = m_diagnosis ? m_diagnosis->firstDivergence() : nullptr;
            const bool isWeight = place && place->kind == PlaceKind::weight && rowOf(*m_diagnosis, *place) == m_row;
            m_scroll->verticalScrollBar()->setValue(isWeight ? m_weightsBox->y() : 0);
        });
}

int InspectorPanel::inputPosition() const {
    const auto* of = layer();
    if (!of || !of->isInput)
        return -1;
    const auto& inputs = m_diagnosis->model->inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i].name == of->name)
            return static_cast<int>(i);
    return inputs.size() == 1 ? 0 : -1;
}

std::optional<LayerResult> InspectorPanel::resultOfRow() const {
    const auto at = static_cast<std::size_t>(m_row);
    if (m_row < 0 || !m_diagnosis || !m_diagnosis->model)
        return {};
    if (at < m_diagnosis->layers.size() && !m_diagnosis->layers[at].shapes.empty())
        return m_diagnosis->layers[at];
    const int position = inputPosition();
    if (position < 0)
        return {};
    const auto& name = m_diagnosis->model->inputs[static_cast<std::size_t>(position)].name;
    LayerResult result;
    for (const auto& source : m_diagnosis->prediction)
        if (source.input == name && source.statistics.count > 0) {
            result.shapes = {source.shape};
            result.dtype = source.dtype;
            result.statistics = source.statistics;
        }
    for (const auto& source : m_diagnosis->training)
        if (source.input == name && source.statistics.count > 0) {
            result.training = source.statistics;
            result.trainingRows = rowsBehind(source);
        }
    return result.shapes.empty() ? std::nullopt : std::optional(result);
}

QString InspectorPanel::trainingRows() const {
    const auto* run = result();
    if (!run || !run->training)
        return {};
    const int position = inputPosition();
    const auto input =
        position < 0 ? std::string() : m_diagnosis->model->inputs[static_cast<std::size_t>(position)].name;
    return trainingRowsText(*m_diagnosis, input, run->trainingRows);
}

const LayerSummary* InspectorPanel::layer() const {
    return m_row >= 0 && m_diagnosis && m_diagnosis->model
               ? &m_diagnosis->model->layers[static_cast<std::size_t>(m_row)]
               : nullptr;
}

const Finding* InspectorPanel::columnsFinding() const {
    if (!layer())
        return nullptr;
    for (const auto& finding : m_diagnosis->findings)
        if (finding.evidence.contains("matching") && rowOf(*m_diagnosis, finding.where) == m_row)
            return &finding;
    return nullptr;
}

void InspectorPanel::rebuild() {
    const auto* of = layer();
    m_result = resultOfRow();
    // A run that could not begin keeps no elements of its inputs: their sources do.
    const std::vector<LayerResult> none;
    const auto& results = m_diagnosis ? m_diagnosis->layers : none;
    const bool stopped = std::any_of(results.begin(), results.end(), [](const LayerResult& layer) {
        return layer.status == LayerStatus::failed || layer.status == LayerStatus::notReached;
    });
    m_fromSource = m_result && inputPosition() >= 0 && (results.empty() || stopped);
    const auto* finding = columnsFinding();
    m_empty->setText(m_diagnosis && m_diagnosis->model ? tr("Choose a layer to see its values.")
                                                       : tr("There is no layer to look into."));
    m_empty->setVisible(!of);
    m_title->setVisible(of);
    if (of)
        showTitle(*of, finding);
    m_problem->setText(of ? breakable(messageText(of->problem)) : QString());
    m_problem->setVisible(!m_problem->text().isEmpty());
    showOutput(of);
    showColumns(finding);
    showWeights(of);
    showModel(of);
}

void InspectorPanel::showTitle(const LayerSummary& of, const Finding* columns) {
    const auto* run = result();
    auto text = QStringLiteral("<span style=\"font-size:14px; font-weight:600; color:%1\">%2</span>&nbsp; %3")
                    .arg(color(Role::text).name(), htmlTextQ(isolated(breakable(toQString(of.name)))),
                         htmlTextQ(isolated(breakable(toQString(of.type)))));
    if (columns && !columns->where.features.empty())
        text += tr(" · columns matched by their distributions");
    else if (run && !run->shapes.empty())
        text += tr(" · output · %1").arg(unbroken(shapesText(run->shapes) + ' ' + dtypeText(run->dtype)));
    else if (!of.expectedShapes.empty())
        text += QStringLiteral(" · %1").arg(unbroken(dimsTextQ(of.expectedShapes.front())));
    m_title->setText(text);
    setAccessibleName(tr("Inspector of %1").arg(toQString(of.name)));
}

void InspectorPanel::showOutput(const LayerSummary* of) {
    const auto* run = result();
    const bool reached = run && !run->shapes.empty();
    m_output->setVisible(reached);
    const auto rows = trainingRows();
    m_statistics->setResult(run, rows);
    m_rows->setText(rows.isEmpty() ? QString() : tr("Training's figures and its histogram are of %1.").arg(rows));
    m_rows->setVisible(reached && !rows.isEmpty());
    m_distribution->setTrainingRows(rows);
    m_imagesBox->hide();
    m_distributionBox->setVisible(reached && !run->statistics.histogram.isEmpty());
    if (reached)
        m_distribution->setStatistics(run->training ? &*run->training : nullptr, &run->statistics);
    m_channelsBox->setVisible(reached && run->channelDivergence.size() > 1);
    m_channels->setDivergence(reached ? run->channelDivergence : std::vector<double>{});
    if (!reached) {
        m_output->clear();
        return;
    }
    const bool last = !of || of->channelsLast;
    TensorSubject subject;
    subject.shape = run->shapes.front();
    const auto rank = subject.shape.rank();
    subject.axes = axisNames(rank, last);
    subject.shown = shownAxes(subject.axes);
    subject.nonFinite = run->statistics.nan + run->statistics.infinite();
    subject.start.assign(rank, 0);
    // The channel that is farthest from training is the one worth seeing first; where there are elements that are no
    // numbers, the first of them.
    if (!run->channelDivergence.empty() && rank >= 3)
        subject.start[last ? rank - 1 : 1] =
            std::max_element(run->channelDivergence.begin(), run->channelDivergence.end()) -
            run->channelDivergence.begin();
    const auto first = run->statistics.firstNan ? run->statistics.firstNan : run->statistics.firstInf;
    if (first && *first < subject.shape.elements())
        subject.start = unflatten(*first, subject.shape);
    m_output->setSubject(std::move(subject));
    requestImages();
}

void InspectorPanel::showModel(const LayerSummary* of) {
    m_attributes->setLayer(of);
    QStringList ops;
    if (of)
        for (const auto& op : of->ops)
            ops << toQString(op);
    m_ops->setText(ops.join(QStringLiteral("  →  ")));
    m_ops->setVisible(!ops.isEmpty());
    m_modelBox->setVisible(of && (!of->attributes.empty() || !ops.isEmpty()));
    m_attributesTable->setVisible(of && !of->attributes.empty());
}

HeatmapView* InspectorPanel::heatmap() const { return m_output->heatmap(); }
QString InspectorPanel::statisticText(int row, int column) const { return m_statistics->text(row, column); }
QString InspectorPanel::exactText() const { return m_output->exactText(); }

} // namespace plumbline
