#include "tests/support/testcase.h"

#include "tests/support/window/diagnosisfixture.h"
#include "widgets/common/controls.h"
#include "widgets/common/elidedbutton.h"
#include "widgets/common/fonts.h"
#include "widgets/common/wording.h"
#include "widgets/models/layerdetailmodels.h"
#include "widgets/models/layersmodel.h"
#include "widgets/models/tabletext.h"
#include "widgets/panels/diagnosispanel.h"
#include "widgets/panels/inspectorpanel.h"
#include "widgets/panels/sourcespanel.h"

#include <QInputDialog>
#include <QLabel>
#include <QTextDocument>
#include <QTextLayout>

using namespace plumbline;

namespace {

/// Every text that comes from a file is `name`.
std::shared_ptr<Diagnosis> diagnosisNamed(const std::string& name) {
    auto d = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
    d->model->path = d->model->producer = name;
    d->model->notes = {name};
    for (auto& layer : d->model->layers) {
        layer.name = layer.type = name;
        layer.problem = Message("p", "{name}", {{"name", name}});
        layer.attributes = {{name, name}};
    }
    d->model->inputs.front().name = name;
    for (auto* sources : {&d->training, &d->prediction})
        for (auto& source : *sources) {
            source.input = source.source = name;
            source.columns = {name};
        }
    for (auto& finding : d->findings) {
        finding.where.name = name;
        finding.evidence = {{"columns", name}};
        finding.message = Message("m", "Input {input} lacks {column}.", {{"input", name}, {"column", name}});
    }
    d->findings.push_back(d->findings.front());
    d->findings.back().severity = Severity::note;
    return d;
}

/// What the user reads of a text that Qt is given, where it may take it for markup.
QString read(const QString& text, Qt::TextFormat format) {
    if (format == Qt::PlainText || (format == Qt::AutoText && !Qt::mightBeRichText(text)))
        return QString(text).remove(QChar(0x200B)); // where a long line may break
    QTextDocument document;
    document.setHtml(text);
    return document.toPlainText().remove(QChar(0x200B));
}

QList<quint32> glyphs(const QString& text, const QFont& font) {
    QTextLayout layout(text, font);
    layout.beginLayout();
    layout.createLine();
    layout.endLayout();
    QList<quint32> out;
    for (const auto& run : layout.glyphRuns())
        out += run.glyphIndexes();
    return out;
}

} // namespace

