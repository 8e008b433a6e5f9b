#pragma once
// Findings as a tree of two levels: causes with what each explains folded beneath, notes last.

#include "core/diagnosis/diagnosis.h"

#include <QAbstractItemModel>

#include <memory>

namespace plumbline {

class FindingsModel final : public QAbstractItemModel {
    Q_OBJECT
public:
    enum ItemRole {
        FindingRole = Qt::UserRole,
        CodeRole,
        SeverityRole
    }; ///< index into the findings; code; 0 error … 2 note

    using QAbstractItemModel::QAbstractItemModel;
    void setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis);

    int causeCount() const { return m_causes; }
    int consequenceCount() const;
    int noteCount() const { return static_cast<int>(m_roots.size()) - m_causes; }
    const Finding* finding(const QModelIndex& index) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& = {}) const override { return 1; }
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Root {
        int finding;
        std::vector<int> explained;
    };
    std::shared_ptr<const Diagnosis> m_diagnosis;
    std::vector<Root> m_roots; ///< causes, then notes
    int m_causes = 0;
};

} // namespace plumbline
