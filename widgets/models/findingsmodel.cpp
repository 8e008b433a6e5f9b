#include "widgets/models/findingsmodel.h"

#include "widgets/common/wording.h"

namespace plumbline {

// An index of a root has internal id 0, one of an explained finding its root's row + 1.

void FindingsModel::setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis) {
    beginResetModel();
    m_diagnosis = std::move(diagnosis);
    m_roots.clear();
    m_causes = 0;
    if (m_diagnosis) {
        const auto& findings = m_diagnosis->findings;
        std::vector<bool> folded(findings.size(), false);
        std::vector<Root> notes;
        for (std::size_t i = 0; i < findings.size(); ++i) {
            if (folded[i])
                continue;
            Root root{static_cast<int>(i), {}};
            // What an explained finding explains is a consequence of the same cause.
            std::vector<std::size_t> open(findings[i].explains.rbegin(), findings[i].explains.rend());
            while (!open.empty()) {
                const auto next = open.back();
                open.pop_back();
                if (next >= findings.size() || next == i || folded[next])
                    continue;
                folded[next] = true;
                root.explained.push_back(static_cast<int>(next));
                open.insert(open.end(), findings[next].explains.rbegin(), findings[next].explains.rend());
            }
            (findings[i].severity == Severity::note ? notes : m_roots).push_back(std::move(root));
        }
        m_causes = static_cast<int>(m_roots.size());
        m_roots.insert(m_roots.end(), notes.begin(), notes.end());
    }
    endResetModel();
}

int FindingsModel::consequenceCount() const {
    int count = 0;
    for (const auto& root : m_roots)
        count += static_cast<int>(root.explained.size());
    return count;
}

const Finding* FindingsModel::finding(const QModelIndex& index) const {
    if (!index.isValid() || !m_diagnosis)
        return nullptr;
    return &m_diagnosis->findings[static_cast<std::size_t>(index.data(FindingRole).toInt())];
}

QModelIndex FindingsModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row() + 1) : quintptr{0});
}

QModelIndex FindingsModel::parent(const QModelIndex& child) const {
    if (!child.isValid() || child.internalId() == 0)
        return {};
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, quintptr{0});
}

int FindingsModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid())
        return static_cast<int>(m_roots.size());
    if (parent.internalId() != 0 || parent.column() != 0)
        return 0;
    return static_cast<int>(m_roots[static_cast<std::size_t>(parent.row())].explained.size());
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !m_diagnosis)
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const int at = index.internalId() == 0 ? m_roots[row].finding
                                           : m_roots[static_cast<std::size_t>(index.internalId()) - 1].explained[row];
    const auto& finding = m_diagnosis->findings[static_cast<std::size_t>(at)];
    switch (role) {
    case Qt::DisplayRole: return messageText(finding.message);
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2: %3")
            .arg(toQString(name(finding.severity)), toQString(finding.code), messageText(finding.message));
    case FindingRole: return at;
    case CodeRole: return toQString(finding.code);
    case SeverityRole: return static_cast<int>(finding.severity);
    default: return {};
    }
}

} // namespace plumbline