/// Names of files in the window: shown as they are, whatever they look like.
class tst_names : public QObject {
    Q_OBJECT
private slots:
    void aNameIsNoMarkup_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("a picture") << "<img src=x onerror=alert(1)>";
        QTest::newRow("bold") << "<b>dense</b>";
        QTest::newRow("a tag that nothing ends") << "</span><h1>a";
        QTest::newRow("an entity") << "a &amp; b &lt;i&gt;";
        QTest::newRow("a place of ours") << "%1 %2 {input} {column} %s";
    }
    void aNameIsNoMarkup() {
        QFETCH(QString, name);
        const auto diagnosis = diagnosisNamed(name.toStdString());
        DiagnosisPanel findings;
        findings.setDiagnosis(diagnosis, {});
        DiagnosisState stopped;
        stopped.problem = name;
        DiagnosisPanel problem;
        problem.setDiagnosis(nullptr, stopped);
        SourcesPanel sources;
        sources.setSources(name, {name}, {name}, diagnosis);
        InspectorPanel inspector;
        inspector.setDiagnosis(diagnosis);
        inspector.setRow(1);
        for (const auto* panel : std::initializer_list<QWidget*>{&findings, &problem, &sources, &inspector}) {
            int seen = 0;
            for (const auto* label : panel->findChildren<QLabel*>()) {
                const auto text = read(label->text(), label->textFormat());
                seen += text.contains(name);
                QVERIFY2(!text.contains("alert") || text.contains(name), qPrintable(text));
                QVERIFY2(text.contains(name) || !label->text().contains("dense"), qPrintable(label->text()));
            }
            QVERIFY2(seen > 0 || panel == &sources, panel->metaObject()->className());
            for (const auto* widget : panel->findChildren<QWidget*>())
                if (const auto tip = read(widget->toolTip(), Qt::AutoText); !tip.isEmpty() && widget->toolTip() != tip)
                    QVERIFY2(tip.contains(name), qPrintable(tip));
        }
        for (const auto* button : findings.findChildren<ElidedButton*>())
            QVERIFY2(!button->wholeText().startsWith("1 note") || button->wholeText().contains(name),
                     qPrintable(button->wholeText()));
        LayersModel layers;
        layers.setDiagnosis(diagnosis);
        AttributesModel attributes;
        attributes.setLayer(&diagnosis->model->layers[1]);
        for (const auto& index :
             {layers.index(1, LayersModel::NameColumn), attributes.index(0, 0), attributes.index(0, 1)}) {
            QCOMPARE(index.data().toString(), name);
            QCOMPARE(read(index.data(Qt::ToolTipRole).toString(), Qt::AutoText), name);
        }
        ElidedLabel elided(name);
        elided.resize(8, 20);
        elided.show();
        QCOMPARE(read(elided.toolTip(), Qt::AutoText), name);
        sources.offerInputs(SourceKind::training, "/data/" + name.section('/', -1));
        const auto* dialog = sources.findChild<QInputDialog*>();
        QVERIFY(dialog);
        QVERIFY(read(dialog->labelText(), Qt::AutoText).contains(name.section('/', -1)));
    }

    void aTextThatLooksLikeNothingIsGivenAsItIs() {
        for (const auto* text : {"", "dense_1", "a < b", "R&D"})
            QCOMPARE(literalText(text), QString(text));
    }

    void aNameIsShownLetterByLetter() {
        for (const auto& font : {interfaceFont(), interfaceFont(14, QFont::DemiBold), monoFont(), headFont()})
            for (const QString name : {"p0_96x96.png", "a->b", "0x1F", "!=", "==>", "www", "<!--"}) {
                QList<quint32> letters;
                for (const auto letter : font.capitalization() == QFont::AllUppercase ? name.toUpper() : name)
                    letters += glyphs(letter, font);
                QVERIFY2(glyphs(name, font) == letters, qPrintable(font.family() + " shows " + name + " otherwise"));
            }
    }

    void aNameTurnsNoSentenceAround() {
        QCOMPARE(isolated("dense_1 größe 96x96"), QString("dense_1 größe 96x96"));
        QCOMPARE(isolated(u"\u05d0"_qs), u"\u2068\u05d0\u2069"_qs);
        QCOMPARE(isolated(u"\u202egpj"_qs), u"\u2068\u202egpj\u202c\u2069"_qs);
        QCOMPARE(isolated(u"\u2069\u202e\u2067x"_qs), u"\u2068\u2069\u202e\u2067x\u202c\u2069\u2069"_qs);
        // What is left of it on the screen: the sentence goes on to the right of the name.
        const auto endOf = [](const QString& text) {
            QTextLayout layout(text, interfaceFont());
            layout.beginLayout();
            auto line = layout.createLine();
            layout.endLayout();
            return line.cursorToX(static_cast<int>(text.size())) > line.cursorToX(0);
        };
        QVERIFY(endOf("Input " + isolated(u"\u2069\u202egpj"_qs) + " lacks a column."));
    }

    void aSizeOfOursIsTypeset() {
        const Message message("m", "Input {input} of size {given}.",
                              {{"input", std::string("96 x 96")}, {"given", std::string("96 x 96")}});
        QVERIFY2(messageHtml(message).endsWith("<b>96 x 96</b> of size 96 × 96."), qPrintable(messageHtml(message)));
    }

    void aCopiedTableHoldsItsNames() {
        const auto table = [](const char* name, TableFormat format) {
            LayersModel model;
            model.setDiagnosis(diagnosisNamed(name));
            return tableText(model, format, {1});
        };
        QVERIFY(table("=cmd()", TableFormat::csv).contains("\n1,'=cmd(),"));
        QVERIFY(table("a\nb", TableFormat::csv).contains("\n1,\"a\nb\","));
        const auto csv = table("-1.5", TableFormat::csv);
        QVERIFY2(csv.contains("\n1,-1.5,"), qPrintable(csv));
        QVERIFY2(!csv.contains('\''), qPrintable(csv)); // numbers of the run begin with a minus
        QVERIFY(csv.contains(",-"));
        QCOMPARE(table("a\nb\033", TableFormat::text).count('\n'), 2);
        QVERIFY(table("a\nb\033", TableFormat::text).contains(R"(a\nb\x1b)"));
        QCOMPARE(table("a\nb", TableFormat::markdown).count('\n'), 3);
        QVERIFY(table("<b>|x", TableFormat::markdown).contains(R"(\<b\>\|x)"));
    }
};

PLUMBLINE_TEST(tst_names)
#include "tst_names.moc"
