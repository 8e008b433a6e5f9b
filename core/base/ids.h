#pragma once
// Typed indices into the flat tables of a graph. A bare integer is never an id: mixing two kinds does not compile.

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>

namespace plumbline {

template<class Tag> struct Id {
    static constexpr std::uint32_t invalid = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t index = invalid;

    constexpr Id() = default;
    constexpr explicit Id(std::size_t i) : index(static_cast<std::uint32_t>(i)) {}
    constexpr bool isValid() const { return index != invalid; }
    friend constexpr auto operator<=>(Id, Id) = default;
};

using ValueId = Id<struct ValueTag>; ///< one tensor of the graph
using NodeId = Id<struct NodeTag>;   ///< one op of the graph
using LayerId = Id<struct LayerTag>; ///< one layer of the source's own code

} // namespace plumbline

template<class Tag> struct std::hash<plumbline::Id<Tag>> {
    std::size_t operator()(plumbline::Id<Tag> id) const noexcept { return id.index; }
};
