#pragma once
// Diagnoses kept as text under tests/fixtures/window, for the tests of the window.

#include "core/diagnosis/diagnosis.h"

#include <memory>

namespace plumbline::test {

/// "scale" or "feature-count"; fails loudly where the file is not there or does not decode.
std::shared_ptr<const Diagnosis> diagnosisFixture(const char* name);
/// The same once its fix is applied: no finding, every layer within training.
std::shared_ptr<const Diagnosis> mendedFixture(const char* name);

} // namespace plumbline::test
