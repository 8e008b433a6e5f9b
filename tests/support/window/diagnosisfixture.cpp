#include "tests/support/testcase.h"

#include "tests/support/window/diagnosisfixture.h"

#include "core/report/codec.h"

#include <QFile>

namespace plumbline::test {

std::shared_ptr<const Diagnosis> diagnosisFixture(const char* name) {
    QFile file(testFile(QStringLiteral("fixtures/window/%1.json").arg(QLatin1String(name))));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", qPrintable(file.fileName()));
    auto diagnosis = decodeDiagnosis(nlohmann::json::parse(file.readAll().toStdString()));
    if (!diagnosis)
        qFatal("%s: %s", qPrintable(file.fileName()), diagnosis.error().text().c_str());
    return std::make_shared<const Diagnosis>(std::move(*diagnosis));
}

std::shared_ptr<const Diagnosis> mendedFixture(const char* name) {
    auto mended = std::make_shared<Diagnosis>(*diagnosisFixture(name));
    mended->verdict = Verdict::matches;
    mended->findings.clear();
    for (std::size_t i = 0; i < mended->layers.size(); ++i) {
        auto& layer = mended->layers[i];
        layer.status = LayerStatus::ok;
        layer.divergence = 0.4;
        layer.channelDivergence.clear();
        if (layer.training)
            layer.statistics = *layer.training;
        if (layer.shapes.empty())
            for (const auto& dims : mended->model->layers[i].expectedShapes) {
                Shape shape;
                for (const auto& dim : dims)
                    shape.append(dim.isKnown() ? dim.extent() : 8);
                layer.shapes.push_back(shape);
            }
    }
    for (auto& source : mended->prediction)
        source.statistics = mended->training.front().statistics;
    return mended;
}

} // namespace plumbline::test
