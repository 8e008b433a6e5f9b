#pragma once
// Small models built by hand and arrays in temporary files: what a user would have on disk, without a framework.

#include "tests/support/testcase.h"

#include "core/diagnosis/modelcheck.h"
#include "core/formats/data/writers.h"

#include <QTemporaryDir>

#include <random>

namespace plumbline::test {

/// Seeded numbers for models and arrays.
class Numbers {
public:
    explicit Numbers(std::uint64_t seed) : m_engine(seed) {}
    Tensor uniform(Shape shape, double low = 0, double high = 1) {
        std::uniform_real_distribution<double> law(low, high);
        return fill(std::move(shape), [&] { return law(m_engine); });
    }
    Tensor normal(Shape shape, double mean = 0, double deviation = 1) {
        std::normal_distribution<double> law(mean, deviation);
        return fill(std::move(shape), [&] { return law(m_engine); });
    }
    Tensor integers(Shape shape, std::int64_t low, std::int64_t high, DType dtype = DType::int64) {
        std::uniform_int_distribution<std::int64_t> law(low, high - 1);
        return *fill(std::move(shape), [&] { return static_cast<double>(law(m_engine)); }).cast(dtype);
    }
    std::int64_t below(std::int64_t bound) {
        return std::uniform_int_distribution<std::int64_t>(0, bound - 1)(m_engine);
    }
    double real(double low, double high) { return std::uniform_real_distribution<double>(low, high)(m_engine); }

private:
    Tensor fill(Shape shape, auto&& next) {
        auto builder = *TensorBuilder::allocate(DType::float32, std::move(shape));
        for (auto& x : builder.span<float>())
            x = static_cast<float>(next());
        return std::move(builder).build();
    }
    std::mt19937_64 m_engine;
};

/// A copy of `x` with one element replaced.
Tensor with(const Tensor& x, std::size_t at, float value);

/// Layers one after the other, each with its row, as a Keras reader would lower them.
class ModelBuilder {
public:
    explicit ModelBuilder(std::uint64_t seed = 1) : m_numbers(seed) { m_model->format = "keras-v3"; }

    ValueId input(const std::string& name, Dims shape, DType dtype = DType::float32);
    ValueId dense(const std::string& name, ValueId x, std::int64_t in, std::int64_t out,
                  const std::string& activation = {});
    ValueId conv(const std::string& name, ValueId x, std::int64_t in, std::int64_t out, std::int64_t stride = 1,
                 const std::string& activation = {});
    ValueId upConv(const std::string& name, ValueId x, std::int64_t in, std::int64_t out);
    ValueId embedding(const std::string& name, ValueId x, std::int64_t rows, std::int64_t width);
    /// One op with its row; `weights` become constants behind `inputs`.
    ValueId layer(const std::string& name, const std::string& type, const std::string& op, std::vector<ValueId> inputs,
                  std::vector<std::pair<std::string, Tensor>> weights = {}, Attributes attributes = {});
    std::shared_ptr<const Model> finish(std::vector<ValueId> outputs);
    Graph& graph() { return m_model->graph; }

private:
    std::shared_ptr<Model> m_model = std::make_shared<Model>();
    Numbers m_numbers;
};

/// Sequential([Dense(128, input 10), Dense(1)]): the first three cases' model.
std::shared_ptr<const Model> twoDense();
/// A U-Net of one skip for pictures of any size: halves once, so that odd sizes fail at the Concatenate.
std::shared_ptr<const Model> smallUNet();
/// Latent (None, 8) and label (None, 1) of 10 classes.
std::shared_ptr<const Model> conditional();

/// Arrays as files of one temporary folder, and the check of them.
class Case {
public:
    explicit Case(std::shared_ptr<const Model> model) : m_model(std::move(model)) {}
    Case& train(const Tensor& array, const std::string& input = {});
    Case& predict(const Tensor& array, const std::string& input = {});
    Case& trainText(const std::string& csv);
    Case& predictText(const std::string& csv);
    Case& trainLaw(const std::string& law, const std::string& input = {});
    Result<CheckSession> run();
    CheckRequest request;

private:
    std::string write(const Tensor& array);
    std::string write(const std::string& text);
    void add(std::vector<SourceSpec>& list, const std::string& source, const std::string& input);

    QTemporaryDir m_folder;
    int m_files = 0;
    std::shared_ptr<const Model> m_model;
};

/// "code severity, code severity": all findings in order, for a failed test's text.
std::string codesOf(const Diagnosis& diagnosis);

} // namespace plumbline::test

/// The run went through and its first finding is `wanted`, in words without a gap: `finding` from here on.
#define CHECK_FIRST(session, wanted)                                                                                   \
    VERIFY_RESULT(session);                                                                                            \
    QVERIFY2(!(session)->diagnosis.findings.empty() && (session)->diagnosis.findings.front().code == (wanted),         \
             codesOf((session)->diagnosis).c_str());                                                                   \
    const auto& finding = (session)->diagnosis.findings.front();                                                       \
    QVERIFY2(finding.message.text().find('{') == std::string::npos, finding.message.text().c_str())
