#pragma once
// A oneDNN primitive with its memory objects made once, so that a run only sets addresses and executes.

#include "core/ops/onednn/version.h"
#include "core/tensor/tensor.h"

#include <vector>

namespace plumbline::onednn {

const dnnl::engine& cpuEngine();
dnnl::stream& cpuStream(); ///< of the calling thread

/// Before anything of oneDNN is made: throws std::bad_alloc where a few megabytes of private memory are not to be had.
/// oneDNN 2.6.3 writes through a null pointer where it cannot map the buffer for its code.
void requireRoomForCode();

class Primitive {
public:
    struct Argument {
        int id; ///< DNNL_ARG_…
        Desc desc;
    };
    /// Throws dnnl::error where oneDNN cannot compile it.
    Primitive(const dnnl::primitive_desc_base& desc, dnnl::primitive primitive, const std::vector<Argument>& arguments);

    /// Addresses stay until set again. `position` is the argument's place in the constructor's list.
    void set(std::size_t position, const void* address);
    void setScratch(void* address); ///< scratchBytes() of memory, 64-byte aligned
    std::size_t scratchBytes() const { return m_scratchBytes; }
    void execute(); ///< throws std::runtime_error where oneDNN reports a failure
    const std::string& implementation() const { return m_implementation; }

private:
    dnnl::primitive m_primitive;
    std::vector<dnnl::memory> m_memories;
    std::vector<dnnl_exec_arg_t> m_arguments;
    std::size_t m_scratchBytes = 0;
    bool m_hasScratch = false;
    std::string m_implementation;
};

/// `from` (dense memory described by `fromDesc`) in the layout that a primitive asks for. Throws dnnl::error; nothing
/// where there is no memory.
std::optional<Tensor> reordered(const std::byte* from, const Desc& fromDesc, const Desc& toDesc);

} // namespace plumbline::onednn
