#include "tests/support/testcase.h"

#include "core/formats/data/source.h"

#include <QFile>
#include <QTemporaryDir>

#include <cmath>

using namespace plumbline;

class tst_csv : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    SourceSpec saved(const QByteArray& text, const std::string& part = {}, const QString& name = "table.csv") {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write");
        SourceSpec spec;
        spec.path = file.fileName().toStdString();
        spec.part = part;
        return spec;
    }
    Result<std::unique_ptr<DataSource>> open(const QByteArray& text, const std::string& part = {}) {
        return openSource(saved(text, part));
    }
    /// The table as text: "a,b|1,2;3,nan", the header before '|'.
    QString read(const QByteArray& text, const std::string& part = {}) {
        const auto source = open(text, part);
        if (!source)
            return QString::fromStdString(source.error().message.id());
        const auto table = (*source)->all();
        if (!table)
            return QString::fromStdString(table.error().message.id());
        QString out;
        for (const auto& column : (*source)->columns())
            out += (out.isEmpty() ? "" : ",") + QString::fromStdString(column);
        out += "|";
        for (std::int64_t row = 0; row < table->shape()[0]; ++row)
            for (std::int64_t c = 0; c < table->shape()[1]; ++c)
                out += (c     ? ","
                        : row ? ";"
                              : "") +
                       QString::fromStdString(numberText(table->flat(row * table->shape()[1] + c)));
        return out;
    }

