#pragma once
// Rows of any table model as text for the clipboard, with the header in the first row.

#include <QModelIndexList>
#include <QString>

class QAbstractItemModel;

namespace plumbline {

enum class TableFormat { text, csv, markdown };

/// A number as a program reads it, in every digit: what CSV holds where a model has it. Models number their own roles
/// from Qt::UserRole on, far below.
constexpr int exactRole = Qt::UserRole + 100;

/// `rows` of `model` in the order given; none: all rows. Text is padded into columns, one line a row. What the cells
/// hold stays text in each format (core/base/escape.h): Markdown shows it as it is, and a spreadsheet computes none of
/// it.
QString tableText(const QAbstractItemModel& model, TableFormat format, const QList<int>& rows = {});

} // namespace plumbline
