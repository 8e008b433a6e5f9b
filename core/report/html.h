#pragma once
// --report: one self-contained page without scripts or other files. Everything from files is escaped.

#include "core/diagnosis/diagnosis.h"

namespace plumbline {

std::string htmlReport(const Diagnosis& diagnosis);

} // namespace plumbline
