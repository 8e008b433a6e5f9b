#include "widgets/models/columnsmodel.h"

#include "widgets/common/fonts.h"
#include "widgets/common/histogramdelegate.h"
#include "widgets/common/palette.h"
#include "widgets/common/wording.h"

#include <algorithm>

namespace plumbline {

namespace {

std::optional<std::int64_t> integerOf(const nlohmann::json& object, const char* member) {
    const auto at = object.find(member);
    return at != object.end() && at->is_number_integer() ? std::optional(at->get<std::int64_t>()) : std::nullopt;
}

} // namespace

void ColumnsModel::setFinding(const Finding* finding, const std::vector<std::string>& names) {
    beginResetModel();
    m_rows.clear();
    m_training.clear();
    m_prediction.clear();
    m_certainty.clear();
    m_leftOut = 0;
    m_matched = true;
    if (finding) {
        // "matching" pairs every column of training with one of the prediction; "columns" lists only those without a
        // partner.
        const auto matching = finding->evidence.find("matching");
        const auto evidence =
            matching != finding->evidence.end() && matching->is_object() ? *matching : nlohmann::json::object();
        const auto columns = evidence.find("columns");
        if (columns != evidence.end() && columns->is_array())
            for (const auto& column : *columns) {
                if (!column.is_object())
                    continue;
                Row row;
                row.training = integerOf(column, "training");
                row.here = integerOf(column, "here");
                if (const auto name = column.find("name"); name != column.end() && name->is_string())
                    row.name = name->get<std::string>();
                else if (row.training && *row.training >= 0 && *row.training < static_cast<std::int64_t>(names.size()))
                    row.name = names[static_cast<std::size_t>(*row.training)];
                if (const auto distance = column.find("distance"); distance != column.end() && distance->is_number())
                    row.distance = distance->get<double>();
                m_rows.push_back(std::move(row));
            }
        keepWhatDiffers();
        if (const auto certainty = evidence.find("certainty"); certainty != evidence.end() && certainty->is_number())
            m_certainty =
                tr("Matched by their distributions with certainty %1.").arg(certainty->get<double>(), 0, 'g', 3);
        if (m_leftOut > 0)
            m_certainty += (m_certainty.isEmpty() ? QString() : QStringLiteral(" ")) +
                           countedText(m_leftOut, tr("%1 other column has its partner and is left out."),
                                       tr("%1 other columns have their partners and are left out."));
    }
    endResetModel();
}

void ColumnsModel::keepWhatDiffers() {
    constexpr std::size_t whole = 32; ///< rows that are read at a glance
    constexpr std::size_t around = 5; ///< neighbours of a row without a partner
    if (m_rows.size() <= whole)
        return;
    std::vector<bool> kept(m_rows.size(), false);
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (!m_rows[i].here || !m_rows[i].training)
            for (std::size_t j = i - std::min(i, around); j <= std::min(i + around, m_rows.size() - 1); ++j)
                kept[j] = true;
    std::vector<Row> rows;
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (kept[i])
            rows.push_back(std::move(m_rows[i]));
    m_leftOut = static_cast<int>(m_rows.size() - rows.size());
    m_rows = std::move(rows);
}

std::pair<std::int64_t, std::int64_t> ColumnsModel::span(bool training) const {
    std::optional<std::int64_t> first, last;
    for (const auto& row : m_rows)
        if (const auto& at = training ? row.training : row.here) {
            first = std::min(first.value_or(*at), *at);
            last = std::max(last.value_or(*at), *at);
        }
    return first ? std::pair(*first, *last + 1) : std::pair<std::int64_t, std::int64_t>(0, 0);
}

void ColumnsModel::setColumns(std::size_t count, const std::vector<std::string>& names,
                              const std::vector<std::int64_t>& off) {
    beginResetModel();
    m_rows.clear();
    m_training.clear();
    m_prediction.clear();
    m_certainty.clear();
    m_leftOut = 0;
    m_matched = false;
    for (std::size_t i = 0; i < count; ++i) {
        const auto at = static_cast<std::int64_t>(i);
        const bool isOff = std::ranges::find(off, at) != off.end();
        m_rows.push_back({at, at, i < names.size() ? names[i] : std::string(), {}, isOff, {}});
    }
    endResetModel();
}

const Statistics* ColumnsModel::statistics(const std::vector<Statistics>& of,
                                           std::optional<std::int64_t> column) const {
    return column && *column >= 0 && *column < static_cast<std::int64_t>(of.size())
               ? &of[static_cast<std::size_t>(*column)]
               : nullptr;
}

void ColumnsModel::setStatistics(std::vector<Statistics> training, std::vector<Statistics> prediction) {
    constexpr int bins = 32;
    m_training = std::move(training);
    m_prediction = std::move(prediction);
    for (auto& row : m_rows)
        row.histogram =
            HistogramPair::of(statistics(m_training, row.training), statistics(m_prediction, row.here), bins);
    if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int ColumnsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QString ColumnsModel::lastText(const Row& row) const {
    if (!m_matched) {
        const auto* here = statistics(m_prediction, row.here);
        return here ? valueText(here->mean) : QString();
    }
    if (!row.here)
        return tr("missing");
    if (!row.training)
        return tr("extra");
    return row.distance ? timesText(*row.distance) : QString();
}

QVariant ColumnsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    const bool isMarked = row.off || !row.here.has_value() || !row.training.has_value();
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case TrainingColumn: return row.training ? QString::number(*row.training) : QStringLiteral("–");
        case NameColumn: return toQString(row.name);
        case DistributionColumn: return {};
        case HereColumn:
            if (const auto* training = statistics(m_training, row.training); !m_matched)
                return training ? valueText(training->mean) : QString();
            return row.here ? QString::number(*row.here) : QStringLiteral("–");
        default: return lastText(row);
        }
    case MarkedRole: return isMarked;
    case HistogramRole: return QVariant::fromValue(row.histogram);
    case Qt::AccessibleTextRole:
        if (index.column() == DistributionColumn && !row.histogram.isEmpty())
            return tr("values from %1").arg(rangeText(row.histogram.least, row.histogram.largest));
        return data(index, Qt::DisplayRole);
    case Qt::FontRole: return index.column() == NameColumn ? interfaceFont() : monoFont();
    case Qt::BackgroundRole: return isMarked ? QVariant(color(Role::divergenceSoft)) : QVariant();
    case Qt::ForegroundRole: return color(isMarked && index.column() == DistanceColumn ? Role::divergence : Role::text);
    case Qt::TextAlignmentRole:
        return QVariant(Qt::AlignVCenter | (index.column() <= NameColumn ? Qt::AlignLeft : Qt::AlignRight));
    default: return {};
    }
}

QVariant ColumnsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignVCenter | (section <= DistributionColumn ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole)
        return {};
    if (section == DistributionColumn)
        return tr("distribution");
    if (!m_matched && section >= HereColumn)
        return section == HereColumn ? tr("training") : tr("here");
    return std::array{QStringLiteral("#"), m_matched ? tr("training") : tr("column"), QString(), tr("here"),
                      tr("distance")}[static_cast<std::size_t>(section)];
}

} // namespace plumbline
