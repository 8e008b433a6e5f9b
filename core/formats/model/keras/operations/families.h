#pragma once
// Raw operations by family: what operations.cpp lists in its table.

#include "core/formats/model/keras/operations/arguments.h"

namespace plumbline::keras {

// Shapes and places.
Result<Values> lowerReshapeOp(Lowering& l);
Result<Values> lowerTransposeOp(Lowering& l);
Result<Values> lowerConcatenateOp(Lowering& l);
Result<Values> lowerStackOp(Lowering& l);
Result<Values> lowerSplitOp(Lowering& l);
Result<Values> lowerGetItemOp(Lowering& l);
Result<Values> lowerExpandDimsOp(Lowering& l);
Result<Values> lowerSqueezeOp(Lowering& l);
Result<Values> lowerPadOp(Lowering& l);
Result<Values> lowerTileOp(Lowering& l);
Result<Values> lowerRepeatOp(Lowering& l);
Result<Values> lowerFlipOp(Lowering& l);
Result<Values> lowerBroadcastOp(Lowering& l);
Result<Values> lowerWhereOp(Lowering& l);
Result<Values> lowerZerosLikeOp(Lowering& l);
Result<Values> lowerOnesLikeOp(Lowering& l);
Result<Values> lowerCastOp(Lowering& l);
Result<Values> lowerDepthToSpaceOp(Lowering& l);
Result<Values> lowerResizeOp(Lowering& l);

// Many elements to one.
Result<Values> lowerMeanOp(Lowering& l);
Result<Values> lowerSumOp(Lowering& l);
Result<Values> lowerMaxOp(Lowering& l);
Result<Values> lowerMinOp(Lowering& l);
Result<Values> lowerProductOp(Lowering& l);
Result<Values> lowerLogSumExpOp(Lowering& l);
Result<Values> lowerAnyOp(Lowering& l);
Result<Values> lowerAllOp(Lowering& l);
Result<Values> lowerVarianceOp(Lowering& l);
Result<Values> lowerDeviationOp(Lowering& l);
Result<Values> lowerMomentsOp(Lowering& l);
Result<Values> lowerNormalizeOp(Lowering& l);
Result<Values> lowerArgMaxOp(Lowering& l);
Result<Values> lowerArgMinOp(Lowering& l);

} // namespace plumbline::keras
