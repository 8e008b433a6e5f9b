#pragma once
// The programs as they are, as a user or a script calls them.

#include "tests/support/testcase.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

namespace plumbline::test {

class Programs {
protected:
    struct Outcome {
        int exit = -1;
        QByteArray output, errors;
        const QJsonObject document() const { return QJsonDocument::fromJson(output).object(); }
    };

    static QString demo(const char* file) {
        return plumbline::test::testFile(QString("../resources/demo/%1").arg(file));
    }

    static Outcome run(const QStringList& arguments) {
        QProcess process;
        process.start(plumbline::test::binaryFile("plumbline"), arguments);
        if (!process.waitForFinished(120'000))
            qFatal("plumbline did not end");
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
                process.readAllStandardError()};
    }

    static QStringList firstCase(const char* input) {
        return {"check", demo("first/generator.keras"), "--train", demo("first/train.npy"), "--input", demo(input)};
    }

    static QJsonObject withoutTimes(QJsonObject document) {
        QJsonArray layers;
        for (const auto& layer : document["layers"].toArray()) {
            auto row = layer.toObject();
            row.remove("microseconds");
            layers.append(row);
        }
        document["layers"] = layers;
        return document;
    }

    static void write(const QString& path, const QByteArray& bytes) {
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly))
            qFatal("cannot write a test file");
        out.write(bytes);
    }

    QTemporaryDir m_folder;
    QString file(const char* name) const { return m_folder.filePath(name); }
};

} // namespace plumbline::test
