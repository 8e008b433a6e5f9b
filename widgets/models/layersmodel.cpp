#include "widgets/models/layersmodel.h"

#include "widgets/common/fonts.h"
#include "widgets/common/palette.h"
#include "widgets/common/wording.h"
#include "widgets/models/tabletext.h"

#include <limits>

namespace plumbline {

namespace {

/// What was held against nothing only ran.
QString statusText(const LayerResult& result) {
    switch (result.status) {
    case LayerStatus::ok: return result.divergence ? LayersModel::tr("within training") : LayersModel::tr("ran");
    case LayerStatus::diverges: return LayersModel::tr("diverges");
    case LayerStatus::failed: return LayersModel::tr("failed");
    case LayerStatus::notReached: break;
    }
    return LayersModel::tr("not reached");
}

/// A layer that failed in its midst has taken time too.
bool hasTime(const LayerResult& run) { return !run.shapes.empty() || run.microseconds > 0; }

} // namespace

void LayersModel::setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis) {
    const auto count = [](const auto& d) { return d && d->model ? d->model->layers.size() : 0; };
    // While a run goes on the rows stay and their cells fill: a reset would lose the selection each time.
    if (count(m_diagnosis) == count(diagnosis) && count(diagnosis) > 0) {
        m_diagnosis = std::move(diagnosis);
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_diagnosis = std::move(diagnosis);
    endResetModel();
}

int LayersModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid() || !m_diagnosis || !m_diagnosis->model)
        return 0;
    return static_cast<int>(m_diagnosis->model->layers.size());
}

int LayersModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

const LayerResult* LayersModel::result(int row) const {
    const auto at = static_cast<std::size_t>(row);
    return at < m_diagnosis->layers.size() ? &m_diagnosis->layers[at] : nullptr;
}

QString LayersModel::text(int row, int column) const {
    const auto& layer = m_diagnosis->model->layers[static_cast<std::size_t>(row)];
    switch (column) {
    case IndexColumn: return QString::number(row);
    case NameColumn: return toQString(layer.name);
    case TypeColumn: return toQString(layer.type);
    case ExpectedColumn: return layer.expectedShapes.empty() ? QString() : dimsTextQ(layer.expectedShapes.front());
    case ParametersColumn: return layer.parameters > 0 ? countTextQ(layer.parameters) : QString();
    default: break;
    }
    const auto* run = result(row);
    if (!run)
        return {};
    if (column == StatusColumn)
        return statusText(*run);
    if (column == TimeColumn)
        return hasTime(*run) ? durationText(run->microseconds) : QString();
    if (run->shapes.empty())
        return {};
    const auto& numbers = run->statistics;
    switch (column) {
    case ShapeColumn: return shapesText(run->shapes);
    case DTypeColumn: return dtypeText(run->dtype);
    case NanColumn: return countTextQ(numbers.nan);
    case InfColumn: return countTextQ(numbers.infinite());
    case MinColumn: return finiteText(numbers, numbers.min);
    case MaxColumn: return finiteText(numbers, numbers.max);
    case MeanColumn: return finiteText(numbers, numbers.mean);
    case DeviationColumn: return finiteText(numbers, numbers.standardDeviation());
    case DivergenceColumn: return run->divergence ? timesText(*run->divergence) : QString();
    default: return {};
    }
}

QVariant LayersModel::sortValue(int row, int column) const {
    const auto& layer = m_diagnosis->model->layers[static_cast<std::size_t>(row)];
    const auto* run = result(row);
    const bool reached = run && !run->shapes.empty();
    const bool any = reached && run->statistics.finite() > 0;
    constexpr double none = std::numeric_limits<double>::lowest(); // what has no number stands together
    switch (column) {
    case IndexColumn: return row;
    case ParametersColumn: return static_cast<qlonglong>(layer.parameters);
    case NanColumn: return reached ? static_cast<qlonglong>(run->statistics.nan) : -1;
    case InfColumn: return reached ? static_cast<qlonglong>(run->statistics.infinite()) : -1;
    case MinColumn: return any ? run->statistics.min : none;
    case MaxColumn: return any ? run->statistics.max : none;
    case MeanColumn: return any ? run->statistics.mean : none;
    case DeviationColumn: return any ? run->statistics.standardDeviation() : -1.0;
    case DivergenceColumn: return reached ? run->divergence.value_or(-1) : -1.0;
    case TimeColumn: return run && hasTime(*run) ? run->microseconds : -1.0;
    case StatusColumn: return run ? static_cast<int>(run->status) : -1;
    default: return text(row, column);
    }
}

