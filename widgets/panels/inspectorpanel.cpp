#include "widgets/panels/inspectorpanel.h"

#include "widgets/common/controls.h"
#include "widgets/common/fonts.h"
#include "widgets/common/style.h"
#include "widgets/common/wording.h"
#include "widgets/models/columnsmodel.h"
#include "widgets/models/layerdetailmodels.h"
#include "widgets/views/channelbars.h"
#include "widgets/views/distributionplot.h"
#include "widgets/views/heatmapview.h"
#include "widgets/views/imageview.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QSpinBox>
#include <QTableView>
#include <QVBoxLayout>

namespace plumbline {

namespace {

QTableView* plainTable(QAbstractItemModel* model, const QString& name, int stretched) {
    auto* table = new QTableView;
    table->setModel(model);
    table->setShowGrid(false);
    table->setSelectionMode(QAbstractItemView::NoSelection);
    table->setFocusPolicy(Qt::TabFocus);
    table->verticalHeader()->hide();
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
        table->setFixedHeight(table->horizontalHeader()->sizeHint().height() + 24 * std::min(64, model->rowCount()) +
                              2);
    };
    QObject::connect(model, &QAbstractItemModel::modelReset, table, resize);
    resize();
    return table;
}

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
    m_empty = new RoleLabel(tr("Choose a layer to see its values."), interfaceFont(12), Role::secondaryText);
    m_empty->setWordWrap(true);
    layout->addWidget(m_empty);
    m_axesRow = new QWidget;
    auto* axes = new QHBoxLayout(m_axesRow);
    axes->setContentsMargins(0, 0, 0, 0);
    axes->setSpacing(5);
    layout->addWidget(m_axesRow);

    m_heatmap = new HeatmapView;
    m_statistics = new QWidget;
    m_statisticsGrid = new QGridLayout(m_statistics);
    m_statisticsGrid->setContentsMargins(0, 0, 0, 0);
    m_statisticsGrid->setHorizontalSpacing(10);
    m_statisticsGrid->setVerticalSpacing(3);
    m_elements = new QWidget;
    auto* elements = new QHBoxLayout(m_elements);
    elements->setContentsMargins(0, 0, 0, 0);
    elements->setSpacing(14);
    elements->addWidget(m_heatmap, 1, Qt::AlignTop);
    elements->addWidget(m_statistics, 0, Qt::AlignTop | Qt::AlignLeft);
    layout->addWidget(m_elements);
    m_exact = new ElidedLabel({}, monoFont(), Role::text);
    m_range = new RoleLabel({}, interfaceFont(12), Role::secondaryText);
    auto* exact = new QHBoxLayout;
    exact->addWidget(m_exact, 1);
    exact->addWidget(m_range);
    layout->addLayout(exact);
    m_problem = new RoleLabel({}, interfaceFont(12), Role::secondaryText);
    m_problem->setWordWrap(true);
    layout->addWidget(m_problem);

    m_columns = new ColumnsModel(this);
    m_columnsTable = plainTable(m_columns, tr("Columns of training and of the prediction"), ColumnsModel::NameColumn);
    m_certainty = new RoleLabel({}, interfaceFont(12), Role::secondaryText);
    m_certainty->setWordWrap(true);
    m_columnsBox = section({}, {m_columnsTable, m_certainty}, layout);
    m_images = new ImageView;
    m_imagesBox = section(tr("Images"), {m_images}, layout);
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
    m_channelsBox = section(tr("Channels by divergence"), {m_channels}, layout);
    m_weights = new WeightsModel(this);
    m_weightsTable = plainTable(m_weights, tr("Weights"), 0);
    m_weightsBox = section(tr("Weights"), {m_weightsTable}, layout);
    m_attributes = new AttributesModel(this);
    m_attributesTable = plainTable(m_attributes, tr("Settings"), 1);
    m_ops = new RoleLabel({}, monoFont(), Role::text);
    m_ops->setWordWrap(true);
    m_modelBox = section(tr("Settings and ops"), {m_attributesTable, m_ops}, layout);
    layout->addStretch();

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(body);
    scroll->viewport()->setAutoFillBackground(false);
    body->setAutoFillBackground(false); // setWidget() turned it on
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    setMinimumWidth(300);
    connect(m_heatmap, &HeatmapView::picked, this, &InspectorPanel::showPicked);
    connect(m_channels, &ChannelBars::channelPicked, this, [this](int channel) {
        if (m_axes.empty())
            return;
        const bool last =
            !m_diagnosis->model || m_diagnosis->model->layers[static_cast<std::size_t>(m_row)].channelsLast;
        const std::size_t axis = last || m_axes.size() < 2 ? m_axes.size() - 1 : 1;
        m_axes[axis]->setValue(channel);
    });
    rebuild();
}

