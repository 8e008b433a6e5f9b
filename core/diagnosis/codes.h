#pragma once
// Inputs whose numbers are names: indices of a table (words, classes) and one-hot rows. Their figures are no quantities
// (a sentence without padding has another minimum, and nothing is wrong with it); how often each code comes is what
// training says of them.

#include "core/graph/graph.h"
#include "core/profile/profile.h"

#include <map>
#include <optional>
#include <vector>

namespace plumbline {

enum class CodeForm { indices, oneHot };

/// What training's rows of an input are; nothing where they are quantities. Indices are known by what the model does
/// with them (a table is looked up), one-hot rows by their own form.
std::optional<CodeForm> codeForm(const InputProfile& training, bool isLookup);

/// Each row of the last axis holds one 1 among zeros.
bool isOneHot(const Tensor& tensor);

/// The code of every position, row-major; empty where the array is not of this form.
std::vector<std::int64_t> codesOf(const Tensor& tensor, CodeForm form);

/// How often training has each code.
class CodeFrequencies {
public:
    CodeFrequencies(const InputProfile& training, CodeForm form);

    /// The share of codes that training's sample never holds.
    double unseen(const std::vector<std::int64_t>& codes) const;
    /// The share of codes that a fresh batch of training would hold and the sample lacks (Good & Turing: as many as the
    /// sample has once), with three deviations for a batch of `count`.
    double expectedUnseen(std::size_t count) const;
    /// Mean logarithm of the codes' probabilities under training's frequencies, each code counted half a time more.
    double logLikelihood(const std::vector<std::int64_t>& codes) const;
    bool isEmpty() const { return m_total == 0; }

private:
    std::map<std::int64_t, std::int64_t> m_counts;
    std::int64_t m_total = 0;
};

} // namespace plumbline
