#include "tests/support/testcase.h"

#include "tests/core/ops/kernelcheck.h"

using namespace plumbline;
using namespace plumbline::test;

namespace {

using Ints = std::vector<std::int64_t>;

PostOp postOp(const char* op) { return {op, {}}; }

PostOp scaleShift(std::int64_t channels) {
    PostOp out{"ScaleShift", {}};
    out.attributes.set("scale", randomTensor({channels}, 91));
    out.attributes.set("shift", randomTensor({channels}, 92));
    return out;
}

OpCase convolution(bool transposed, bool channelsLast, const Ints& image, std::int64_t in, std::int64_t out,
                   const Ints& kernel, const Ints& strides, const Ints& pads, std::int64_t groups,
                   const Ints& dilations) {
    OpCase c;
    c.op = transposed ? "ConvTranspose" : "Conv";
    c.attributes.set("channels_last", std::int64_t{channelsLast});
    c.attributes.set("strides", strides);
    c.attributes.set("dilations", dilations);
    c.attributes.set("group", groups);
    if (pads.empty())
        c.attributes.set("auto_pad", std::string("SAME_UPPER"));
    else
        c.attributes.set("pads", pads);
    Shape source{3};
    if (!channelsLast)
        source.append(in);
    for (const auto extent : image)
        source.append(extent);
    if (channelsLast)
        source.append(in);
    Shape weights = transposed ? Shape{in, out / groups} : Shape{out, in / groups};
    for (const auto extent : kernel)
        weights.append(extent);
    c.inputs = {randomTensor(source, 1), randomTensor(weights, 2, 0.2f), randomTensor({out}, 3)};
    c.constant = {false, true, true};
    return c;
}

/// The case as it is, and with bad numbers in its activations, in its weights, and in both.
#define COMPARE_WITH_BAD_NUMBERS(c, name)                                                                              \
    do {                                                                                                               \
        auto compared = (c);                                                                                           \
        auto difference = differenceOf(compared);                                                                      \
        QVERIFY2(difference.empty(), (std::string(name) + ": " + difference).c_str());                                 \
        const auto weights = compared.inputs[1];                                                                       \
        compared.inputs[0] = withBadNumbers(compared.inputs[0], 7);                                                    \
        difference = differenceOf(compared, 2e-5);                                                                     \
        QVERIFY2(difference.empty(), (std::string(name) + ", bad activations: " + difference).c_str());                \
        compared.inputs[1] = withBadNumbers(weights, 8);                                                               \
        difference = differenceOf(compared, 2e-5);                                                                     \
        if (difference == "no fast kernel") /* left to the reference: right, if slow */                                \
            break;                                                                                                     \
        QVERIFY2(difference.empty(), (std::string(name) + ", bad weights too: " + difference).c_str());                \
    } while (false)

} // namespace

class tst_heavykernels : public QObject {
    Q_OBJECT
private slots:
    void convolutionsAgreeWithTheReference() {
        for (const bool transposed : {false, true})
            for (const bool last : {true, false})
                for (const std::int64_t out : {1, 3, 40})
                    for (const Ints& strides : {Ints{1, 1}, Ints{3, 2}})
                        for (const Ints& kernel : {Ints{1, 1}, Ints{4, 5}})
                            for (const Ints& pads : {Ints{1, 0, 0, 1}, Ints{}}) {
                                if (transposed && kernel[0] < 3 && !pads.empty() && pads[0] > 0)
                                    continue;
                                const auto c =
                                    convolution(transposed, last, {7, 6}, 5, out, kernel, strides, pads, 1, {1, 1});
                                COMPARE_WITH_BAD_NUMBERS(c, c.op + (last ? " nhwc " : " nchw ") + std::to_string(out) +
                                                                " k" + std::to_string(kernel[0]) + " s" +
                                                                std::to_string(strides[0]) + " p" +
                                                                std::to_string(pads.size()));
                            }
    }

    void groupsDilationsAndOtherRanksAgreeToo() {
        for (const bool last : {true, false}) {
            COMPARE_WITH_BAD_NUMBERS(convolution(false, last, {9, 9}, 6, 6, {3, 3}, {1, 1}, {}, 6, {1, 1}),
                                     "depthwise");
            COMPARE_WITH_BAD_NUMBERS(convolution(false, last, {9, 9}, 6, 12, {3, 3}, {2, 2}, {1, 1, 1, 1}, 3, {1, 1}),
                                     "grouped");
            COMPARE_WITH_BAD_NUMBERS(convolution(false, last, {11, 9}, 4, 8, {3, 3}, {1, 1}, {}, 1, {2, 3}), "dilated");
            COMPARE_WITH_BAD_NUMBERS(convolution(true, last, {5, 4}, 4, 8, {3, 3}, {2, 2}, {0, 0, 0, 0}, 2, {1, 1}),
                                     "grouped transposed");
            COMPARE_WITH_BAD_NUMBERS(convolution(true, last, {5, 4}, 4, 8, {3, 3}, {1, 1}, {0, 0, 0, 0}, 1, {2, 2}),
                                     "dilated transposed");
            COMPARE_WITH_BAD_NUMBERS(convolution(false, last, {12}, 4, 8, {3}, {2}, {}, 1, {1}), "1-D");
            COMPARE_WITH_BAD_NUMBERS(convolution(true, last, {12}, 4, 8, {5}, {2}, {}, 1, {1}), "1-D transposed");
            COMPARE_WITH_BAD_NUMBERS(convolution(false, last, {4, 5, 6}, 3, 5, {3, 3, 3}, {1, 1, 1}, {}, 1, {1, 1, 1}),
                                     "3-D");
        }
    }