void InspectorPanel::resizeEvent(QResizeEvent*) { fitHeatmap(); }

// The numbers keep their width; the heatmap takes what is left, as square as its shape allows.
void InspectorPanel::fitHeatmap() {
    const int room = width() - 28 - 14 - 12 - m_statistics->sizeHint().width();
    const int side = std::clamp(room, 96, 280);
    m_heatmap->setFixedSize(side, m_heatmap->heightForWidth(side));
}

void InspectorPanel::setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis) {
    m_diagnosis = std::move(diagnosis);
    const auto count = m_diagnosis && m_diagnosis->model ? static_cast<int>(m_diagnosis->model->layers.size()) : 0;
    if (m_row >= count)
        m_row = -1;
    rebuild();
}

void InspectorPanel::setRow(int row) {
    m_row = row;
    rebuild();
}

int InspectorPanel::inputPosition() const {
    const auto& layers = m_diagnosis->model->layers;
    if (!layers[static_cast<std::size_t>(m_row)].isInput)
        return -1;
    const auto& inputs = m_diagnosis->model->inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i].name == layers[static_cast<std::size_t>(m_row)].name)
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
        if (source.input == name && source.statistics.count > 0)
            result.training = source.statistics;
    return result.shapes.empty() ? std::nullopt : std::optional(result);
}

Shape InspectorPanel::shape() const {
    const auto* run = result();
    return run && !run->shapes.empty() ? run->shapes.front() : Shape();
}

const Finding* InspectorPanel::columnsFinding() const {
    if (m_row < 0 || !m_diagnosis || !m_diagnosis->model)
        return nullptr;
    for (const auto& finding : m_diagnosis->findings)
        if (finding.evidence.contains("matching") && rowOf(*m_diagnosis, finding.where) == m_row)
            return &finding;
    return nullptr;
}

void InspectorPanel::rebuild() {
    const bool any = m_row >= 0 && m_diagnosis && m_diagnosis->model;
    m_result = resultOfRow();
    // A run that could not begin keeps no elements of its inputs: their sources do.
    const std::vector<LayerResult> none;
    const auto& results = m_diagnosis ? m_diagnosis->layers : none;
    const bool stopped = std::any_of(results.begin(), results.end(), [](const LayerResult& layer) {
        return layer.status == LayerStatus::failed || layer.status == LayerStatus::notReached;
    });
    m_fromSource = m_result && inputPosition() >= 0 && (results.empty() || stopped);
    const auto* run = result();
    const bool reached = run && !run->shapes.empty();
    const auto* layer = any ? &m_diagnosis->model->layers[static_cast<std::size_t>(m_row)] : nullptr;
    const auto* finding = columnsFinding();
    m_empty->setVisible(!any);
    m_title->setVisible(any);
    if (any) {
        auto text = QStringLiteral("<span style=\"font-size:14px; font-weight:600; color:%1\">%2</span>&nbsp; %3")
                        .arg(color(Role::text).name(), toQString(layer->name).toHtmlEscaped(),
                             toQString(layer->type).toHtmlEscaped());
        if (finding)
            text += tr(" · columns matched by their distributions");
        else if (reached)
            text += tr(" · output · %1 %2").arg(shapesText(run->shapes), dtypeText(run->dtype));
        else if (!layer->expectedShapes.empty())
            text += QStringLiteral(" · %1").arg(dimsTextQ(layer->expectedShapes.front()));
        m_title->setText(text);
        setAccessibleName(tr("Inspector of %1").arg(toQString(layer->name)));
    }
    m_problem->setText(layer ? toQString(layer->problem) : QString());
    m_problem->setVisible(!m_problem->text().isEmpty());
    m_columns->setFinding(finding, finding && !m_diagnosis->training.empty() ? m_diagnosis->training.front().columns
                                                                             : std::vector<std::string>{});
    m_certainty->setText(m_columns->certainty());
    m_columnsBox->setVisible(finding && m_columns->rowCount() > 0);
    m_elements->setVisible(reached);
    m_axesRow->setVisible(reached);
    m_exact->setVisible(reached);
    m_range->setVisible(reached);
    m_imagesBox->hide();
    m_slice = {};
    m_heatmap->clear();
    m_heatmap->hide();
    m_exact->setText({});
    m_range->clear();
    showStatistics();
    fitHeatmap();
    m_distributionBox->setVisible(reached && !run->statistics.histogram.isEmpty());
    if (reached)
        m_distribution->setStatistics(run->training ? &*run->training : nullptr, &run->statistics);
    m_channelsBox->setVisible(reached && !run->channelDivergence.empty());
    m_channels->setDivergence(reached ? run->channelDivergence : std::vector<double>{});
    m_weights->setLayer(layer);
    m_weightsBox->setVisible(layer && !layer->weights.empty());
    m_attributes->setLayer(layer);
    QStringList ops;
    if (layer)
        for (const auto& op : layer->ops)
            ops << toQString(op);
    m_ops->setText(ops.join(QStringLiteral("  →  ")));
    m_ops->setVisible(!ops.isEmpty());
    m_modelBox->setVisible(layer && (!layer->attributes.empty() || !ops.isEmpty()));
    m_attributesTable->setVisible(layer && !layer->attributes.empty());
    buildAxes(shape(), !layer || layer->channelsLast);
    if (reached) {
        requestElements();
        requestImages();
    }
}

