#include "tests/support/testcase.h"

#include "core/formats/model/model.h"

#include <QElapsedTimer>
#include <QTemporaryDir>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace plumbline;
using nlohmann::json;

namespace {

json input(const std::string& name = "x") {
    return {{"module", "keras.layers"},
            {"class_name", "InputLayer"},
            {"config", {{"batch_shape", {nullptr, 10}}, {"dtype", "float32"}, {"name", name}}},
            {"name", name},
            {"inbound_nodes", json::array()}};
}

std::string numbered(const char* name, int number) { return QString("%1%2").arg(name).arg(number).toStdString(); }

json tensor(const std::string& layer, int call = 0) {
    return {{"class_name", "__keras_tensor__"},
            {"config", {{"shape", {nullptr, 10}}, {"dtype", "float32"}, {"keras_history", {layer, call, 0}}}}};
}

json node(json argument, json kwargs = json::object()) {
    return {{"args", json::array({std::move(argument)})}, {"kwargs", std::move(kwargs)}};
}

json layer(const std::string& className, const std::string& name, json settings, json nodes) {
    settings["name"] = name;
    settings["trainable"] = true;
    settings["dtype"] = "float32";
    return {{"module", "keras.layers"},
            {"class_name", className},
            {"config", std::move(settings)},
            {"name", name},
            {"inbound_nodes", std::move(nodes)}};
}

json functional(json layers, const std::string& output, int call = 0, const std::string& name = "model") {
    return {{"module", "keras.src.models.functional"},
            {"class_name", "Functional"},
            {"config",
             {{"name", name},
              {"layers", std::move(layers)},
              {"input_layers", json::array({json::array({"x", 0, 0})})},
              {"output_layers", json::array({json::array({output, call, 0})})}}}};
}

} // namespace

/// Architectures that nobody built with Keras: each ends with a sentence, or with a layer that says what is wrong with
/// it, and soon.
class tst_hostilearchitecture : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    Result<std::shared_ptr<const Model>> open(const json& architecture) const {
        const auto path = m_folder.filePath("model.json").toStdString();
        std::ofstream(path) << architecture;
        return openModel({path, {}});
    }
    static std::string problemOf(const Model& model, std::string_view name) {
        for (const auto& row : model.graph.layers())
            if (row.name == name)
                return row.problem ? row.problem->error.text() : "";
        return "no such layer";
    }

private slots:
    void layersListedBackwardsAreReadInTheTimeOfTheirNumber() {
        constexpr int count = 20'000;
        json layers = json::array({input()});
        for (int i = count - 1; i >= 0; --i)
            layers.push_back(layer("ReLU", numbered("r", i), json::object(),
                                   json::array({node(tensor(i ? numbered("r", i - 1) : "x"))})));
        QElapsedTimer time;
        time.start();
        const auto model = open(functional(layers, numbered("r", count - 1)));
        VERIFY_RESULT(model);
        QCOMPARE((*model)->graph.layers().size(), std::size_t(count + 1));
        QVERIFY2(time.elapsed() < 30'000, qPrintable(QString::number(time.elapsed())));
    }

    void aRowComesAfterThoseItReadsAndElseAsListed() {
        const auto model =
            open(functional({layer("ReLU", "c", json::object(), json::array({node(tensor("b"))})),
                             layer("ReLU", "a", json::object(), json::array({node(tensor("x"))})), input(),
                             layer("ReLU", "b", json::object(), json::array({node(tensor("a"))}))},
                            "c"));
        VERIFY_RESULT(model);
        std::string names;
        for (const auto& row : (*model)->graph.layers())
            names += row.name;
        QCOMPARE(names, std::string("xabc"));
    }

    void modelsThatCallEachOtherTwiceDoNotUnfoldWithoutEnd() {
        auto model =
            functional({input(), layer("ReLU", "r", json::object(), json::array({node(tensor("x"))}))}, "r", 0, "n0");
        for (int depth = 1; depth <= 40; ++depth) {
            const std::string inner = model["config"]["name"];
            model["name"] = inner;
            model["inbound_nodes"] = json::array({node(tensor("x")), node(tensor(inner))});
            model = functional({input(), model}, inner, 1, numbered("n", depth));
        }
        const auto refused = open(model);
        QVERIFY(!refused);
        QCOMPARE(refused.error().message.id(), std::string("keras.rows"));
        QCOMPARE(refused.error().code, ErrorCode::cannotRead);
    }

    void aFilesOwnMarksOfTensorsAreNotTaken() {
        const json mark = {{"$tensor", 77}};
        const auto model = open(functional(
            {input(), layer("Reshape", "s", {{"target_shape", {5, 2}}}, json::array({node(tensor("x"))})),
             layer(
                 "LSTM", "l", {{"units", 3}},
                 json::array({node(tensor("s"), {{"initial_state", {mark, {{"$tensor", "text"}}}}, {"mask", mark}})}))},
            "l"));
        VERIFY_RESULT(model);
        QVERIFY(problemOf(**model, "l") != "no such layer");
    }

    void aWeightThatNoArrayCanBeIsNamed_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<qlonglong>("units");
        QTest::addColumn<QString>("wanted");
        QTest::newRow("negative") << "Dense" << -5ll << "setting units is -5; a positive integer is accepted";
        QTest::newRow("more than any size")
            << "Dense" << 9'223'372'036'854'775'807ll
            << "setting units is 9223372036854775807; a positive integer up to 1099511627776";
        QTest::newRow("more than can be counted")
            << "Conv1D" << (1ll << 40) << "its settings ask for a weight kernel of shape (1000000, 10, ";
    }
    void aWeightThatNoArrayCanBeIsNamed() {
        QFETCH(QString, type);
        QFETCH(qlonglong, units);
        QFETCH(QString, wanted);
        const json settings = {{"units", units}, {"filters", units}, {"kernel_size", 1'000'000}, {"padding", "same"}};
        const auto model = open(
            functional({input(), layer("Reshape", "s", {{"target_shape", {1, 10}}}, json::array({node(tensor("x"))})),
                        layer(type.toStdString(), "d", settings, json::array({node(tensor("s"))}))},
                       "d"));
        VERIFY_RESULT(model);
        const auto problem = problemOf(**model, "d");
        const auto start = "Layer d (" + type.toStdString() + "): " + wanted.toStdString();
        QVERIFY2(problem.starts_with(start), problem.c_str());
        for (const auto& row : (*model)->graph.layers())
            for (const auto& weight : row.weights)
                QVERIFY(weight.shape.checkedElements());
    }

    void codeAsAnActivationIsNoLinearLayer() {
        const json code = {{"class_name", "__lambda__"}, {"config", {{"value", "4wEAAAA="}}}};
        const auto model = open(functional(
            {input(), layer("Activation", "a", {{"activation", code}}, json::array({node(tensor("x"))}))}, "a"));
        VERIFY_RESULT(model);
        const auto problem = problemOf(**model, "a");
        QVERIFY2(problem.starts_with("Layer a (Activation): its activation is Python code."), problem.c_str());
    }

    void aClassNameOfMegabytesLeavesTheSentenceReadable() {
        const auto refused = open({{"class_name", std::string(5'000'000, 'A')}});
        QVERIFY(!refused);
        QVERIFY2(refused.error().text().size() < 10'000, qPrintable(QString::number(refused.error().text().size())));
    }
};

PLUMBLINE_TEST(tst_hostilearchitecture)
#include "tst_hostilearchitecture.moc"