    void whatIsFusedIsWhatRunsAfter() {
        for (const bool transposed : {false, true})
            for (const bool last : {true, false})
                for (const char* activation : {"Relu", "LeakyRelu", "Tanh", "Sigmoid"}) {
                    auto c = convolution(transposed, last, {7, 6}, 5, 8, {3, 3}, {2, 2}, {}, 1, {1, 1});
                    c.postOps = {postOp(activation)};
                    if (last)
                        c.postOps.insert(c.postOps.begin(), scaleShift(8));
                    COMPARE_WITH_BAD_NUMBERS(c, c.op + " + " + activation);
                }
    }

    void aManyImagedBatchIsTakenInGroups() {
        auto c = convolution(true, true, {16, 16}, 32, 24, {4, 4}, {2, 2}, {1, 1, 1, 1}, 1, {1, 1});
        c.inputs[0] = randomTensor({11, 16, 16, 32}, 5);
        COMPARE_WITH_BAD_NUMBERS(c, "11 images");
    }

    void productsAgreeWithTheReference() {
        for (const std::int64_t rows : {1, 2, 17})
            for (const std::int64_t columns : {1, 10, 33, 128}) {
                OpCase c;
                c.op = "MatMul";
                c.inputs = {randomTensor({rows, 21}, 1), randomTensor({21, columns}, 2)};
                c.constant = {false, true};
                COMPARE_WITH_BAD_NUMBERS(c, "constant");
                c.constant = {};
                COMPARE_WITH_BAD_NUMBERS(c, "two activations");
                c.op = "Gemm";
                c.inputs.push_back(randomTensor({columns}, 3));
                c.constant = {false, true, true};
                c.postOps = {postOp("Relu")};
                COMPARE_WITH_BAD_NUMBERS(c, "gemm");
                c.attributes.set("transB", std::int64_t{1});
                c.inputs[1] = randomTensor({columns, 21}, 2);
                COMPARE_WITH_BAD_NUMBERS(c, "gemm, transposed");
            }
        OpCase batched;
        batched.op = "MatMul";
        batched.inputs = {randomTensor({2, 3, 4, 5}, 1), randomTensor({3, 5, 6}, 2)};
        COMPARE_WITH_BAD_NUMBERS(batched, "broadcast batches");
        batched.inputs = {randomTensor({2, 7, 5}, 1), randomTensor({5, 6}, 2)};
        batched.constant = {false, true};
        COMPARE_WITH_BAD_NUMBERS(batched, "three axes");
    }

    void poolsAgreeWithTheReference() {
        for (const char* op : {"MaxPool", "AveragePool"})
            for (const bool last : {true, false})
                for (const Ints& strides : {Ints{1, 1}, Ints{2, 3}})
                    for (const Ints& pads : {Ints{0, 0, 0, 0}, Ints{1, 0, 1, 1}, Ints{}})
                        for (const std::int64_t includePad : {0, 1}) {
                            OpCase c;
                            c.op = op;
                            c.attributes.set("channels_last", std::int64_t{last});
                            c.attributes.set("kernel_shape", Ints{3, 2});
                            c.attributes.set("strides", strides);
                            c.attributes.set("count_include_pad", includePad);
                            if (pads.empty())
                                c.attributes.set("auto_pad", std::string("SAME_UPPER"));
                            else
                                c.attributes.set("pads", pads);
                            c.inputs = {randomTensor(last ? Shape{2, 8, 9, 19} : Shape{2, 19, 8, 9}, 4)};
                            auto difference = differenceOf(c);
                            QVERIFY2(difference.empty(), (std::string(op) + ": " + difference).c_str());
                            c.inputs[0] = withBadNumbers(c.inputs[0], 5);
                            difference = differenceOf(c);
                            QVERIFY2(difference.empty(), (std::string(op) + ", bad numbers: " + difference).c_str());
                        }
    }

    void aWindowOfMinusInfinityStaysMinusInfinity() {
        OpCase c;
        c.op = "MaxPool";
        c.attributes.set("channels_last", std::int64_t{1});
        c.attributes.set("kernel_shape", Ints{2, 2});
        c.attributes.set("strides", Ints{2, 2});
        c.inputs = {Tensor::of<float>({1, 2, 2, 1}, {-INFINITY, -INFINITY, -INFINITY, -INFINITY})};
        const auto run = runFast(c);
        VERIFY_RESULT(run);
        QVERIFY(run->has_value());
        QCOMPARE((*run)->outputs[0].flat(0), -INFINITY);
    }

    void globalPoolsAgreeWithTheReference() {
        for (const char* op : {"GlobalMaxPool", "GlobalAveragePool"})
            for (const bool last : {true, false}) {
                OpCase c;
                c.op = op;
                c.attributes.set("channels_last", std::int64_t{last});
                c.inputs = {withBadNumbers(randomTensor(last ? Shape{2, 8, 9, 19} : Shape{2, 19, 8, 9}, 4), 3)};
                const auto difference = differenceOf(c);
                QVERIFY2(difference.empty(), (std::string(op) + ": " + difference).c_str());
            }
    }
};

PLUMBLINE_TEST(tst_heavykernels)
#include "tst_heavykernels.moc"