QVariant LayersModel::exactValue(int row, int column) const {
    const auto& layer = m_diagnosis->model->layers[static_cast<std::size_t>(row)];
    const auto* run = result(row);
    // The shortest text that reads back as the same number.
    const auto exact = [](double value) { return QString::number(value, 'g', QLocale::FloatingPointShortest); };
    if (column == ParametersColumn)
        return static_cast<qlonglong>(layer.parameters);
    if (column == TimeColumn && run && hasTime(*run))
        return exact(run->microseconds);
    if (!run || run->shapes.empty())
        return {};
    const auto& numbers = run->statistics;
    const bool any = numbers.finite() > 0;
    switch (column) {
    case NanColumn: return static_cast<qlonglong>(numbers.nan);
    case InfColumn: return static_cast<qlonglong>(numbers.infinite());
    case MinColumn: return any ? exact(numbers.min) : QString();
    case MaxColumn: return any ? exact(numbers.max) : QString();
    case MeanColumn: return any ? exact(numbers.mean) : QString();
    case DeviationColumn: return any ? exact(numbers.standardDeviation()) : QString();
    case DivergenceColumn: return run->divergence ? exact(*run->divergence) : QString();
    default: return {};
    }
}

QVariant LayersModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const int row = index.row(), column = index.column();
    const bool isText = column == NameColumn || column == TypeColumn || column == StatusColumn;
    const auto* run = result(row);
    switch (role) {
    case Qt::DisplayRole: return text(row, column);
    case SortRole: return sortValue(row, column);
    case exactRole: return exactValue(row, column);
    case RowRole: return row;
    case Qt::ToolTipRole: {
        const auto& layer = m_diagnosis->model->layers[static_cast<std::size_t>(row)];
        return literalText(layer.problem.isEmpty() ? text(row, column) : messageText(layer.problem));
    }
    case Qt::TextAlignmentRole: {
        const bool left = isText || column == ExpectedColumn || column == ShapeColumn || column == DTypeColumn;
        return QVariant(Qt::AlignVCenter | (left ? Qt::AlignLeft : Qt::AlignRight));
    }
    case Qt::FontRole:
        if (column == NameColumn)
            return interfaceFont(13, QFont::DemiBold);
        return isText ? interfaceFont() : monoFont();
    case Qt::ForegroundRole:
        if (run && run->status == LayerStatus::notReached)
            return color(Role::secondaryText);
        if (run && column == NanColumn && run->statistics.nan > 0)
            return color(Role::nan);
        if (run && (column == DivergenceColumn || column == StatusColumn) && run->status == LayerStatus::diverges)
            return color(Role::divergence);
        if (run && column == StatusColumn && run->status == LayerStatus::failed)
            return color(Role::failure);
        return isText && column != NameColumn ? QVariant(color(Role::secondaryText)) : QVariant(color(Role::text));
    default: return {};
    }
}

QVariant LayersModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignVCenter |
                        ((section >= NanColumn && section != StatusColumn) || section == IndexColumn ? Qt::AlignRight
                                                                                                     : Qt::AlignLeft));
    if (role == Qt::ToolTipRole && section == DivergenceColumn)
        return tr("In multiples of how far training's own batches of this size move: up to 1× is within training");
    if (role == exactRole)
        return section == TimeColumn ? tr("time_us") : QVariant();
    if (role != Qt::DisplayRole)
        return {};
    static const char* const names[] = {"#",      "name", "type", "expected", "shape", "dtype", "NaN",  "divergence",
                                        "status", "Inf",  "min",  "max",      "mean",  "std",   "time", "parameters"};
    static_assert(std::size(names) == ColumnCount);
    return tr(names[section]);
}

LayersProxy::LayersProxy(QObject* parent) : QSortFilterProxyModel(parent) { setSortRole(LayersModel::SortRole); }

void LayersProxy::setWords(const QString& filter) {
    m_words = filter.split(' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

bool LayersProxy::filterAcceptsRow(int row, const QModelIndex& parent) const {
    QString all;
    for (const int column : {LayersModel::NameColumn, LayersModel::TypeColumn, LayersModel::ExpectedColumn,
                             LayersModel::ShapeColumn, LayersModel::StatusColumn})
        all += sourceModel()->index(row, column, parent).data().toString() + ' ';
    return std::all_of(m_words.begin(), m_words.end(),
                       [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

} // namespace plumbline
