#pragma once
// One diagnosis that uses every member, for the tests of codec and documents.

#include "core/diagnosis/diagnosis.h"

namespace plumbline::test {

inline Statistics statisticsWithEverything() {
    Statistics s;
    s.count = 10;
    s.nan = 1;
    s.positiveInfinity = 2;
    s.negativeInfinity = 1;
    s.zero = 1;
    s.negative = 3;
    s.min = -2.5;
    s.max = 0.1;
    s.mean = -0.3;
    s.m2 = 1.75;
    s.firstNan = 4;
    s.firstInf = 0;
    s.histogram = Histogram::fromBins({{100, 2}, {32768, 1}, {65000, 3}});
    return s;
}

inline Diagnosis diagnosisWithEverything() {
    Diagnosis d;
    d.verdict = Verdict::diverges;
    ModelSummary model;
    model.path = "models/gen <1>.keras";
    model.format = "keras-v3";
    model.producer = "Keras 3.15.1";
    model.layerCount = 2;
    model.parameters = 1537;
    model.inputs = {{"z", {Dim::symbol("batch"), Dim(10)}, DType::float32}};
    model.outputs = {{"out", {Dim::symbol("batch"), Dim(1)}, DType::float32}, {"unknown", {}, DType::float32, false}};
    model.notes = {"One note."};
    LayerSummary input{.name = "z",
                       .type = "InputLayer",
                       .isInput = true,
                       .sources = {},
                       .expectedShapes = {{Dim::symbol("batch"), Dim(10)}},
                       .dtype = DType::float32,
                       .attributes = {},
                       .weights = {},
                       .ops = {},
                       .problem = {}};
    LayerSummary dense{.name = "dense",
                       .type = "Dense",
                       .sources = {0},
                       .expectedShapes = {{Dim::symbol("batch"), Dim(128)}},
                       .dtype = DType::float32,
                       .attributes = {{"units", "128"}, {"activation", "relu"}},
                       .weights = {{"kernel", {10, 128}, DType::float32, true}, {"bias", {128}, DType::float32, false}},
                       .ops = {"Gemm", "Relu"},
                       .parameters = 1408,
                       .problem = {}};
    LayerSummary split{.name = "split",
                       .type = "Custom>Split",
                       .sources = {1},
                       .expectedShapes = {{Dim::symbol("batch"), Dim(1)}, {Dim::symbol("batch"), Dim(2)}},
                       .dtype = DType::float32,
                       .attributes = {},
                       .weights = {},
                       .ops = {},
                       .problem = Message("custom", "Layer split is the user's own.")};
    model.layers = {input, dense, split};
    d.model = model;
    SourceSummary train;
    train.input = "z";
    train.source = "normal(0,1)";
    train.kind = "law";
    train.shape = {0, 10};
    d.training = {train};
    SourceSummary x;
    x.input = "z";
    x.source = "table.csv";
    x.kind = "dataset";
    x.rows = 1;
    x.shape = {1, 9};
    x.dtype = DType::float64;
    x.columns = {"a", "b"};
    x.statistics = statisticsWithEverything();
    x.isImage = true;
    d.prediction = {x};
    Finding finding;
    finding.code = "feature-count";
    finding.where.name = "z";
    finding.where.axis = 1;
    finding.where.features = {7};
    finding.where.index = 0;
    finding.expected = {{"features", 10}};
    finding.actual = {{"features", 9}, {"mean", std::numeric_limits<double>::quiet_NaN()}};
    finding.evidence = {{"columns", {{{"training", 7}, {"name", "volume"}}}}};
    finding.threshold = {{"probability", 0.05}};
    finding.message = Message("feature-count.missing", "Input {input} has {actual} features, not {expected} ({p}).",
                              {{"input", "z"},
                               {"actual", std::int64_t{9}},
                               {"expected", std::int64_t{10}},
                               {"p", std::numeric_limits<double>::infinity()}});
    finding.explains = {1};
    Fix fix;
    fix.kind = "insert-column";
    fix.arguments = {{"input", "z"}, {"at", 7}};
    fix.numpy = "x = np.insert(x, 7, 0.0, axis=1)";
    fix.verified = true;
    fix.makesItRun = true;
    fix.alternatives = 2;
    fix.leavesNothing = true;
    finding.fix = fix;
    Finding second;
    second.code = "shape-conflict";
    second.where = {PlaceKind::weight, "dense", {}, {}, std::vector<std::int64_t>{0, 3}, "kernel", 1};
    second.message = Message("shape-conflict", "They do not fit.");
    d.findings = {finding, second};
    LayerResult z;
    z.status = LayerStatus::ok;
    z.shapes = {{1, 9}};
    z.statistics = statisticsWithEverything();
    LayerResult failed;
    failed.status = LayerStatus::diverges;
    failed.shapes = {{1, 128}};
    failed.statistics = statisticsWithEverything();
    failed.training = statisticsWithEverything();
    failed.trainingRows = 64;
    failed.divergence = 6.5;
    failed.channelDivergence = {0.5, std::numeric_limits<double>::infinity()};
    failed.microseconds = 12.25;
    d.layers = {z, failed, LayerResult{}};
    d.microseconds = 42;
    d.statisticsMicroseconds = 7.5;
    d.preparationMicroseconds = 1200;
    d.engine = "oneDNN 2.6.3 · AVX-512 · 2 threads";
    return d;
}

} // namespace plumbline::test
