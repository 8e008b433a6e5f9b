#pragma once
// What a drag brings, as the window takes it.

#include <QStringList>

class QMimeData;

namespace plumbline {

/// The files and folders of this machine in a drag; addresses of others are left out.
QStringList droppedFiles(const QMimeData* data);

} // namespace plumbline
