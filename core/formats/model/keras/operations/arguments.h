#pragma once
// The arguments of a raw operation: by keyword, in its config, or by position, whichever its writer chose.

#include "core/formats/model/keras/lowering.h"

namespace plumbline::keras {

/// "keras.src.ops.numpy" Add, TFOpLambda "math.add", TensorFlowOpLayer "AddV2": all "add". Empty for a layer.
std::string operationName(const LayerConfig& layer);

using ArgumentNames = std::initializer_list<const char*>;

/// Null where it is not given.
nlohmann::json argument(const Lowering& l, std::size_t position, ArgumentNames names);
bool flagArgument(const Lowering& l, std::size_t position, ArgumentNames names);
/// An operand that is a tensor or a number. A number takes the type of the first tensor, or float32 where it does not
/// fit.
Result<ValueId> operand(Lowering& l, std::size_t position, ArgumentNames names);
/// The same as a floating-point value: integers become float32.
Result<ValueId> floatOperand(Lowering& l, std::size_t position, ArgumentNames names);
/// A number or a list of numbers, null counting as -1.
std::optional<std::vector<std::int64_t>> integerList(const nlohmann::json& value);
Result<DType> dtypeOfArgument(const Lowering& l, const nlohmann::json& given);

} // namespace plumbline::keras
