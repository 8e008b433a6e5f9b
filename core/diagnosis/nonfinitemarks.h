#pragma once
// Which elements of a run's values are NaN or infinite, a bit each: a run again that keeps no more than that of what it
// watches, and the elements themselves where there is room.

#include "core/engine/observer.h"

#include <map>

namespace plumbline {

/// A set of elements.
class Bits {
public:
    bool isEmpty() const { return m_count == 0; }
    std::int64_t count() const { return m_count; }
    bool contains(std::int64_t element) const {
        const auto word = static_cast<std::size_t>(element) / 64;
        return word < m_words.size() && (m_words[word] >> (element % 64) & 1) != 0;
    }
    void reserve(std::int64_t elements) { m_words.resize(static_cast<std::size_t>(elements + 63) / 64); }
    void add(std::int64_t element) {
        m_words[static_cast<std::size_t>(element) / 64] |= std::uint64_t(1) << (element % 64);
        ++m_count;
    }
    /// Calls f(element) in ascending order until it is false.
    template<class F> void forEach(F&& f) const {
        for (std::size_t word = 0; word < m_words.size(); ++word)
            for (auto rest = m_words[word]; rest != 0; rest &= rest - 1)
                if (!f(static_cast<std::int64_t>(word * 64) + __builtin_ctzll(rest)))
                    return;
    }

private:
    std::vector<std::uint64_t> m_words;
    std::int64_t m_count = 0;
};

struct SeenValue {
    DType dtype = DType::float32;
    Shape shape;
    Bits nan, infinite;
    Tensor elements; ///< null where there was no room
};

class NonFiniteMarks final : public Observer {
public:
    /// Watches the values of `wanted` (by ValueId) and keeps at most so many bytes of elements.
    NonFiniteMarks(std::vector<bool> wanted, std::uint64_t room) : m_wanted(std::move(wanted)), m_room(room) {}
    Interest interest(const TraceKey& key) override;
    Answer received(ObservedValue value) override;
    const SeenValue* find(ValueId id) const;

private:
    std::vector<bool> m_wanted;
    std::uint64_t m_room;
    std::map<std::uint32_t, SeenValue> m_seen;
};

} // namespace plumbline
