#pragma once
// The project's own stroke icons, drawn in the colour of a role.

#include "widgets/common/palette.h"

#include <QIcon>

namespace plumbline {

/// An icon by the name of its file below resources/icons, sharp at every scale. Disabled: the border's colour.
QIcon icon(const QString& name, Role role = Role::text);
/// The program's own mark, for the window and the task bar.
QIcon programIcon();

} // namespace plumbline
