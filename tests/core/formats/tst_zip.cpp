#include "tests/support/testcase.h"

#include "core/formats/bytes/zip.h"

#include <QFile>
#include <QTemporaryDir>

#include <zip.h>

using namespace plumbline;

namespace {

void writeArchive(const QString& path, const std::vector<std::pair<std::string, std::string>>& members, bool deflate) {
    int code = 0;
    auto* archive = zip_open(path.toUtf8().constData(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    for (const auto& [name, text] : members) {
        auto* source = zip_source_buffer(archive, text.data(), text.size(), 0);
        const auto index = zip_file_add(archive, name.c_str(), source, ZIP_FL_OVERWRITE);
        zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 9);
    }
    zip_close(archive);
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeBytes(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

} // namespace

class tst_zip : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private slots:
    void storedAndDeflatedMembersReadAlike() {
        for (const bool deflate : {false, true}) {
            const auto path = m_folder.filePath("plain.zip");
            writeArchive(path, {{"config.json", "{\"a\": 1}"}, {"empty", ""}}, deflate);
            const auto archive = ZipArchive::open(path.toStdString());
            VERIFY_RESULT(archive);
            QCOMPARE(archive->members().size(), std::size_t(2));
            const auto text = archive->readText(*archive->find("config.json"));
            VERIFY_RESULT(text);
            QCOMPARE(*text, std::string("{\"a\": 1}"));
            QCOMPARE(*archive->readText(*archive->find("empty")), std::string());
            QVERIFY(!archive->find("other"));
        }
    }

    void aMemberStreamsInPieces() {
        const auto path = m_folder.filePath("stream.zip");
        writeArchive(path, {{"a", "0123456789"}}, true);
        const auto archive = ZipArchive::open(path.toStdString());
        VERIFY_RESULT(archive);
        auto stream = archive->stream(archive->members()[0]);
        VERIFY_RESULT(stream);
        const auto skipped = stream->skip(4);
        VERIFY_RESULT(skipped);
        std::string three(3, ' ');
        const auto read = stream->read(std::as_writable_bytes(std::span(three)));
        VERIFY_RESULT(read);
        QCOMPARE(three, std::string("456"));
        std::string tooMany(4, ' ');
        QVERIFY(!stream->read(std::as_writable_bytes(std::span(tooMany))));
    }

    void aBombIsRefusedBeforeItInflates() {
        const auto path = m_folder.filePath("bomb.zip");
        writeArchive(path, {{"config.json", std::string(64u << 20, ' ')}}, true);
        const auto archive = ZipArchive::open(path.toStdString());
        VERIFY_RESULT(archive);
        const auto text = archive->readText(archive->members()[0]);
        QVERIFY(!text);
        QCOMPARE(text.error().code, ErrorCode::refused);
        QVERIFY2(text.error().text().find("Member config.json of") == 0, text.error().text().c_str());
        QVERIFY(text.error().text().find("67.1 MB; at most 100 times is accepted") != std::string::npos);
    }

    void everyCutOfAnArchiveIsAnErrorAndNoCrash() {
        const auto path = m_folder.filePath("whole.zip");
        writeArchive(path, {{"a", std::string(3000, 'x') + "end"}, {"b", "second"}}, true);
        const auto whole = bytesOf(path);
        const auto cutPath = m_folder.filePath("cut.zip");
        for (qsizetype size = 0; size < whole.size(); ++size) {
            writeBytes(cutPath, whole.left(size));
            const auto archive = ZipArchive::open(cutPath.toStdString());
            QVERIFY2(!archive, qPrintable(QString("cut at %1").arg(size)));
            QCOMPARE(archive.error().message.id(), std::string("zip.open"));
        }
    }

    void everyFlippedByteIsNoticedOrHarmless() {
        const auto path = m_folder.filePath("flip.zip");
        const std::string content = "the quick brown fox jumps over the lazy dog";
        writeArchive(path, {{"a", content}}, true);
        const auto whole = bytesOf(path);
        for (qsizetype at = 0; at < whole.size(); ++at) {
            auto bytes = whole;
            bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
            writeBytes(path, bytes);
            const auto archive = ZipArchive::open(path.toStdString());
            if (!archive || archive->members().empty())
                continue;
            const auto text = archive->readText(archive->members()[0]);
            QVERIFY2(!text || *text == content, qPrintable(QString("byte %1").arg(at)));
        }
    }

    void anArchiveInMemoryReadsAsOneOnDisk() {
        const auto path = m_folder.filePath("memory.zip");
        writeArchive(path, {{"a", "alpha"}}, true);
        const auto storage = Storage::mapFile(path.toStdString());
        VERIFY_RESULT(storage);
        const auto archive = ZipArchive::fromMemory(*storage, "memory.zip");
        VERIFY_RESULT(archive);
        QCOMPARE(*archive->readText(archive->members()[0]), std::string("alpha"));
    }
};

PLUMBLINE_TEST(tst_zip)
#include "tst_zip.moc"
