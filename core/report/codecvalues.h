#pragma once
// The small pieces of the codec. take() functions throw DecodeError (or nlohmann's own exceptions) on anything that is
// not as put() writes it; the decode functions of codec.h catch both at the boundary.

#include "core/base/result.h"
#include "core/diagnosis/diagnosis.h"

#include <nlohmann/json.hpp>

#include <span>
#include <stdexcept>

namespace plumbline::codec {

using Json = nlohmann::json;

struct DecodeError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A finite number as a number, another as "nan", "inf" or "-inf".
Json putNumber(double value);
double takeNumber(const Json& json);
std::int64_t takeInteger(const Json& json); ///< refuses a float, and what does not fit 64 bits
int takeRow(const Json& json);              ///< -1 or an index that fits an int

template<class Enum> struct EnumName {
    Enum value;
    std::string_view name;
};
template<class Enum, std::size_t N> Json putEnum(Enum value, const EnumName<Enum> (&names)[N]) {
    for (const auto& entry : names)
        if (entry.value == value)
            return std::string(entry.name);
    return nullptr;
}
template<class Enum, std::size_t N> Enum takeEnum(const Json& json, const EnumName<Enum> (&names)[N]) {
    const auto& text = json.get_ref<const std::string&>();
    for (const auto& entry : names)
        if (entry.name == text)
            return entry.value;
    throw DecodeError("unknown name " + text);
}

Json put(DType dtype);
DType takeDType(const Json& json);
Json put(const Shape& shape);
Shape takeShape(const Json& json); ///< refuses negative extents and products that overflow
/// An unknown extent is the text of its expression; it comes back as a symbol of that name.
Json put(const Dims& dims);
Dims takeDims(const Json& json);

Json put(const Message& message);
Message takeMessage(const Json& json);
Json put(const Error& error);
Error takeError(const Json& json);
Json put(const Statistics& statistics);
Statistics takeStatistics(const Json& json);
Json put(const Fix& fix);
Fix takeFix(const Json& json);

template<class T, class F> Json putList(const std::vector<T>& values, F&& putOne) {
    Json out = Json::array();
    for (const auto& value : values)
        out.push_back(putOne(value));
    return out;
}
template<class F> auto takeList(const Json& json, F&& takeOne) {
    if (!json.is_array())
        throw DecodeError("expected a list");
    std::vector<decltype(takeOne(json))> out;
    out.reserve(json.size());
    for (const auto& element : json)
        out.push_back(takeOne(element));
    return out;
}
inline std::string takeText(const Json& json) { return json.get<std::string>(); }
/// The member, or null where it is missing.
const Json& member(const Json& json, const char* name);

/// Runs `take`, turning its exceptions into an Error that names `what`.
template<class F> auto guarded(const char* what, F&& take) -> Result<decltype(take())> {
    try {
        return take();
    } catch (const std::exception& e) {
        return failure(ErrorCode::cannotRead, "codec.invalid", "This is no {what} as Plumbline writes it: {reason}.",
                       {{"what", std::string(what)}, {"reason", std::string(e.what())}});
    }
}

} // namespace plumbline::codec
