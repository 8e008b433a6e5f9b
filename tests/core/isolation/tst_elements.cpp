#include "tests/support/testcase.h"

#include "core/diagnosis/check.h"
#include "core/formats/data/writers.h"
#include "core/isolation/elements.h"
#include "tests/support/activations.h"

#include <QTemporaryDir>

#include <set>

using namespace plumbline;

/// The arrays that are written and shown after a check.
class tst_elements : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    static SourceSpec source(const std::string& input, const std::string& path) {
        SourceSpec spec;
        spec.text = spec.path = path;
        spec.input = input;
        return spec;
    }

    /// A fixture with its own inputs, each as an .npy of the test's folder.
    Result<CheckSession> checked(const QString& name) const {
        const auto file = test::testFile("fixtures/keras/models/" + name);
        PLUMBLINE_TRY(const auto arrays, test::readArrays((file.left(file.lastIndexOf('.')) + ".npz").toStdString()));
        CheckRequest request;
        request.model.path = file.toStdString();
        for (const auto& [member, array] : arrays)
            if (member.starts_with("input.")) {
                const auto input = member.substr(6);
                const auto path = m_folder.filePath(QString::fromStdString(input) + ".npy").toStdString();
                PLUMBLINE_CHECK(writeNpy(path, array));
                request.prediction.push_back(source(input, path));
            }
        return check(request);
    }

    using Members = std::vector<std::pair<std::string, Tensor>>;

    static QStringList differences(const Members& some, const Members& all) {
        QStringList out;
        for (const auto& [name, tensor] : some) {
            const auto at = std::ranges::find(all, name, &Members::value_type::first);
            if (at == all.end())
                out << QString::fromStdString(name) + " is missing";
            else if (at->second.shape() != tensor.shape() || at->second.dtype() != tensor.dtype() ||
                     std::memcmp(at->second.data(), tensor.data(), tensor.bytes()) != 0)
                out << QString::fromStdString(name) + " differs";
        }
        return out;
    }

private slots:
    void outputsAreTheActivationsOfTheirNames_data() {
        QTest::addColumn<QString>("file");
        for (const char* file :
             {"k3_named_outputs.keras", "k2_named_outputs.h5", "k3_structure.keras", "k2_structure.h5",
              "k3_corners.keras", "k3_recurrent.keras", "k3_operations.keras", "k2_generator.h5"})
            QTest::newRow(file) << file;
    }

    void outputsAreTheActivationsOfTheirNames() {
        QFETCH(QString, file);
        const auto session = checked(file);
        VERIFY_RESULT(session);
        const auto outputs = exportedArrays(*session, "outputs", {});
        const auto activations = exportedArrays(*session, "activations", {});
        VERIFY_RESULT(outputs);
        VERIFY_RESULT(activations);
        for (const auto* members : {&*outputs, &*activations}) {
            std::set<std::string> names;
            for (const auto& [name, tensor] : *members)
                QVERIFY2(names.insert(name).second, (name + " stands twice").c_str());
        }
        for (const auto& output : session->diagnosis.model->outputs)
            QVERIFY2(std::ranges::find(*outputs, output.name, &Members::value_type::first) != outputs->end(),
                     output.name.c_str());
        const auto wrong = differences(*outputs, *activations);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("\n")));
    }

    void anInputThatWasChangedAfterItsCheckIsNotShownAsChecked() {
        auto session = checked("k2_generator.h5");
        VERIFY_RESULT(session);
        TensorRequest request;
        request.origin = TensorRequest::Origin::source;
        request.layer = 0;
        VERIFY_RESULT(elementsOf(*session, request, {}));
        QVERIFY(session->inputs.front().storage()->isMapped());
        const auto path = session->files.front().first;
        VERIFY_RESULT(
            writeNpy(path, Tensor::of<float>({1}, {0.0f}))); // shorter: the old mapping has no ground any more
        for (const auto origin : {TensorRequest::Origin::source, TensorRequest::Origin::prediction}) {
            request.origin = origin;
            const auto stale = elementsOf(*session, request, {});
            QVERIFY(!stale);
            QCOMPARE(stale.error().message.id(), std::string("elements.changed"));
            QVERIFY(stale.error().text().find(path) != std::string::npos);
        }
        QVERIFY(!exportedArrays(*session, "fixed-inputs", {}));
        QVERIFY(exportedArrays(*session, "outputs", {})); // computed then, and kept
    }

    void arraysThatWereNotKeptAreComputedInTheShapeThatRan() {
        auto session = checked("k3_named_outputs.keras");
        VERIFY_RESULT(session);
        const auto kept = exportedArrays(*session, "activations", {});
        VERIFY_RESULT(kept);
        auto bare = std::make_shared<Trace>(*session->trace);
        for (auto& record : bare->records)
            record.elements = Tensor();
        session->trace = bare;
        for (auto& input : session->inputs) { // as Keras takes it too: a last axis of 1 is dropped
            auto shape = input.shape();
            shape.append(1);
            input = *input.reshaped(shape);
        }
        const auto again = exportedArrays(*session, "activations", {});
        VERIFY_RESULT(again);
        QCOMPARE(again->size(), kept->size());
        const auto wrong = differences(*kept, *again);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("\n")));
    }
};

PLUMBLINE_TEST(tst_elements)
#include "tst_elements.moc"
