#include "core/formats/bytes/protobuf.h"

#include <algorithm>

namespace plumbline {

namespace {

using Kind = ProtobufField::Kind;

/// Fields looked at in one message: what is told by this many is told.
constexpr int mostFields = 4096;

bool isName(std::string_view text) {
    return !text.empty() && text.size() < 512 &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c != '\x7f'; });
}

/// Every field of a message, handed to `take(field)`, which says whether the message may have it. True where all may.
template<typename Take> bool consistsOf(std::span<const std::byte> bytes, const Take& take) {
    ProtobufReader reader(bytes);
    int count = 0;
    while (const auto field = reader.next()) {
        if (!take(*field))
            return false;
        if (++count == mostFields || field->isCut)
            return true;
    }
    return !reader.isBroken() && count > 0;
}

/// onnx.NodeProto: input 1, output 2, name 3, op_type 4, attribute 5, doc_string 6, domain 7, overload 8, metadata 9,
/// devices 10.
bool isOnnxNode(const ProtobufField& node) {
    bool hasOp = node.isCut;
    const bool fits = consistsOf(node.bytes, [&](const ProtobufField& field) {
        hasOp = hasOp || (field.id == 4 && isName(field.text()));
        return field.kind == Kind::bytes && field.id <= 10;
    });
    return fits && hasOp;
}

/// onnx.GraphProto: node 1, name 2, initializer 5, doc_string 10, input 11, output 12, value_info 13, quantization 14,
/// sparse_initializer 15, metadata 16. All are bytes. A graph of constants has outputs and no node.
bool isOnnxGraph(const ProtobufField& graph) {
    bool holds = false;
    const bool fits = consistsOf(graph.bytes, [&](const ProtobufField& field) {
        if (field.kind != Kind::bytes || field.id > 32)
            return false;
        holds = holds || field.id == 1 || field.id == 5 || field.id == 11 || field.id == 12;
        return field.id != 1 || isOnnxNode(field);
    });
    return fits && holds;
}

/// onnx.ModelProto: ir_version 1 and model_version 5 are numbers, all else is bytes: producer 2 and 3, domain 4,
/// doc_string 6, graph 7, opset_import 8, metadata 14, training 20, functions 25, configuration 26.
bool isOnnx(std::span<const std::byte> bytes) {
    bool hasGraph = false;
    const bool fits = consistsOf(bytes, [&](const ProtobufField& field) {
        const bool isNumber = field.id == 1 || field.id == 5;
        if (field.id > 64 || field.kind != (isNumber ? Kind::number : Kind::bytes))
            return false;
        hasGraph = hasGraph || field.id == 7;
        return field.id != 7 || isOnnxGraph(field);
    });
    return fits && hasGraph;
}

/// tensorflow.SavedModel: saved_model_schema_version 1, meta_graphs 2, each with a graph_def 2 and what belongs to it.
bool isSavedModel(std::span<const std::byte> bytes) {
    bool hasGraph = false;
    const bool fits = consistsOf(bytes, [&](const ProtobufField& field) {
        if (field.id == 1)
            return field.kind == Kind::number && field.value < 100;
        return field.id == 2 && field.kind == Kind::bytes && consistsOf(field.bytes, [&](const ProtobufField& part) {
                   hasGraph = hasGraph || part.id == 2;
                   return part.kind == Kind::bytes && part.id <= 16;
               });
    });
    return fits && hasGraph;
}

/// tensorflow.GraphDef: node 1 (name 1, op 2, input 3, device 4, attr 5), library 2, version 3, versions 4.
bool isFrozenGraph(std::span<const std::byte> bytes) {
    bool hasNode = false;
    const bool fits = consistsOf(bytes, [&](const ProtobufField& field) {
        if (field.id == 3)
            return field.kind == Kind::number;
        if (field.kind != Kind::bytes || field.id > 5)
            return false;
        if (field.id != 1)
            return true;
        bool name = false, op = false;
        const bool isNode = consistsOf(field.bytes, [&](const ProtobufField& part) {
            name = name || (part.id == 1 && isName(part.text()));
            op = op || (part.id == 2 && isName(part.text()));
            return part.kind == Kind::bytes && part.id <= 7;
        });
        hasNode = hasNode || (isNode && name && op);
        return isNode && (field.isCut || (name && op));
    });
    return fits && hasNode;
}

} // namespace

std::optional<std::uint64_t> ProtobufReader::number() {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 64 && !m_rest.empty(); shift += 7) {
        const auto byte = std::to_integer<std::uint64_t>(m_rest.front());
        m_rest = m_rest.subspan(1);
        out |= (byte & 0x7f) << shift;
        if (byte < 0x80)
            return out;
    }
    return std::nullopt;
}

std::optional<ProtobufField> ProtobufReader::next() {
    if (m_rest.empty() || m_broken)
        return std::nullopt;
    m_broken = true;
    const auto tag = number();
    if (!tag || *tag >> 3 == 0 || *tag >> 3 >= 1u << 29)
        return std::nullopt;
    ProtobufField field;
    field.id = *tag >> 3;
    std::uint64_t length = 0;
    switch (*tag & 7) {
    case 0: {
        const auto value = number();
        if (!value)
            return std::nullopt;
        field.value = *value;
        m_broken = false;
        return field;
    }
    case 1: field.kind = Kind::fixed64, length = 8; break;
    case 2: {
        const auto value = number();
        if (!value)
            return std::nullopt;
        field.kind = Kind::bytes, length = *value;
        break;
    }
    case 5: field.kind = Kind::fixed32, length = 4; break;
    default: return std::nullopt; // groups, which nobody writes any more
    }
    field.isCut = length > m_rest.size();
    field.bytes = m_rest.first(field.isCut ? m_rest.size() : static_cast<std::size_t>(length));
    m_rest = m_rest.subspan(field.bytes.size());
    m_broken = false;
    return field;
}

ProtobufFile protobufFile(std::span<const std::byte> bytes) {
    if (isOnnx(bytes))
        return ProtobufFile::onnx;
    if (isSavedModel(bytes))
        return ProtobufFile::savedModel;
    return isFrozenGraph(bytes) ? ProtobufFile::frozenGraph : ProtobufFile::none;
}

} // namespace plumbline
