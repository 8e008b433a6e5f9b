#pragma once
// Rows of any table model as text for the clipboard, with the header in the first row.

#include <QModelIndexList>
#include <QString>

class QAbstractItemModel;

namespace plumbline {

enum class TableFormat { text, csv, markdown };

/// `rows` of `model` in the order given; none: all rows. Text is padded into columns; CSV quotes as RFC 4180 has it.
QString tableText(const QAbstractItemModel& model, TableFormat format, const QList<int>& rows = {});

} // namespace plumbline
