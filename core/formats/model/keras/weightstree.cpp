#include "core/formats/model/keras/weightstree.h"

#include <algorithm>
#include <cstring>

namespace plumbline::keras {

namespace {

constexpr int deepest = 40;

/// What a name says of the level below `prefix`: "conv1d" of "layers\conv1d\cell" below "layers\". Empty: nothing.
std::string levelOf(const std::string& name, const std::string& prefix) {
    if (!name.starts_with(prefix))
        return {};
    const auto end = name.find('\\', prefix.size());
    return name.substr(prefix.size(), end == std::string::npos ? end : end - prefix.size());
}

bool isVariable(const Hdf5Child& child) {
    return child.kind == Hdf5Child::Kind::dataset || child.kind == Hdf5Child::Kind::link;
}

} // namespace

WeightPlace::WeightPlace(const std::vector<Hdf5Group>& shards) {
    for (const auto& group : shards)
        add(group);
}

void WeightPlace::add(Hdf5Group group) {
    auto children = group.children();
    if (!children)
        return;
    Listing listing{std::move(*children), {}, {}};
    for (const auto& child : listing.children)
        if (child.kind == Hdf5Child::Kind::group) {
            listing.groups.insert(child.name);
            for (auto at = child.name.find('\\'); at != std::string::npos; at = child.name.find('\\', at + 1))
                listing.prefixes.insert(child.name.substr(0, at + 1));
        }
    m_parts.push_back({std::move(group), {}, std::make_shared<const Listing>(std::move(listing))});
}

std::optional<WeightPlace> WeightPlace::step(const std::string& name) const {
    WeightPlace out;
    for (const auto& part : m_parts) {
        const auto whole = part.prefix + name;
        if (part.listing->groups.contains(whole))
            if (auto group = part.group.group(whole))
                out.add(std::move(*group));
        if (part.listing->prefixes.contains(whole + "\\"))
            out.m_parts.push_back({part.group, whole + "\\", part.listing});
    }
    return out.m_parts.empty() ? std::nullopt : std::optional(std::move(out));
}

std::optional<WeightPlace> WeightPlace::variableGroups() const {
    auto vars = step("vars");
    if (vars)
        std::erase_if(vars->m_parts, [](const Part& part) { return !part.prefix.empty(); });
    return vars && !vars->m_parts.empty() ? vars : std::nullopt;
}

std::optional<WeightPlace> WeightPlace::in(const std::string& path) const {
    std::optional place = *this;
    for (std::size_t begin = 0; place && begin <= path.size();) {
        const auto end = std::min(path.find('/', begin), path.size());
        place = place->step(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return place;
}

std::vector<std::string> WeightPlace::subgroups() const {
    std::vector<std::string> out;
    std::set<std::string> known;
    for (const auto& part : m_parts)
        for (const auto& name : part.listing->groups) {
            auto level = levelOf(name, part.prefix);
            if (!level.empty() && level != "vars" && known.insert(level).second)
                out.push_back(std::move(level));
        }
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return strverscmp(a.c_str(), b.c_str()) < 0; });
    return out;
}

Result<std::vector<StoredVariable>> WeightPlace::variables() const {
    std::vector<StoredVariable> out;
    if (const auto vars = variableGroups())
        for (const auto& part : vars->m_parts)
            for (const auto& child : part.listing->children)
                if (isVariable(child)) {
                    PLUMBLINE_TRY(const auto set, part.group.dataset(child.name));
                    PLUMBLINE_TRY(auto tensor, set.read());
                    out.push_back({child.name, std::move(tensor)});
                }
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return strverscmp(a.name.c_str(), b.name.c_str()) < 0; });
    return out;
}

bool WeightPlace::isSeed() const {
    // Keras 3: two integers that no layer has as weights, in a group of their own.
    const auto vars = variableGroups();
    if (!vars || !subgroups().empty())
        return false;
    if (vars->m_parts.size() != 1 || vars->m_parts.front().listing->children.size() != 1)
        return false;
    const auto& part = vars->m_parts.front();
    const auto set = part.group.dataset(part.listing->children.front().name);
    return set && set->shape() == Shape{2} && !isFloat(set->dtype());
}

bool WeightPlace::holdsVariables(int depth) const {
    if (const auto vars = variableGroups())
        for (const auto& part : vars->m_parts)
            if (std::ranges::any_of(part.listing->children, isVariable))
                return true;
    for (const auto& name : depth < deepest ? subgroups() : std::vector<std::string>())
        if (const auto next = in(name); next && !next->isSeed() && next->holdsVariables(depth + 1))
            return true;
    return false;
}

bool WeightPlace::holdsVariables() const { return holdsVariables(0); }

std::string WeightPlace::layerName() const {
    if (const auto vars = variableGroups())
        for (const auto& part : vars->m_parts)
            if (const auto name = part.group.text("name"); name && *name)
                return **name;
    return {};
}

std::string WeightPlace::path() const {
    if (m_parts.empty())
        return {};
    auto out = m_parts.front().group.path();
    const auto& prefix = m_parts.front().prefix;
    if (!prefix.empty())
        out += (out.empty() ? "" : "/") + prefix.substr(0, prefix.size() - 1);
    std::replace(out.begin(), out.end(), '\\', '/');
    return out;
}

} // namespace plumbline::keras
