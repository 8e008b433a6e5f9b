#include "core/diagnosis/finding.h"

namespace plumbline {

std::string_view name(Severity severity) {
    switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: break;
    }
    return "note";
}

std::string_view name(PlaceKind kind) {
    switch (kind) {
    case PlaceKind::input: return "input";
    case PlaceKind::layer: return "layer";
    case PlaceKind::weight: return "weight";
    case PlaceKind::output: return "output";
    case PlaceKind::process: break;
    }
    return "process";
}

} // namespace plumbline
