#include "app/document/weightsbeside.h"

#include <QDir>
#include <QFileInfo>

namespace plumbline {

QString weightsBeside(const QString& architecture) {
    const QFileInfo file(architecture);
    if (file.suffix().toLower() != "json")
        return {};
    const QDir folder = file.dir();
    auto base = file.completeBaseName();
    for (const auto* ending : {"_architecture", "_config", "_model"}) // generator_architecture.json
        if (base.endsWith(QLatin1String(ending)) && base.size() > static_cast<qsizetype>(qstrlen(ending)))
            base.chop(static_cast<qsizetype>(qstrlen(ending)));
    for (const auto& name : {base + ".weights", base + "_weights", base + "-weights", base, file.completeBaseName()})
        for (const auto* suffix : {".h5", ".hdf5"})
            if (const auto path = folder.filePath(name + QLatin1String(suffix)); QFileInfo(path).isFile())
                return path;
    const auto others = folder.entryList({"*weights*.h5", "*weights*.hdf5"}, QDir::Files);
    const auto architectures = folder.entryList({"*.json"}, QDir::Files);
    return others.size() == 1 && architectures.size() == 1 ? folder.filePath(others.front()) : QString();
}

} // namespace plumbline
