#include "tests/support/testcase.h"

#include "core/graph/graph.h"

using namespace plumbline;

namespace {

LayerId layer(Graph& graph, std::string name) {
    Layer row;
    row.name = std::move(name);
    return graph.addLayer(std::move(row));
}

} // namespace

class tst_graph : public QObject {
    Q_OBJECT
private slots:
    void nodesStoredOutOfOrderRunSorted() {
        Graph graph;
        const auto l = layer(graph, "l");
        const auto x = graph.addInput("x", {DType::float32, {Dim::symbol("batch"), 4}}, l);
        const auto late = graph.addNode(l, "Relu", {ValueId()});
        const auto early = graph.addNode(l, "Tanh", {x});
        graph.node(late).inputs[0] = graph.node(early).outputs[0];
        const auto order = graph.executionOrder();
        VERIFY_RESULT(order);
        QCOMPARE(order->front(), early);
        QCOMPARE(order->back(), late);
    }

    void aCycleIsAnErrorThatNamesANode() {
        Graph graph;
        const auto l = layer(graph, "loop");
        const auto a = graph.addNode(l, "Relu", {ValueId()});
        const auto b = graph.addNode(l, "Relu", {graph.node(a).outputs[0]});
        graph.node(a).inputs[0] = graph.node(b).outputs[0];
        const auto order = graph.executionOrder();
        QVERIFY(!order);
        QVERIFY(order.error().text().find("loop/Relu_0") != std::string::npos);
    }

    void aValueReadTwiceByOneNodeIsOneConsumer() {
        Graph graph;
        const auto l = layer(graph, "l");
        const auto x = graph.addInput("x", {DType::float32, {4}}, l);
        const auto square = graph.addNode(l, "Mul", {x, x});
        QCOMPARE(graph.consumers()[x.index].size(), std::size_t{1});
        QCOMPARE(graph.consumers()[x.index].front(), square);
        QVERIFY(graph.executionOrder());
    }

    void aLayerCalledAgainCountsItsParametersOnce() {
        Model model;
        Layer dense;
        dense.name = "dense";
        dense.parameters = 12;
        model.graph.addLayer(dense);
        dense.name = "dense@1";
        model.graph.addLayer(dense);
        QCOMPARE(model.parameters(), 12);
        QCOMPARE(model.layerCount(), 2);
        QVERIFY(model.graph.findLayer("dense@1").has_value());
        QVERIFY(!model.graph.findLayer("none").has_value());
    }

    void attributesReadAsPeopleWriteThem() {
        Attributes attributes;
        attributes.set("strides", std::vector<std::int64_t>{2, 2});
        attributes.set("alpha", 0.2);
        QCOMPARE(attributeText(attributes.all().at("strides")), std::string("(2, 2)"));
        QCOMPARE(attributeText(attributes.all().at("alpha")), std::string("0.2"));
        QCOMPARE(attributes.integer("missing", 3), 3);
        QCOMPARE(attributes.number("alpha"), 0.2);
        QCOMPARE(attributes.text("alpha", "none"), std::string("none"));
    }
};

PLUMBLINE_TEST(tst_graph)
#include "tst_graph.moc"
