#include "widgets/models/tabletext.h"

#include <QAbstractItemModel>
#include <QStringList>

namespace plumbline {

namespace {

QString csvCell(QString text) {
    if (!text.contains(',') && !text.contains('"') && !text.contains('\n'))
        return text;
    return '"' + text.replace('"', "\"\"") + '"';
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
    QList<qsizetype> widths(columns, 0);
    for (const auto& line : cells)
        for (int column = 0; column < columns; ++column)
            widths[column] = std::max(widths[column], line[column].size());

    QString out;
    for (qsizetype i = 0; i < cells.size(); ++i) {
        QStringList line;
        for (int column = 0; column < columns; ++column) {
            auto cell = cells[i][column];
            line << (format == TableFormat::csv        ? csvCell(cell)
                     : format == TableFormat::markdown ? cell.replace('|', "\\|")
                                                       : cell.leftJustified(widths[column]));
        }
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
