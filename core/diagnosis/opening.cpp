#include "core/diagnosis/opening.h"

#include "core/diagnosis/inputs.h"
#include "core/formats/model/openshape.h"

namespace plumbline {

namespace {

std::size_t rankOf(const Model& model) {
    const auto& type = model.graph.value(model.graph.inputs().front()).type;
    return type ? type->shape.size() : 0;
}

/// Axes of the data for the first input, training's before the prediction's: those are the ones that were right.
/// 0 where nothing says it; what cannot be read says why later.
std::size_t rankOfData(const Model& model, const CheckRequest& request, const Progress& progress) {
    for (const auto* specs : {&request.training, &request.prediction}) {
        const auto assigned = assignSources(model, *specs, specs == &request.training);
        if (!assigned)
            continue;
        for (const auto& spec : assigned->byInput.front())
            if (!spec.law)
                if (const auto source = openSource(spec, progress))
                    return (*source)->shape().rank();
    }
    return 0;
}

} // namespace

Result<std::shared_ptr<const Model>> openFor(const CheckRequest& request, const Progress& progress) {
    PLUMBLINE_TRY(auto model, openModel(request.model, progress));
    if (!isShapeOpen(*model))
        return model;
    const auto rank = rankOfData(*model, request, progress);
    return rank == 0 || rank == rankOf(*model) ? Result<std::shared_ptr<const Model>>(std::move(model))
                                               : openModelForRank(request.model, rank, progress);
}

bool isOpenedFor(const Model& model, const CheckRequest& request, const Progress& progress) {
    if (!isShapeOpen(model))
        return true;
    const auto rank = rankOfData(model, request, progress);
    return rank == 0 || rank == rankOf(model);
}

} // namespace plumbline
