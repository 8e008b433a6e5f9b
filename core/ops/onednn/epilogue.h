#pragma once
// What a heavy kernel does to its output while that is still in cache: per-channel scale and shift (a folded
// BatchNormalization, a bias), then activations. oneDNN's own post-ops are not used for it: its relu, clip and exp
// lose NaN (measured with 2.6.3), ours keep it.

#include "core/ops/op.h"

#include <optional>

namespace plumbline::onednn {

class Epilogue {
public:
    /// Nothing where a post-op is not one of ours: a unary activation with a vector form, or a ScaleShift along
    /// `channelAxis`, which has `channels`.
    static std::optional<Epilogue> make(std::span<const PostOp> postOps, std::int64_t channels,
                                        std::size_t channelAxis);

    bool isEmpty() const { return m_steps.empty(); }
    /// Adds `bias` (of `channels`) before everything else.
    void prependBias(const Tensor& bias);
    /// On `rows` dense rows of `channels`, on the calling thread.
    void applyRows(float* data, std::int64_t rows) const;
    /// On one plane of `count` elements of one channel, on the calling thread.
    void applyPlane(float* data, std::int64_t count, std::int64_t channel) const;
    /// The same over a whole tensor of `outer` x `channels` x `inner`, on all threads.
    void apply(float* data, std::int64_t outer, std::int64_t inner) const;

private:
    struct Step {
        void (*activation)(float*, std::size_t, float, float) = nullptr; ///< null: scale and shift
        float alpha = 0, beta = 0;
        Tensor scale, shift; ///< null where missing
    };
    std::vector<Step> m_steps;
    std::int64_t m_channels = 0;
};

} // namespace plumbline::onednn
