#pragma once
// The readers behind openSource(), one a file. Each takes a file that is open already and told by its content.

#include "core/formats/data/source.h"

namespace plumbline {

struct OpenedFile {
    std::string path;
    std::shared_ptr<const Storage> bytes; ///< the whole file, mapped
};

using SourceResult = Result<std::unique_ptr<DataSource>>;
using EntriesResult = Result<std::vector<SourceEntry>>;

SourceResult openNpy(const OpenedFile& file, const SourceSpec& spec);
EntriesResult listNpy(const OpenedFile& file);

SourceResult openNpz(const OpenedFile& file, const SourceSpec& spec);
EntriesResult listNpz(const OpenedFile& file);

SourceResult openCsv(const OpenedFile& file, const SourceSpec& spec, const Progress& progress);
EntriesResult listCsv(const OpenedFile& file);

SourceResult openHdf5(const OpenedFile& file, const SourceSpec& spec);
EntriesResult listHdf5(const OpenedFile& file);

/// One picture, or a folder of them in the order of their names.
SourceResult openImages(const SourceSpec& spec, const Progress& progress);
EntriesResult listImages(const std::string& path);

/// "source.part": a file that is one array has no parts.
Result<void> refusePart(const SourceSpec& spec, std::string_view kind);

} // namespace plumbline
