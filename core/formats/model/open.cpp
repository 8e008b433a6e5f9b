#include "core/formats/model/keras/reader.h"
#include "core/formats/model/kind.h"
#include "core/formats/model/model.h"

namespace plumbline {

Result<std::shared_ptr<const Model>> openModel(const ModelRequest& request, const Progress& progress) {
    if (progress.isCancelled())
        return Progress::cancelled();
    progress.report("reading " + request.path);
    PLUMBLINE_TRY(const auto kind, modelFileKind(request.path));
    PLUMBLINE_TRY(auto model, keras::readModel(request, kind));
    if (progress.isCancelled())
        return Progress::cancelled();
    return std::make_shared<const Model>(std::move(model));
}

} // namespace plumbline
