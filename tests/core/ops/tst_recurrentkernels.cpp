#include "tests/support/testcase.h"

#include "tests/core/ops/kernelcheck.h"

using namespace plumbline;
using namespace plumbline::test;

class tst_recurrentkernels : public QObject {
    Q_OBJECT
private slots:
    void recurrentLayersAgreeWithTheReference() {
        struct Row {
            const char* op;
            std::int64_t gates, outputs;
        };
        for (const auto& row : {Row{"LSTM", 4, 3}, Row{"GRU", 3, 2}, Row{"RNN", 1, 2}})
            for (const char* direction : {"forward", "reverse", "bidirectional"})
                for (const std::int64_t layout : {0, 1})
                    for (const std::int64_t reset : {0, 1})
                        for (const std::int64_t hidden : {5, 40}) {
                            const std::int64_t directions = std::string(direction) == "bidirectional" ? 2 : 1;
                            const std::int64_t steps = 6, batch = 19, inputs = 7;
                            OpCase c;
                            c.op = row.op;
                            c.attributes.set("direction", std::string(direction));
                            c.attributes.set("hidden_size", hidden);
                            c.attributes.set("layout", layout);
                            if (row.gates == 3)
                                c.attributes.set("linear_before_reset", reset);
                            const auto state =
                                layout ? Shape{batch, directions, hidden} : Shape{directions, batch, hidden};
                            c.inputs = {
                                randomTensor(layout ? Shape{batch, steps, inputs} : Shape{steps, batch, inputs}, 1),
                                randomTensor({directions, row.gates * hidden, inputs}, 2, 0.4f),
                                randomTensor({directions, row.gates * hidden, hidden}, 3, 0.3f),
                                randomTensor({directions, 2 * row.gates * hidden}, 4, 0.3f),
                                Tensor(),
                                randomTensor(state, 5)};
                            if (row.gates == 4)
                                c.inputs.push_back(randomTensor(state, 6));
                            c.constant = {false, true, true, true};
                            c.outputs = static_cast<std::size_t>(row.outputs);
                            const auto what = std::string(row.op) + " " + direction + " layout " +
                                              std::to_string(layout) + " hidden " + std::to_string(hidden);
                            auto difference = differenceOf(c, 2e-5);
                            QVERIFY2(difference.empty(), (what + ": " + difference).c_str());
                            c.inputs[0] = withBadNumbers(c.inputs[0], 9);
                            difference = differenceOf(c, 2e-5);
                            QVERIFY2(difference.empty(), (what + ", bad numbers: " + difference).c_str());
                            c.inputs.resize(3);
                            difference = differenceOf(c, 2e-5);
                            QVERIFY2(difference.empty(), (what + ", no bias, no state: " + difference).c_str());
                        }
    }
};

PLUMBLINE_TEST(tst_recurrentkernels)
#include "tst_recurrentkernels.moc"