private slots:
    void tablesRead_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("table");
        const auto row = [](const char* name, const char* text, const char* table) {
            QTest::newRow(name) << QByteArray(text) << QString(table);
        };
        row("header", "a,b\n1,2\n3,4\n", "a,b|1,2;3,4");
        row("no header", "1,2\n3,4", "|1,2;3,4");
        row("windows line ends", "a,b\r\n1,2\r\n3,4\r\n", "a,b|1,2;3,4");
        row("old mac line ends", "a,b\r1,2\r", "a,b|1,2");
        row("byte order mark",
            "\xef\xbb\xbf"
            "a,b\n1,2\n",
            "a,b|1,2");
        row("semicolons", "a;b\n1;2\n", "a,b|1,2");
        row("decimal commas", "a;b\n1,5;-2,25\n", "a,b|1.5,-2.25");
        row("tabs", "a\tb\n1\t2\n", "a,b|1,2");
        row("tabs with missing cells", "a\tb\tc\n1\t\t3\n\t2\t\n", "a,b,c|1,nan,3;nan,2,nan");
        row("blanks, as numpy.savetxt writes", "1.000e+00 2.000e+00\n-3.5e-01 nan\n", "|1,2;-0.35,nan");
        row("missing cells", "a,b,c\n1,,3\n,,\n", "a,b,c|1,nan,3;nan,nan,nan");
        row("nan and inf", "a,b,c\nnan,inf,-inf\nNaN,Infinity,-INF\n", "a,b,c|nan,inf,-inf;nan,inf,-inf");
        row("quoted numbers", "\"a\",\"b\"\n\"1\",\"2.5\"\n", "a,b|1,2.5");
        row("quoted names", "\"size, in cm\",\"said \"\"big\"\"\",\"two\nlines\"\n1,2,3\n",
            "size, in cm,said \"big\",two\nlines|1,2,3");
        row("blank lines", "a,b\n\n1,2\n   \n3,4\n\n", "a,b|1,2;3,4");
        row("signs and exponents", "+1,-2e3,.5\n1.,1E-2,-0\n", "|1,-2000,0.5;1,0.01,0");
        row("spaces around", " a , b \n 1 , 2 \n", "a,b|1,2");
        row("one column", "price\n1\n2\n", "price|1;2");
        row("one column without header", "1\n2\n", "|1;2");
        row("header alone", "a,b\n", "a,b|");
        row("pandas' index", ",a,b\n0,1.5,2\n1,2.5,3\n", "Unnamed: 0,a,b|0,1.5,2;1,2.5,3");
        row("pandas' columns without names", "0,1,2\n0.5,1.5,2.5\n1.5,2.5,3.5\n", "0,1,2|0.5,1.5,2.5;1.5,2.5,3.5");
        row("whole numbers that count are data", "0,1,2\n3,4,5\n", "|0,1,2;3,4,5");
        row("beyond a double's range", "1e400,-1e400,1e-400\n", "|inf,-inf,0");
        row("latin-1 names",
            "gr\xf6\xdf"
            "e,b\n1,2\n",
            "größe,b|1,2");
    }
    void tablesRead() {
        QFETCH(QByteArray, text);
        QFETCH(QString, table);
        QCOMPARE(read(text), table);
    }

    void textNamedAsAnArrayIsNoTable() {
        QFile file(m_folder.filePath("page.npy"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("404: Not Found") > 0);
        file.close();
        SourceSpec spec;
        spec.path = file.fileName().toStdString();
        const auto source = openSource(spec);
        QVERIFY(!source);
        QCOMPARE(source.error().code, ErrorCode::cannotRead);
        QVERIFY(source.error().text().ends_with(
            "page.npy holds text, where a .npy file begins with a signature of its own."));
    }

    void aHeaderThatBeginsWithALetterOfLatin1IsATables() {
        const auto source = open("\xe9t\xe9,b\n1,2\n");
        VERIFY_RESULT(source);
        QCOMPARE((*source)->columns(), (std::vector<std::string>{"\u00e9t\u00e9", "b"}));
    }

    void aTableHasNoTypeOfItsOwn() {
        const auto source = open("a,b\n1,2\n");
        VERIFY_RESULT(source);
        QVERIFY(!(*source)->hasOwnDtype());
        QCOMPARE((*source)->dtype(), DType::float64);
        QCOMPARE((*source)->format(), std::string("csv"));
    }

    void everyTextCellIsCountedInItsColumn() {
        const auto source = open("age,city\n41,12\n42,Ulm\n43,Rome\n");
        VERIFY_RESULT(source);
        const auto& text = (*source)->textColumns();
        QCOMPARE(text.size(), std::size_t(1));
        QCOMPARE(text[0].column, std::int64_t{1});
        QCOMPARE(text[0].name, std::string("city"));
        QCOMPARE(text[0].count, std::int64_t{2});
        QVERIFY(text[0].hasNumbers); // a column of numbers, spoiled
        QCOMPARE(text[0].rows, (std::vector<std::int64_t>{1, 2}));
        QCOMPARE(text[0].line, std::int64_t{3});
        QCOMPARE(text[0].first, std::string("Ulm"));
        const auto bare = open("setosa,1,2\nvirginica,3,4\n");
        VERIFY_RESULT(bare);
        QCOMPARE((*bare)->textColumns().size(), std::size_t(1));
        QVERIFY(!(*bare)->textColumns()[0].hasNumbers);
        for (const auto* cell : {"True", "N/A", "0x10", "1.2.3", "nan(5)"}) {
            const auto one = open(QByteArray("a,b\n1,") + cell + "\n");
            VERIFY_RESULT(one);
            QVERIFY2((*one)->textColumns().size() == 1 && (*one)->textColumns()[0].column == 1, cell);
        }
    }

    void unevenRowsAreNamed() {
        const auto source = open("a,b,c\n1,2,3\n4,5\n");
        QVERIFY(!source);
        QCOMPARE(source.error().message.id(), std::string("csv.ragged"));
        QVERIFY(source.error().text().ends_with("has 2 cells in line 3, and 3 in the lines before."));
        QCOMPARE(read("a,b\n1,2\n3,4,5\n"), QString("csv.ragged"));
        QByteArray late = "a,b\n";
        for (int i = 0; i < 10'000; ++i)
            late += "1,2\n";
        QCOMPARE(read(late + "1,2,3\n"), QString("csv.ragged"));
    }

    void quotesThatDoNotMatchAreNamed() {
        const auto open1 = open("a,b\n1,\"2\n3,4\n");
        QVERIFY(!open1);
        QCOMPARE(open1.error().message.id(), std::string("csv.quote"));
        QVERIFY(open1.error().text().find("line 2") != std::string::npos);
        QCOMPARE(read("a,b\n\"1\"x,2\n"), QString("csv.quote"));
    }

    void columnsAreSelectedByNameAndByIndex() {
        const QByteArray text = "name,age,\"size, cm\",id\nAnn,41,170,7\nBob,42,180,8\n";
        QCOMPARE(read(text, "age"), QString("age|41;42"));
        QCOMPARE(read(text, "id,age"), QString("id,age|7,41;8,42"));
        QCOMPARE(read(text, "\"size, cm\",1"), QString("size, cm,age|170,41;180,42"));
        QCOMPARE(read("1,2,3\n4,5,6\n", "2,0"), QString("|3,1;6,4"));
        const auto unknown = open(text, "weight");
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::wrongCall);
        QVERIFY(unknown.error().text().ends_with("has no column weight: it has name, age, size, cm, id."));
    }

    void mapsApply() {
        auto spec = saved("a,b\n0,255\n");
        spec.map = *parseAffineMap("x/255");
        const auto source = openSource(spec);
        VERIFY_RESULT(source);
        const auto table = (*source)->all();
        VERIFY_RESULT(table);
        QCOMPARE(table->flat(1), 1.0);
    }

    void aLargeTableIsReadInPieces() { // beyond what is kept in memory: 1.2 million rows of 8 numbers are 77 MB
        QByteArray text = "a,b,c,d,e,f,g,h\n";
        constexpr int rows = 1'200'000;
        text.reserve(rows * 24LL);
        for (int i = 0; i < rows; ++i)
            text += QByteArray::number(i) + ",1,2,3,4,5,6,7\n";
        const auto source = open(text);
        VERIFY_RESULT(source);
        QCOMPARE((*source)->shape(), Shape({rows, 8}));
        for (const std::int64_t begin : {0, 5, 1'000'000, 4096, 8192, 999'999, rows - 3}) {
            const auto part = (*source)->rows(begin, 3);
            VERIFY_RESULT(part);
            for (int i = 0; i < 3; ++i)
                QCOMPARE(part->flat(8 * i), double(begin + i));
            QCOMPARE(part->flat(23), 7.0);
        }
    }

    void readingCanBeCancelled() {
        std::stop_source stop;
        stop.request_stop();
        const auto cancelled = openSource(saved("a\n1\n"), Progress(stop.get_token()));
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, ErrorCode::cancelled);
    }

    void whatIsNoTextIsNoTable() {
        QCOMPARE(read(""), QString("data.empty"));
        QCOMPARE(read("\n\n"), QString("csv.empty"));
        QCOMPARE(read(QByteArray("\0\1\2\3,4", 6)), QString("data.unknown"));
        QCOMPARE(read(QByteArray("\xff\xfe"
                                 "1\0,\0",
                                 6)),
                 QString("csv.encoding"));
        QCOMPARE(read("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), QString("data.lfs"));
    }

    void tablesOfOtherColumnsAreNotAppended() {
        const auto appended = [&](const QByteArray& second) {
            std::vector<std::unique_ptr<DataSource>> tables;
            for (const auto& spec : {saved("a,b,c\n1,2,3\n", {}, "one.csv"), saved(second, {}, "two.csv")}) {
                auto source = openSource(spec);
                if (!source)
                    return QString::fromStdString(source.error().text());
                tables.push_back(std::move(*source));
            }
            const auto both = appendSources(std::move(tables));
            return QString::fromStdString(both ? (*both)->shape().text() : both.error().text());
        };
        QCOMPARE(appended("a,b,c\n4,5,6\n7,8,9\n"), QString("(3, 3)"));
        QCOMPARE(appended("4,5,6\n"), QString("(2, 3)")); // without a header nothing is known
        QCOMPARE(appended("a,c,b\n4,6,5\n"),
                 QString("Tables whose columns differ were given for the same input: column 1 is b in one and c in "
                         "another. Rows are appended as they stand, so the columns must agree."));
    }
};

PLUMBLINE_TEST(tst_csv)
#include "tst_csv.moc"