void InspectorPanel::showStatistics() {
    clearLayout(m_statisticsGrid);
    m_numbers.clear();
    const auto* run = result();
    if (!run || run->shapes.empty())
        return;
    const auto* training = run->training ? &*run->training : nullptr;
    const auto& here = run->statistics;
    const auto add = [&](const QString& text, int row, int column, Role role, const QFont& font) {
        auto* label = new RoleLabel(text, font, role);
        m_statisticsGrid->addWidget(label, row, column, column == 0 ? Qt::AlignLeft : Qt::AlignRight);
        if (row > 0 && column > 0)
            m_numbers.push_back(label);
    };
    if (training)
        add(tr("training"), 0, 1, Role::secondaryText, interfaceFont(12));
    add(tr("here"), 0, 2, Role::secondaryText, interfaceFont(12));
    struct Row {
        QString name;
        QString training, here;
        bool judged;
    };
    const auto of = [&](const QString& name, auto text, bool judged) {
        return Row{name, training ? text(*training) : QString(), text(here), judged};
    };
    const Row rows[] = {
        of(
            "mean", [](const Statistics& s) { return valueText(s.mean); }, true),
        of(
            "std", [](const Statistics& s) { return valueText(s.standardDeviation()); }, true),
        of(
            "min", [](const Statistics& s) { return valueText(s.min); }, true),
        of(
            "max", [](const Statistics& s) { return valueText(s.max); }, true),
        of(
            "NaN", [](const Statistics& s) { return countTextQ(s.nan); }, false),
        of(
            "Inf", [](const Statistics& s) { return countTextQ(s.infinite()); }, false),
        of(
            "zero", [](const Statistics& s) { return percentText(s.zero, s.count); }, false),
    };
    int at = 1;
    for (const auto& row : rows) {
        add(row.name, at, 0, Role::secondaryText, interfaceFont(12));
        add(row.training, at, 1, Role::text, monoFont());
        const bool off = row.judged && run->divergence.value_or(0) > 1 && row.training != row.here;
        const bool bad = !row.judged && at >= 5 && at <= 6 && row.here != "0";
        add(row.here, at, 2, bad ? Role::nan : off ? Role::divergence : Role::text, monoFont());
        ++at;
    }
}

QString InspectorPanel::statisticText(int row, int column) const {
    const auto at = static_cast<std::size_t>(row * 2 + column);
    return at < m_numbers.size() ? m_numbers[at]->text() : QString();
}

QString InspectorPanel::exactText() const { return m_exact->text(); }

} // namespace plumbline
