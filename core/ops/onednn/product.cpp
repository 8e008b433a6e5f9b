#include "core/ops/onednn/epilogue.h"
#include "core/ops/onednn/kernels.h"
#include "core/ops/onednn/primitive.h"

namespace plumbline::onednn {

namespace {

/// C = epilogue(A x B + bias), each matrix dense or transposed, batches broadcast. A constant B is kept in the layout
/// that the primitive likes.
class ProductKernel final : public FastKernel {
public:
    /// Descriptors have one rank. `constant` is B's elements where it is a constant, else null.
    static std::unique_ptr<FastKernel> make(const Desc& a, const Desc& b, const Desc& c, const std::byte* constant,
                                            Epilogue epilogue, std::int64_t rows) {
        requireRoomForCode();
        const auto wanted = constant ? Desc(b.dims(), b.data_type(), Tag::any) : b;
        const auto descriptor = matmul(cpuEngine(), a, wanted, Desc(), c);
        if (!descriptor)
            return nullptr;
        auto kernel = std::unique_ptr<ProductKernel>(new ProductKernel);
        kernel->m_epilogue = std::move(epilogue);
        kernel->m_rows = rows;
        kernel->m_primitive.emplace(*descriptor, dnnl::matmul(*descriptor),
                                    std::vector<Primitive::Argument>{{DNNL_ARG_SRC, a},
                                                                     {DNNL_ARG_WEIGHTS, descriptor->weights_desc()},
                                                                     {DNNL_ARG_DST, c}});
        if (constant) {
            const auto stored = reordered(constant, b, descriptor->weights_desc());
            if (!stored)
                return nullptr;
            kernel->m_weights = *stored;
            kernel->m_primitive->set(1, kernel->m_weights.data());
        }
        return kernel;
    }

    std::size_t scratchBytes() const override { return m_primitive->scratchBytes(); }
    std::string implementation() const override { return m_primitive->implementation(); }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs,
             std::byte* scratch) override {
        m_primitive->set(0, inputs[0]);
        if (m_weights.isNull())
            m_primitive->set(1, inputs[1]);
        m_primitive->set(2, outputs[0]);
        m_primitive->setScratch(scratch);
        m_primitive->execute();
        m_epilogue.apply(reinterpret_cast<float*>(outputs[0]), m_rows, 1);
    }

private:
    std::optional<Primitive> m_primitive;
    Tensor m_weights;
    Epilogue m_epilogue;
    std::int64_t m_rows = 0;
};

Desc matrix(std::int64_t rows, std::int64_t columns, bool transposed) {
    return {{rows, columns}, Memory::data_type::f32, transposed ? Tag::ba : Tag::ab};
}

bool allFloat32(const FastKernelRequest& request) {
    for (const auto* input : request.inputs)
        if (input && input->dtype != DType::float32)
            return false;
    return request.outputs[0].dtype == DType::float32;
}

template<class Make> std::unique_ptr<FastKernel> guarded(Make&& make) {
    try {
        return make();
    } catch (const dnnl::error&) {
        return nullptr;
    }
}

} // namespace

std::unique_ptr<FastKernel> matMul(const FastKernelRequest& request) {
    const auto a = toShape(request.inputs[0]->shape);
    const auto b = toShape(request.inputs[1]->shape);
    const auto out = toShape(request.outputs[0].shape);
    if (!a || !b || !out || !allFloat32(request) || a->rank() < 2 || b->rank() < 2 || a->elements() == 0 ||
        b->elements() == 0)
        return nullptr;
    const auto columns = out->back();
    auto epilogue = Epilogue::make(request.postOps, columns, out->rank() - 1);
    if (!epilogue)
        return nullptr;
    const auto rows = out->elements() / columns;
    const auto* constant = request.constants[1] ? request.constants[1]->data() : nullptr;
    return guarded([&]() -> std::unique_ptr<FastKernel> {
        if (b->rank() == 2) {
            const auto depth = a->back();
            return ProductKernel::make(matrix(rows, depth, false), matrix(depth, columns, false),
                                       matrix(rows, columns, false), constant, std::move(*epilogue), rows);
        }
        // Batches: leading axes of 1 make both ranks equal, oneDNN stretches them.
        const auto rank = std::max(a->rank(), b->rank());
        const auto dense = [rank](const Shape& shape) {
            Memory::dims dims(rank - shape.rank(), 1);
            dims.insert(dims.end(), shape.begin(), shape.end());
            Memory::dims strides(rank);
            std::int64_t stride = 1;
            for (std::size_t i = rank; i-- > 0;) {
                strides[i] = stride;
                stride *= dims[i];
            }
            return Desc(dims, Memory::data_type::f32, strides);
        };
        return ProductKernel::make(dense(*a), dense(*b), dense(*out), nullptr, std::move(*epilogue), rows);
    });
}

std::unique_ptr<FastKernel> gemm(const FastKernelRequest& request) {
    const auto& attributes = request.attributes;
    const auto a = toShape(request.inputs[0]->shape);
    const auto out = toShape(request.outputs[0].shape);
    const auto* weights = request.constants[1];
    if (!a || !out || !weights || !allFloat32(request) || a->elements() == 0 || out->elements() == 0 ||
        attributes.number("alpha", 1) != 1 || attributes.number("beta", 1) != 1)
        return nullptr;
    const auto rows = (*out)[0];
    const auto columns = (*out)[1];
    auto epilogue = Epilogue::make(request.postOps, columns, 1);
    if (!epilogue)
        return nullptr;
    if (request.inputs.size() > 2 && request.inputs[2]) {
        const auto* bias = request.constants[2];
        if (!bias || bias->elements() != columns || bias->shape().back() != columns)
            return nullptr;
        epilogue->prependBias(*bias);
    }
    const bool transposeA = attributes.integer("transA") != 0;
    const bool transposeB = attributes.integer("transB") != 0;
    const auto depth = (*a)[transposeA ? 0 : 1];
    return guarded([&]() -> std::unique_ptr<FastKernel> {
        return ProductKernel::make(matrix(rows, depth, transposeA), matrix(depth, columns, transposeB),
                                   matrix(rows, columns, false), weights->data(), std::move(*epilogue), rows);
    });
}

std::unique_ptr<FastKernel> constantProduct(std::int64_t rows, std::int64_t depth, std::int64_t columns,
                                            const Tensor& weights, bool transposed, const Tensor& bias) {
    auto epilogue = Epilogue::make({}, columns, 1);
    if (!bias.isNull())
        epilogue->prependBias(bias);
    return guarded([&] {
        return ProductKernel::make(matrix(rows, depth, false), matrix(depth, columns, transposed),
                                   matrix(rows, columns, false), weights.data(), std::move(*epilogue), rows);
    });
}

} // namespace plumbline::onednn
