#include "widgets/common/droppedfiles.h"

#include <QMimeData>
#include <QUrl>

namespace plumbline {

QStringList droppedFiles(const QMimeData* data) {
    QStringList files;
    if (data) // a drag may promise addresses and bring none
        for (const auto& url : data->urls())
            if (url.isLocalFile())
                files << url.toLocalFile();
    return files;
}

} // namespace plumbline
