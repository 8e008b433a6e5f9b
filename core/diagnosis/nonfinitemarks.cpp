#include "core/diagnosis/nonfinitemarks.h"

#include <cmath>

namespace plumbline {

namespace {

template<class Element> void mark(std::int64_t elements, Element&& element, SeenValue& seen) {
    for (std::int64_t i = 0; i < elements; ++i) {
        const double x = element(i);
        if (std::isfinite(x))
            continue;
        (std::isnan(x) ? seen.nan : seen.infinite).add(i);
    }
}

void mark(const Tensor& tensor, SeenValue& seen) {
    const auto statistics = statisticsOf(tensor, HistogramWanted::no);
    if (statistics.nan > 0)
        seen.nan.reserve(tensor.elements());
    if (statistics.infinite() > 0)
        seen.infinite.reserve(tensor.elements());
    if (statistics.nan + statistics.infinite() == 0)
        return;
    if (tensor.dtype() == DType::float32 && tensor.isContiguous()) {
        const auto values = tensor.span<float>();
        mark(
            tensor.elements(), [&](std::int64_t i) { return values[static_cast<std::size_t>(i)]; }, seen);
    } else {
        mark(
            tensor.elements(), [&](std::int64_t i) { return tensor.flat(i); }, seen);
    }
}

} // namespace

Interest NonFiniteMarks::interest(const TraceKey& key) {
    const bool wanted = m_wanted[key.value.index];
    return {.elements = wanted, .tensor = wanted, .histogram = false, .mostBytes = m_room};
}

Observer::Answer NonFiniteMarks::received(ObservedValue value) {
    if (value.tensor.isNull() || !m_wanted[value.key.value.index])
        return Answer::goOn;
    auto& seen = m_seen[value.key.value.index];
    seen = {value.tensor.dtype(), value.tensor.shape(), {}, {}, {}};
    if (isFloat(seen.dtype))
        mark(value.tensor, seen);
    if (value.tensor.bytes() <= m_room) {
        m_room -= value.tensor.bytes();
        seen.elements = std::move(value.tensor);
    }
    return Answer::goOn;
}

const SeenValue* NonFiniteMarks::find(ValueId id) const {
    const auto at = m_seen.find(id.index);
    return at == m_seen.end() ? nullptr : &at->second;
}

} // namespace plumbline
