#include "widgets/models/tabletext.h"

#include "core/base/escape.h"
#include "widgets/common/wording.h"

#include <QAbstractItemModel>
#include <QStringList>

namespace plumbline {

namespace {

QString escaped(const QString& cell, TableFormat format) {
    const auto text = cell.toStdString();
    return toQString(format == TableFormat::csv        ? csvText(text)
                     : format == TableFormat::markdown ? markdownText(text)
                                                       : visibleText(text));
}

} // namespace

QString tableText(const QAbstractItemModel& model, TableFormat format, const QList<int>& chosen) {
    const int columns = model.columnCount();
    auto rows = chosen;
    if (rows.isEmpty())
        for (int row = 0; row < model.rowCount(); ++row)
            rows << row;
    QList<QStringList> cells;
    QStringList header;
    for (int column = 0; column < columns; ++column)
        header << (format == TableFormat::csv && model.headerData(column, Qt::Horizontal, exactRole).isValid()
                       ? model.headerData(column, Qt::Horizontal, exactRole)
                       : model.headerData(column, Qt::Horizontal))
                      .toString();
    cells << header;
    for (const int row : rows) {
        QStringList line;
        for (int column = 0; column < columns; ++column) {
            const auto index = model.index(row, column);
            const auto number = format == TableFormat::csv ? index.data(exactRole) : QVariant();
            line << (number.isValid() ? number : index.data()).toString();
        }
        cells << line;
    }
    for (auto& line : cells)
        for (auto& cell : line)
            cell = escaped(cell, format);
    QList<qsizetype> widths(columns, 0);
    for (const auto& line : cells)
        for (int column = 0; column < columns; ++column)
            widths[column] = std::max(widths[column], line[column].size());

    QString out;
    for (qsizetype i = 0; i < cells.size(); ++i) {
        QStringList line;
        for (int column = 0; column < columns; ++column)
            line << (format == TableFormat::text ? cells[i][column].leftJustified(widths[column]) : cells[i][column]);
        if (format == TableFormat::csv)
            out += line.join(',');
        else if (format == TableFormat::markdown)
            out += "| " + line.join(" | ") + " |";
        else
            out += line.join("  ").trimmed();
        out += '\n';
        if (i == 0 && format == TableFormat::markdown)
            out += "|" + QString(" --- |").repeated(columns) + '\n';
    }
    return out;
}

} // namespace plumbline
