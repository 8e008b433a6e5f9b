#pragma once
// Where NaN and infinities come to be in a run: the elements that arithmetic made of operands that were not so. The
// layers are known from the trace; their ops run again, and each op's dependency rule leads from an element to what it
// was made of.

#include "core/diagnosis/birthcause.h"
#include "core/diagnosis/rule.h"

namespace plumbline {

struct Birth {
    bool isNan = true; ///< else an infinity
    LayerId layer;
    NodeId node;
    std::int64_t element = 0; ///< the first one, row-major in the node's output
    Shape shape;              ///< of that output
    BirthCause cause;

    bool takesInfinity() const;
};

/// In order of execution, of each op the first NaN and the first infinity that it bears. What a stored weight brings
/// along is not born, and an infinity of operands that hold one is not either. Searching ends at a fixed amount of
/// work, so that it gives the same answer everywhere.
std::vector<Birth> birthsOf(const Context& context);

/// The name by which people know a value that a layer reads: a weight's, an input's, the layer's that made it.
std::string operandName(const Graph& graph, ValueId value, LayerId reader);

} // namespace plumbline
