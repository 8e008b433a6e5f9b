#pragma once
// Calls one op as the executor would: the shape rule first, then a kernel on concrete tensors.

// clang-format off
#include "tests/support/testcase.h" // first: moc cannot parse the standard headers before Qt's
// clang-format on
#include "core/ops/op.h"

#include <initializer_list>

namespace plumbline::test {

inline Attributes attributes(std::initializer_list<std::pair<const char*, Attribute>> list) {
    Attributes out;
    for (const auto& [name, value] : list)
        out.set(name, value);
    return out;
}

inline std::vector<const ValueType*> pointers(const std::vector<ValueType>& types,
                                              const std::vector<Tensor>& tensors = {}) {
    std::vector<const ValueType*> out;
    for (std::size_t i = 0; i < types.size(); ++i)
        out.push_back(i < tensors.size() && tensors[i].isNull() ? nullptr : &types[i]);
    return out;
}

/// Types of the outputs for inputs that may be open. `constants` may be shorter; null: not known.
inline Result<std::vector<ValueType>> inferred(const char* op, const std::vector<ValueType>& inputs,
                                               const Attributes& attributes = {},
                                               const std::vector<Tensor>& constants = {}) {
    const auto in = pointers(inputs);
    std::vector<const Tensor*> known(inputs.size(), nullptr);
    for (std::size_t i = 0; i < constants.size(); ++i)
        known[i] = constants[i].isNull() ? nullptr : &constants[i];
    return findOp(op)->shape({attributes, in, known});
}

inline std::vector<ValueType> typesOf(const std::vector<Tensor>& tensors) {
    std::vector<ValueType> out;
    for (const auto& tensor : tensors)
        out.push_back({tensor.dtype(), toDims(tensor.shape())});
    return out;
}

struct Call {
    std::vector<ValueType> types;
    std::vector<const ValueType*> in;
    std::vector<const Tensor*> constants;
    std::vector<ValueType> outputs;
};

inline Result<Call> prepared(const char* op, const std::vector<Tensor>& inputs, const Attributes& attributes) {
    Call call;
    call.types = typesOf(inputs);
    call.in = pointers(call.types, inputs);
    for (const auto& input : inputs)
        call.constants.push_back(input.isNull() ? nullptr : &input);
    PLUMBLINE_TRY(call.outputs, findOp(op)->shape({attributes, call.in, call.constants}));
    return call;
}

inline Result<std::vector<Tensor>> reference(const char* op, const std::vector<Tensor>& inputs,
                                             const Attributes& attributes = {}) {
    PLUMBLINE_TRY(const auto call, prepared(op, inputs, attributes));
    return findOp(op)->reference({attributes, inputs, call.outputs});
}

} // namespace plumbline::test
