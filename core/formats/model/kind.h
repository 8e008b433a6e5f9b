#pragma once
// What a path holds, by its first bytes and, for folders and archives, by what stands in it. Never by its name.

#include "core/base/result.h"

#include <string>

namespace plumbline {

enum class ModelFileKind { kerasArchive, kerasFolder, hdf5, json };

/// The kind, or an error that says what the path is instead: missing, empty, a Git LFS pointer, a SavedModel, ONNX, a
/// pickle, ….
Result<ModelFileKind> modelFileKind(const std::string& path);

/// The first bytes of a file, at most `count`.
Result<std::string> headOf(const std::string& path, std::size_t count = 4096);
/// A whole text file, bounded.
Result<std::string> textOf(const std::string& path, std::uint64_t limit = 256u << 20);
/// Errors that any file may have, whatever is expected of it: it is missing, a folder, empty, a Git LFS pointer.
Result<void> checkFile(const std::string& path);

} // namespace plumbline
