#include "core/ops/onednn/primitive.h"

#include <fmt/format.h>

#include <new>
#include <stdexcept>

namespace plumbline::onednn {

const dnnl::engine& cpuEngine() {
    static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    return engine;
}

dnnl::stream& cpuStream() {
    thread_local dnnl::stream stream(cpuEngine());
    return stream;
}

void requireRoomForCode() {
    if (!Storage::hasRoom(4u << 20))
        throw std::bad_alloc();
}

Primitive::Primitive(const dnnl::primitive_desc_base& desc, dnnl::primitive primitive,
                     const std::vector<Argument>& arguments)
    : m_primitive(std::move(primitive)) {
    const char* name = nullptr;
    if (dnnl_primitive_desc_query(desc.get(), dnnl_query_impl_info_str, 0, &name) == dnnl_success && name)
        m_implementation = name;
    const auto add = [this](int id, const Desc& memoryDesc) {
        m_memories.emplace_back(memoryDesc, cpuEngine(), nullptr);
        m_arguments.push_back({id, m_memories.back().get()});
    };
    m_memories.reserve(arguments.size() + 1);
    for (const auto& argument : arguments)
        add(argument.id, argument.desc);
    const auto scratch = desc.query_md(dnnl::query::exec_arg_md, DNNL_ARG_SCRATCHPAD);
    m_scratchBytes = scratch.get_size();
    if (m_scratchBytes > 0) {
        add(DNNL_ARG_SCRATCHPAD, scratch);
        m_hasScratch = true;
    }
}

void Primitive::set(std::size_t position, const void* address) {
    dnnl_memory_set_data_handle(m_memories[position].get(), const_cast<void*>(address));
}

void Primitive::setScratch(void* address) {
    if (m_hasScratch)
        dnnl_memory_set_data_handle(m_memories.back().get(), address);
}

void Primitive::execute() {
    const auto status = dnnl_primitive_execute(m_primitive.get(), cpuStream().get(),
                                               static_cast<int>(m_arguments.size()), m_arguments.data());
    if (status != dnnl_success || dnnl_stream_wait(cpuStream().get()) != dnnl_success)
        throw std::runtime_error(
            fmt::format("oneDNN's {} failed with status {}", m_implementation, static_cast<int>(status)));
}

std::optional<Tensor> reordered(const std::byte* from, const Desc& fromDesc, const Desc& toDesc) {
    auto storage = Storage::allocate(std::max<std::size_t>(toDesc.get_size(), 1));
    if (!storage)
        return std::nullopt;
    dnnl::memory source(fromDesc, cpuEngine(), const_cast<std::byte*>(from));
    dnnl::memory target(toDesc, cpuEngine(), (*storage)->mutableData());
    dnnl::reorder(source, target).execute(cpuStream(), source, target);
    cpuStream().wait();
    const auto bytes = static_cast<std::int64_t>((*storage)->bytes());
    return Tensor(std::move(*storage), DType::uint8, Shape{bytes});
}

} // namespace plumbline::onednn
