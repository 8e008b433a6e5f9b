#pragma once
// Keras files for tests: the committed ones, edited or cut, in a folder of their own.

#include "tests/support/testcase.h"

#include "core/formats/bytes/zip.h"
#include "core/formats/model/model.h"

#include <QFile>
#include <QTemporaryDir>

#include <zip.h>

namespace plumbline::test {

inline QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void writeArchive(const QString& path, const std::vector<std::pair<std::string, std::string>>& members) {
    int code = 0;
    auto* archive = zip_open(path.toUtf8().constData(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    for (const auto& [name, text] : members)
        zip_file_add(archive, name.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0), ZIP_FL_OVERWRITE);
    zip_close(archive);
}

using Members = std::vector<std::pair<std::string, std::string>>;

class KerasFiles {
public:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    static QString fixture(const QString& name) { return testFile("fixtures/keras/models/" + name); }

    QString write(const QString& name, const QByteArray& bytes) const {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write(bytes);
        return path(name);
    }

    static Members membersOf(const QString& archive) {
        const auto zip = ZipArchive::open(archive.toStdString());
        Members out;
        for (const auto& member : zip->members())
            out.emplace_back(member.name, *zip->readText(member));
        return out;
    }

    /// A fixture's archive with one text of its config.json put in place of another.
    QString edited(const QString& name, const std::string& from, const std::string& to, bool all = false) const {
        auto members = membersOf(fixture(name));
        bool found = false;
        for (auto& [member, text] : members)
            for (std::size_t at = 0; member == "config.json" && (at = text.find(from, at)) != std::string::npos;) {
                found = true;
                text.replace(at, from.size(), to);
                at += to.size();
                if (!all)
                    break;
            }
        if (!found)
            qWarning("%s does not hold %s", qPrintable(name), from.c_str());
        const auto out = path("edited.keras");
        QFile::remove(out);
        writeArchive(out, members);
        return out;
    }

    static Result<std::shared_ptr<const Model>> open(const QString& model, const QString& weights = {}) {
        return openModel({model.toStdString(), weights.toStdString()});
    }

    static const Layer* firstProblem(const Model& model) {
        for (const auto& layer : model.graph.layers())
            if (layer.problem)
                return &layer;
        return nullptr;
    }

private:
    QTemporaryDir m_folder;
};

} // namespace plumbline::test
