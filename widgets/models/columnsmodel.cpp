#include "widgets/models/columnsmodel.h"

#include "widgets/common/fonts.h"
#include "widgets/common/palette.h"
#include "widgets/common/wording.h"

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
    m_certainty.clear();
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
        if (const auto certainty = evidence.find("certainty"); certainty != evidence.end() && certainty->is_number())
            m_certainty =
                tr("Matched by their distributions with certainty %1.").arg(certainty->get<double>(), 0, 'g', 3);
    }
    endResetModel();
}

int ColumnsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ColumnsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    const bool missing = !row.here.has_value(), extra = !row.training.has_value();
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case TrainingColumn: return row.training ? QString::number(*row.training) : QStringLiteral("–");
        case NameColumn: return toQString(row.name);
        case HereColumn: return row.here ? QString::number(*row.here) : QStringLiteral("–");
        default:
            if (missing)
                return tr("missing");
            if (extra)
                return tr("extra");
            return row.distance ? timesText(*row.distance) : QString();
        }
    case MissingRole: return missing || extra;
    case Qt::FontRole: return index.column() == NameColumn ? interfaceFont() : monoFont();
    case Qt::BackgroundRole: return missing || extra ? QVariant(color(Role::divergenceSoft)) : QVariant();
    case Qt::ForegroundRole:
        return color((missing || extra) && index.column() == DistanceColumn ? Role::divergence : Role::text);
    case Qt::TextAlignmentRole:
        return QVariant(Qt::AlignVCenter | (index.column() <= NameColumn ? Qt::AlignLeft : Qt::AlignRight));
    default: return {};
    }
}

QVariant ColumnsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignVCenter | (section <= NameColumn ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole)
        return {};
    return std::array{QStringLiteral("#"), tr("training"), tr("here"),
                      tr("distance")}[static_cast<std::size_t>(section)];
}

} // namespace plumbline
