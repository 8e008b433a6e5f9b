#include "core/formats/model/keras/reader.h"
#include "core/formats/model/kind.h"
#include "core/formats/model/openshape.h"

#include <algorithm>

namespace plumbline {

Result<std::shared_ptr<const Model>> openModelForRank(const ModelRequest& request, std::size_t rank,
                                                      const Progress& progress) {
    if (progress.isCancelled())
        return Progress::cancelled();
    progress.report("reading " + request.path);
    PLUMBLINE_TRY(const auto kind, modelFileKind(request.path));
    PLUMBLINE_TRY(auto model, keras::readModel(request, kind, rank));
    if (progress.isCancelled())
        return Progress::cancelled();
    return std::make_shared<const Model>(std::move(model));
}

Result<std::shared_ptr<const Model>> openModel(const ModelRequest& request, const Progress& progress) {
    return openModelForRank(request, 0, progress);
}

bool isShapeOpen(const Model& model) {
    return std::ranges::any_of(model.notes, [](const Error& note) { return note.message.id() == "keras.open-shape"; });
}

} // namespace plumbline
