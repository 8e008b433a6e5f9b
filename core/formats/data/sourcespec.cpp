#include "core/formats/data/fileerror.h"
#include "core/formats/data/readers.h"

#include <filesystem>

namespace plumbline {

namespace {

bool exists(std::string_view path) {
    std::error_code ignored;
    return !path.empty() && std::filesystem::exists(std::filesystem::path(path), ignored);
}

/// Puts PATH and the part after a ':' into `spec`: the longest prefix that exists is the path.
bool splitExisting(std::string_view text, SourceSpec& spec) {
    if (exists(text)) {
        spec.path = text;
        return true;
    }
    for (auto colon = text.rfind(':'); colon != std::string_view::npos && colon > 0; colon = text.rfind(':', colon - 1))
        if (exists(text.substr(0, colon))) {
            spec.path = text.substr(0, colon);
            spec.part = text.substr(colon + 1);
            return true;
        }
    return false;
}

/// The same with an optional "@map" at the end. False where no prefix exists.
Result<bool> splitExistingWithMap(std::string_view text, SourceSpec& spec) {
    const auto at = text.rfind('@');
    if (exists(text) || at == std::string_view::npos || !splitExisting(text.substr(0, at), spec))
        return splitExisting(text, spec);
    auto map = parseAffineMap(text.substr(at + 1));
    if (map)
        spec.map = std::move(*map);
    else if (!splitExisting(text, spec)) // a part may have an '@' in its name
        return passOn(map);
    return true;
}

/// A law, with a map or without. False where the text does not look like one.
Result<bool> splitLaw(std::string_view text, SourceSpec& spec) {
    const auto at = text.rfind('@');
    auto law = parseLaw(text.substr(0, at));
    if (!law)
        return false;
    PLUMBLINE_TRY(spec.law, std::move(*law));
    if (at != std::string_view::npos) {
        PLUMBLINE_TRY(spec.map, parseAffineMap(text.substr(at + 1)));
    }
    return true;
}

/// Nothing of it exists: split as written, so that the error of opening names the path meant.
Result<void> splitMissing(std::string_view text, SourceSpec& spec) {
    if (const auto at = text.rfind('@'); at != std::string_view::npos && at > 0) {
        if (auto map = parseAffineMap(text.substr(at + 1))) {
            spec.map = std::move(*map);
            text = text.substr(0, at);
        }
    }
    const auto slash = text.rfind('/');
    const auto dot = text.rfind('.');
    // In "data.h5:/train/x" the part begins after the extension; the path's own folders come before it.
    auto colon = dot == std::string_view::npos ? std::string_view::npos : text.find(':', dot);
    if (const auto early = text.find(':');
        early != std::string_view::npos && (colon == std::string_view::npos || early < colon))
        if (slash == std::string_view::npos || early < slash)
            colon = early;
    if (colon != std::string_view::npos && colon > 0) {
        spec.part = text.substr(colon + 1);
        text = text.substr(0, colon);
    }
    spec.path = text;
    return {};
}

} // namespace

Result<SourceSpec> parseSourceSpec(std::string_view text) {
    SourceSpec spec;
    spec.text = text;
    PLUMBLINE_TRY(bool found, splitExistingWithMap(text, spec));
    if (found)
        return spec;
    PLUMBLINE_TRY(found, splitLaw(text, spec));
    if (found)
        return spec;
    // NAME=SOURCE: the first '=' after which something exists, else the first one.
    std::string_view name, rest = text;
    for (auto equals = text.find('='); equals != std::string_view::npos; equals = text.find('=', equals + 1)) {
        const auto after = text.substr(equals + 1);
        PLUMBLINE_TRY(found, splitExistingWithMap(after, spec));
        if (!found) {
            PLUMBLINE_TRY(found, splitLaw(after, spec));
        }
        if (found || name.empty()) {
            name = text.substr(0, equals);
            rest = after;
        }
        if (found)
            break;
    }
    spec.input = name;
    if (!found) {
        PLUMBLINE_CHECK(splitMissing(rest, spec));
    }
    if (spec.path.empty() && !spec.law)
        return failure(
            ErrorCode::wrongCall, "source.empty",
            "\"{text}\" names no file: a source is [NAME=]FILE, FILE:part, FILE@map, or a law such as normal(0,1).",
            {{"text", std::string(text)}});
    return spec;
}

Result<void> refusePart(const SourceSpec& spec, std::string_view kind) {
    if (spec.part.empty())
        return {};
    return fileFailure(spec.path, ErrorCode::wrongCall, "source.part",
                       "{file} is {kind}, which has no parts: \"{part}\" is one too many.",
                       {{"kind", std::string(kind)}, {"part", spec.part}});
}

} // namespace plumbline
