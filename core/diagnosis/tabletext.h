#pragma once
// Text in the tables of a check. Which column the model takes as numbers, and which it never had, is told by training's
// names, or by how many columns the model takes.

#include "core/diagnosis/inputs.h"

namespace plumbline {

/// A training reference without the columns that are text from end to end, where the others are what the model takes:
/// an identifier, a date. `left` are those left out. Other text is the error "csv.text-cell".
Result<std::unique_ptr<DataSource>> numbersOf(std::unique_ptr<DataSource> source, const ValueType& declared,
                                              const std::string& text, std::vector<TextColumn>& left);

/// The prediction's tables, once training is known. A column of text that training has as text too is left out of the
/// array, with a note. One that training does not have stays in it, as NaN, for `feature-count` to name. Text where the
/// model takes numbers is `not-numeric`, and the input cannot be read.
Result<void> settleText(const Model& model, const Profile& profile, std::vector<GivenInput>& given,
                        Candidates& findings);

/// Notes on the columns that numbersOf() left out.
Candidates textLeftOut(const Model& model, const Profile& profile);

} // namespace plumbline
