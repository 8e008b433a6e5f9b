// How one comes to an element: picked in the heatmap, by its index, or as the next that is no number.

#include "widgets/common/controls.h"
#include "widgets/common/wording.h"
#include "widgets/panels/tensorpane.h"
#include "widgets/views/heatmapview.h"

#include <QLineEdit>
#include <QRegularExpression>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>
#include <cmath>

namespace plumbline {

std::vector<std::int64_t> TensorPane::pickedIndex() const {
    if (m_slice.isNull() || m_heatmap->pickedRow() < 0)
        return {};
    auto index = m_index;
    if (m_shown.size() == 2)
        index[m_shown[0]] = m_first[m_shown[0]] + m_heatmap->pickedRow();
    if (!m_shown.empty())
        index[m_shown.back()] = m_first[m_shown.back()] + m_heatmap->pickedColumn();
    return index;
}

std::int64_t TensorPane::pickedFlat() const {
    const auto index = pickedIndex();
    std::int64_t flat = index.empty() && m_subject.shape.rank() > 0 ? -1 : 0;
    for (std::size_t axis = 0; axis < index.size(); ++axis)
        flat = flat * m_subject.shape[axis] + index[axis];
    return flat;
}

void TensorPane::showPicked() {
    const auto index = pickedIndex();
    if (index.empty())
        return;
    const auto flat =
        static_cast<std::int64_t>(m_heatmap->pickedRow()) * m_heatmap->columns() + m_heatmap->pickedColumn();
    if (flat < m_slice.elements())
        m_exact->setText(
            QStringLiteral("%1 = %2").arg(toQString(indexText(index)), toQString(m_slice.elementText(flat))));
}

bool TensorPane::goTo(std::vector<std::int64_t> index) {
    if (index.size() != m_index.size() || index.empty())
        return false;
    for (std::size_t axis = 0; axis < index.size(); ++axis)
        if (index[axis] < 0 || index[axis] >= m_subject.shape[axis])
            return false;
    // The axes shown stay shown; the others, and the part that is shown of a long one, go where the element is.
    const auto before = ranges();
    for (std::size_t axis = 0; axis < index.size(); ++axis) {
        if (m_index[axis] < 0) {
            if (index[axis] < m_first[axis] || index[axis] >= m_first[axis] + largestShown)
                m_first[axis] = index[axis] / largestShown * largestShown;
        } else {
            m_index[axis] = index[axis];
            const QSignalBlocker quiet(m_selectors[axis]);
            m_selectors[axis]->setValue(static_cast<int>(index[axis]));
        }
    }
    if (ranges() != before || m_slice.isNull()) {
        m_wanted = std::move(index);
        emit sliceRequested();
        return true;
    }
    const int row = m_shown.size() == 2 ? static_cast<int>(index[m_shown[0]] - m_first[m_shown[0]]) : 0;
    const int column = m_shown.empty() ? 0 : static_cast<int>(index[m_shown.back()] - m_first[m_shown.back()]);
    m_heatmap->pick(row, column);
    return true;
}

std::optional<QString> TensorPane::goToText(const QString& text) {
    static const QRegularExpression separators("[\\s,;\\[\\]()]+");
    const auto parts = text.split(separators, Qt::SkipEmptyParts);
    const auto& shape = m_subject.shape;
    std::vector<std::int64_t> index;
    for (const auto& part : parts) {
        bool isNumber = false;
        index.push_back(part.toLongLong(&isNumber));
        if (!isNumber)
            return tr("“%1” is no index: numbers with commas between, as %2.")
                .arg(part, toQString(indexText(std::vector<std::int64_t>(std::max<std::size_t>(shape.rank(), 1), 0))));
    }
    if (index.size() == 1 && shape.rank() != 1) {
        const auto flat = index[0] < 0 ? index[0] + shape.elements() : index[0];
        if (flat < 0 || flat >= shape.elements())
            return tr("There is no element %1: %2 has %3.")
                .arg(index[0])
                .arg(shapeText(shape), countTextQ(shape.elements()));
        index = unflatten(flat, shape);
    }
    if (index.size() != shape.rank())
        return tr("%1 numbers for the %2 axes of %3; one number alone is a row-major index.")
            .arg(index.size())
            .arg(shape.rank())
            .arg(shapeText(shape));
    for (std::size_t axis = 0; axis < index.size(); ++axis) {
        const auto typed = index[axis];
        index[axis] += typed < 0 ? shape[axis] : 0;
        if (index[axis] < 0 || index[axis] >= shape[axis])
            return tr("%1 is outside the axis %2, which has 0 … %3.")
                .arg(typed)
                .arg(m_subject.axes.value(static_cast<qsizetype>(axis)))
                .arg(shape[axis] - 1);
    }
    goTo(std::move(index));
    return {};
}

void TensorPane::setNothingFound() { complain(tr("There is no NaN and no infinity in this array.")); }

void TensorPane::complain(const QString& problem) {
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

void TensorPane::focusGoTo() {
    m_goTo->setFocus(Qt::ShortcutFocusReason);
    m_goTo->selectAll();
}

void TensorPane::goToNonFinite(int direction) {
    if (m_subject.nonFinite == 0 || m_slice.isNull())
        return;
    // In the slice only as long as that is the next one in the whole tensor too.
    const bool isWhole = m_slice.elements() == m_subject.shape.elements();
    complain({});
    if (isWhole && !m_heatmap->pickNonFinite(direction))
        setNothingFound();
    else if (!isWhole)
        emit searchRequested(std::max<std::int64_t>(0, pickedFlat()), direction);
}

} // namespace plumbline
