#include "widgets/panels/statisticstable.h"

#include "widgets/common/controls.h"
#include "widgets/common/fonts.h"
#include "widgets/common/wording.h"

#include <QGridLayout>

#include <cmath>

namespace plumbline {

StatisticsTable::StatisticsTable(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this)) {
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(10);
    m_grid->setVerticalSpacing(3);
    setAccessibleName(tr("Statistics"));
}

void StatisticsTable::setResult(const LayerResult* result, const QString& trainingRows) {
    clearLayout(m_grid);
    m_numbers.clear();
    setAccessibleDescription({});
    if (!result || result->shapes.empty())
        return;
    const auto* training = result->training ? &*result->training : nullptr;
    const auto& here = result->statistics;
    const auto add = [&](const QString& text, int row, int column, Role role, const QFont& font) {
        auto* label = new RoleLabel(text, font, role);
        m_grid->addWidget(label, row, column, column == 0 ? Qt::AlignLeft : Qt::AlignRight);
        label->show(); // a layout would do so later, and until then leave it out of what it asks for
        if (row > 0 && column > 0)
            m_numbers.push_back(label);
    };
    if (training)
        add(tr("training"), 0, 1, Role::secondaryText, interfaceFont(12));
    add(tr("here"), 0, 2, Role::secondaryText, interfaceFont(12));
    enum class Kind { judged, count, share };
    struct Row {
        QString name;
        QString (*text)(const Statistics&);
        Kind kind;
    };
    static const Row rows[] = {
        {tr("mean"), [](const Statistics& s) { return finiteText(s, s.mean); }, Kind::judged},
        {tr("std"), [](const Statistics& s) { return finiteText(s, s.standardDeviation()); }, Kind::judged},
        {tr("min"), [](const Statistics& s) { return finiteText(s, s.min); }, Kind::judged},
        {tr("max"), [](const Statistics& s) { return finiteText(s, s.max); }, Kind::judged},
        {tr("NaN"), [](const Statistics& s) { return countTextQ(s.nan); }, Kind::count},
        {tr("Inf"), [](const Statistics& s) { return countTextQ(s.infinite()); }, Kind::count},
        {tr("zero"), [](const Statistics& s) { return percentText(s.zero, s.count); }, Kind::share},
    };
    int at = 1;
    QStringList said;
    if (training && !trainingRows.isEmpty())
        said << tr("training's figures are of %1").arg(trainingRows);
    for (const auto& row : rows) {
        const auto before = training ? row.text(*training) : QString(), now = row.text(here);
        add(row.name, at, 0, Role::secondaryText, interfaceFont(12));
        add(before, at, 1, Role::text, monoFont());
        const bool off = row.kind == Kind::judged && result->divergence.value_or(0) > 1 && before != now;
        const bool bad = row.kind == Kind::count && now != "0";
        add(now, at, 2, bad ? Role::nan : off ? Role::divergence : Role::text, monoFont());
        said << (training ? tr("%1 %2, training %3").arg(row.name, now, before) : row.name + ' ' + now);
        ++at;
    }
    // Beyond any width: the numbers above have dashes, and would say nothing of it.
    if (result->divergence && std::isinf(*result->divergence)) {
        add(tr("divergence"), at, 0, Role::secondaryText, interfaceFont(12));
        add({}, at, 1, Role::text, monoFont());
        add(timesText(*result->divergence), at, 2, Role::divergence, monoFont());
        said << tr("divergence %1").arg(timesText(*result->divergence));
    }
    setAccessibleDescription(said.join("; "));
}

QString StatisticsTable::text(int row, int column) const {
    const auto at = static_cast<std::size_t>(row * 2 + column);
    return at < m_numbers.size() ? m_numbers[at]->text() : QString();
}

} // namespace plumbline
