#pragma once
// Numbers as text beyond message.h's numberText, which is how a sentence has them. All begin with the same: what is not
// finite is "nan", "inf" or "-inf", as JSON has it.

#include "core/base/message.h"

namespace plumbline {

/// The shortest text that reads back as the same number.
std::string exactText(double value);
std::string exactText(float value);

} // namespace plumbline
