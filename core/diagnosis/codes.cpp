#include "core/diagnosis/codes.h"

#include "core/diagnosis/arrays.h"

#include <algorithm>
#include <cmath>

namespace plumbline {

bool isOneHot(const Tensor& tensor) {
    const auto columns = tensor.rank() ? static_cast<std::size_t>(tensor.shape().back()) : 0;
    if (columns < 2)
        return false;
    const auto values = toDoubles(tensor);
    if (!values || values->empty())
        return false;
    for (std::size_t row = 0; row < values->size(); row += columns) {
        std::size_t ones = 0;
        for (std::size_t i = row; i < row + columns; ++i) {
            if ((*values)[i] != 0 && (*values)[i] != 1)
                return false;
            ones += (*values)[i] == 1 ? 1 : 0;
        }
        if (ones != 1)
            return false;
    }
    return true;
}

std::optional<CodeForm> codeForm(const InputProfile& training, bool isLookup) {
    if (isLookup)
        return CodeForm::indices;
    const auto& s = training.statistics;
    if (training.wholeNumbers && s.min == 0 && s.max == 1 && s.finite() == s.count && isOneHot(training.sample))
        return CodeForm::oneHot;
    return std::nullopt;
}

std::vector<std::int64_t> codesOf(const Tensor& tensor, CodeForm form) {
    if (tensor.isNull() || (form == CodeForm::oneHot && !isOneHot(tensor)))
        return {};
    const auto values = toDoubles(tensor);
    if (!values)
        return {};
    std::vector<std::int64_t> out;
    if (form == CodeForm::indices) {
        for (const auto x : *values) {
            if (!std::isfinite(x) || std::abs(x) > 0x1p53)
                return {};
            out.push_back(static_cast<std::int64_t>(std::trunc(x))); // as a cast to an integer does
        }
        return out;
    }
    const auto columns = static_cast<std::size_t>(tensor.shape().back());
    for (std::size_t i = 0; i < values->size(); ++i)
        if ((*values)[i] == 1)
            out.push_back(static_cast<std::int64_t>(i % columns));
    return out;
}

CodeFrequencies::CodeFrequencies(const InputProfile& training, CodeForm form) {
    for (const auto code : codesOf(training.sample, form))
        ++m_counts[code];
    for (const auto& [code, count] : m_counts)
        m_total += count;
}

double CodeFrequencies::unseen(const std::vector<std::int64_t>& codes) const {
    if (codes.empty())
        return 0;
    const auto count = std::ranges::count_if(codes, [&](std::int64_t code) { return !m_counts.contains(code); });
    return static_cast<double>(count) / static_cast<double>(codes.size());
}

double CodeFrequencies::expectedUnseen(std::size_t count) const {
    const auto once = std::ranges::count_if(m_counts, [](const auto& entry) { return entry.second == 1; });
    const auto n = static_cast<double>(std::max<std::int64_t>(1, m_total));
    const double share = (static_cast<double>(once) + 1) / n;
    return share + 3 * std::sqrt(share / static_cast<double>(std::max<std::size_t>(1, count)));
}

double CodeFrequencies::logLikelihood(const std::vector<std::int64_t>& codes) const {
    if (codes.empty())
        return 0;
    const double mass = static_cast<double>(m_total) + 0.5 * static_cast<double>(m_counts.size() + 1);
    double sum = 0;
    for (const auto code : codes) {
        const auto at = m_counts.find(code);
        sum += std::log((0.5 + (at == m_counts.end() ? 0.0 : static_cast<double>(at->second))) / mass);
    }
    return sum / static_cast<double>(codes.size());
}

} // namespace plumbline
