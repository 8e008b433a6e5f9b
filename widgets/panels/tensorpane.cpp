#include "widgets/panels/tensorpane.h"

#include "widgets/common/controls.h"
#include "widgets/common/fonts.h"
#include "widgets/common/icons.h"
#include "widgets/common/style.h"
#include "widgets/common/wording.h"
#include "widgets/views/heatmapview.h"
#include "widgets/views/rangecontrol.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace plumbline {

TensorPane::TensorPane(const QString& name, QWidget* parent)
    : QWidget(parent), m_axesRow(new QWidget), m_below(new QWidget), m_heatmap(new HeatmapView),
      m_range(new RangeControl), m_exact(new ElidedLabel({}, monoFont(), Role::text)), m_goTo(new QLineEdit),
      m_problem(new RoleLabel({}, interfaceFont(12), Role::secondaryText)),
      m_part(new RoleLabel({}, interfaceFont(12), Role::secondaryText)), m_autofit(new QPushButton(tr("Autofit"))),
      m_previous(new QPushButton), m_next(new QPushButton) {
    // The heatmap takes the width there is. Were its width asked for in turn, a pane once too wide would stay so.
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* axes = new QHBoxLayout(m_axesRow);
    axes->setContentsMargins(0, 0, 0, 0);
    axes->setSpacing(5);
    auto* middle = new QWidget;
    m_middle = new QHBoxLayout(middle);
    m_middle->setContentsMargins(0, 0, 0, 0);
    m_middle->setSpacing(14);
    m_middle->addWidget(m_heatmap, 1, Qt::AlignTop | Qt::AlignLeft);

    m_autofit->setFont(interfaceFont(12));
    m_autofit->setAccessibleName(tr("%1: fit the range of the colours to the values").arg(name));
    m_autofit->setToolTip(tr("The colours span the smallest to the largest value shown"));
    makeFlat(m_autofit);
    m_goTo->setFont(monoFont());
    m_goTo->setPlaceholderText(tr("go to index"));
    m_goTo->setAccessibleName(tr("%1: go to an element by its index").arg(name));
    m_goTo->setToolTip(tr("An index by axis, as 0, 12, 3, 5, or one row-major number; negative counts from the end"));
    m_goTo->setFixedWidth(108);
    m_previous->setIcon(icon("chevron-left", Role::nan));
    m_next->setIcon(icon("chevron-right", Role::nan));
    m_previous->setAccessibleName(tr("%1: previous NaN or infinity").arg(name));
    m_next->setAccessibleName(tr("%1: next NaN or infinity").arg(name));
    m_previous->setToolTip(tr("Previous NaN or infinity (Shift+N)"));
    m_next->setToolTip(tr("Next NaN or infinity (N)"));
    for (auto* button : {m_previous, m_next}) {
        makeFlat(button);
        button->setFont(interfaceFont(12));
    }
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_part->hide();

    auto* rangeRow = new QHBoxLayout;
    rangeRow->setSpacing(6);
    rangeRow->addWidget(m_range, 1);
    rangeRow->addWidget(m_autofit, 0, Qt::AlignTop);
    m_steps = new QWidget;
    auto* steps = new QHBoxLayout(m_steps);
    steps->setContentsMargins(0, 0, 0, 0);
    steps->setSpacing(4);
    steps->addWidget(m_previous);
    steps->addWidget(m_next);
    steps->addStretch();
    steps->addWidget(m_goTo);
    m_exactRow = new QBoxLayout(QBoxLayout::LeftToRight);
    m_exactRow->setSpacing(4);
    m_exactRow->addWidget(m_exact, 1);
    m_exactRow->addWidget(m_steps);
    auto* below = new QVBoxLayout(m_below);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(6);
    below->addLayout(m_exactRow);
    below->addWidget(m_part);
    below->addLayout(rangeRow);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_axesRow);
    layout->addWidget(middle);
    layout->addWidget(m_below);
    layout->addWidget(m_problem);

    connect(m_heatmap, &HeatmapView::picked, this, &TensorPane::showPicked);
    connect(m_heatmap, &HeatmapView::searchRequested, this, &TensorPane::goToNonFinite);
    connect(m_range, &RangeControl::rangeEdited, m_heatmap, &HeatmapView::setRange);
    connect(m_range, &RangeControl::autofitRequested, this, &TensorPane::autofit);
    connect(m_autofit, &QPushButton::clicked, this, &TensorPane::autofit);
    connect(m_previous, &QPushButton::clicked, this, [this] { goToNonFinite(-1); });
    connect(m_next, &QPushButton::clicked, this, [this] { goToNonFinite(1); });
    connect(m_goTo, &QLineEdit::textEdited, this, [this] { complain({}); });
    connect(m_goTo, &QLineEdit::returnPressed, this, [this] {
        if (!m_goTo->text().trimmed().isEmpty())
            complain(goToText(m_goTo->text()).value_or(QString()));
    });
    clear();
}

void TensorPane::setSide(QWidget* side) {
    m_side = side;
    m_middle->addWidget(side, 0, Qt::AlignTop | Qt::AlignLeft);
}

void TensorPane::clear() {
    m_subject = {};
    m_any = false;
    m_index.clear();
    m_first.clear();
    m_shown.clear();
    m_wanted.clear();
    m_slice = {};
    buildAxes();
    m_heatmap->clear();
    m_heatmap->hide();
    m_below->hide();
    m_exact->setText({});
    complain({});
}

void TensorPane::setSubject(TensorSubject subject) {
    const bool isSame = subject.shape == m_subject.shape && subject.axes == m_subject.axes;
    clear();
    m_subject = std::move(subject);
    m_any = true;
    const auto rank = m_subject.shape.rank();
    m_index.assign(rank, 0);
    m_first.assign(rank, 0);
    if (m_subject.start.size() == rank)
        m_wanted = m_index = m_subject.start;
    m_shown = m_subject.shown;
    for (const auto axis : m_shown) {
        m_first[axis] = m_index[axis] / largestShown * largestShown;
        m_index[axis] = -1;
    }
    buildAxes();
    if (!isSame)
        m_heatmap->setAutofit();
    // Two axes of space are a picture; any other two have no common measure.
    m_heatmap->setSquare(m_shown.size() == 2 && m_subject.axes.value(static_cast<qsizetype>(m_shown[0])) == "h" &&
                         m_subject.axes.value(static_cast<qsizetype>(m_shown[1])) == "w");
    const bool any = m_subject.nonFinite != 0;
    m_previous->setVisible(any);
    m_next->setVisible(any);
    fit();
    if (m_subject.shape.elements() > 0)
        emit sliceRequested();
}

void TensorPane::buildAxes() {
    clearLayout(m_axesRow->layout());
    m_selectors.clear();
    auto* layout = static_cast<QHBoxLayout*>(m_axesRow->layout());
    for (std::size_t axis = 0; axis < m_index.size(); ++axis) {
        const auto name = m_subject.axes.value(static_cast<qsizetype>(axis));
        auto* box = new QSpinBox;
        box->setProperty("axis", true);
        box->setFont(monoFont());
        box->setRange(-1, static_cast<int>(std::min<std::int64_t>(m_subject.shape[axis] - 1, 1 << 30)));
        box->setPrefix(name + ' ');
        box->setSpecialValueText(name + " :");
        box->setValue(static_cast<int>(m_index[axis]));
        box->setWrapping(true);
        box->setAccessibleName(tr("Position on the axis %1; below zero shows the whole axis").arg(name));
        box->setToolTip(tr("0 … %1; \":\" shows the whole axis").arg(m_subject.shape[axis] - 1));
        connect(box, &QSpinBox::valueChanged, this, [this, axis] { axisChanged(axis); });
        layout->addWidget(box);
        m_selectors.push_back(box);
    }
    layout->addStretch();
    m_axesRow->setVisible(!m_index.empty());
}

void TensorPane::axisChanged(std::size_t axis) {
    m_index[axis] = m_selectors[axis]->value();
    const auto at = std::find(m_shown.begin(), m_shown.end(), axis);
    if (m_index[axis] < 0 && at == m_shown.end()) {
        // A third axis to show takes the place of the one nearest to it.
        if (m_shown.size() == 2) {
            const auto left = m_shown.front() < axis ? m_shown.front() : m_shown.back();
            const QSignalBlocker quiet(m_selectors[left]);
            m_selectors[left]->setValue(0);
            m_index[left] = 0;
            std::erase(m_shown, left);
        }
        m_shown.push_back(axis);
        m_first[axis] = 0;
        std::sort(m_shown.begin(), m_shown.end());
    } else if (m_index[axis] >= 0 && at != m_shown.end()) {
        m_shown.erase(at);
    }
    emit sliceRequested();
}

Ranges TensorPane::ranges() const {
    Ranges ranges;
    for (std::size_t axis = 0; axis < m_index.size(); ++axis)
        if (m_index[axis] < 0)
            ranges.emplace_back(m_first[axis], std::min(m_subject.shape[axis], m_first[axis] + largestShown));
        else
            ranges.emplace_back(m_index[axis], m_index[axis] + 1);
    return ranges;
}

void TensorPane::setSlice(const Ranges& answered, const Tensor& slice) {
    if (!m_any || answered != ranges() || slice.isNull())
        return;
    m_slice = slice;
    int rows = 1, columns = 1;
    if (m_shown.size() == 2) {
        rows = static_cast<int>(slice.shape()[m_shown[0]]);
        columns = static_cast<int>(slice.shape()[m_shown[1]]);
    } else if (m_shown.size() == 1) {
        columns = static_cast<int>(slice.shape()[m_shown[0]]);
    }
    std::vector<double> values(static_cast<std::size_t>(slice.elements()));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = slice.flat(static_cast<std::int64_t>(i));
    m_heatmap->setValues(std::move(values), rows, columns);
    QStringList parts;
    for (const auto axis : m_shown)
        if (m_subject.shape[axis] > largestShown)
            parts << tr("%1: %2 … %3 of %4")
                         .arg(m_subject.axes.value(static_cast<qsizetype>(axis)))
                         .arg(m_first[axis])
                         .arg(std::min(m_subject.shape[axis], m_first[axis] + largestShown) - 1)
                         .arg(m_subject.shape[axis]);
    m_part->setText(parts.isEmpty() ? QString() : tr("shown: %1; go to an index beyond").arg(parts.join(", ")));
    m_part->setVisible(!parts.isEmpty());
    fit();
    m_heatmap->show();
    m_below->show();
    showRange();
    if (!m_wanted.empty()) {
        const auto wanted = std::exchange(m_wanted, {});
        goTo(wanted);
    } else if (m_heatmap->pickedRow() < 0) {
        m_heatmap->pick(0, 0);
    }
    showPicked();
}

void TensorPane::setProblem(const QString& problem) {
    clear();
    complain(problem);
}

void TensorPane::setPosition(std::size_t axis, std::int64_t position) {
    if (axis < m_selectors.size())
        m_selectors[axis]->setValue(static_cast<int>(position));
}

void TensorPane::showRange() {
    m_range->setRange(m_heatmap->from(), m_heatmap->to());
    m_range->setValues(m_heatmap->values());
}

void TensorPane::autofit() {
    m_heatmap->setAutofit();
    showRange();
}

void TensorPane::resizeEvent(QResizeEvent*) { fit(); }

// What stands beside keeps its width; the heatmap takes what is left, as square as its shape allows.
void TensorPane::fit() {
    const int beside = m_side && m_side->isVisibleTo(this) ? m_side->sizeHint().width() + m_middle->spacing() : 0;
    const int side = m_heatmap->widestFor(std::clamp(width() - beside, 96, m_side ? 280 : 336));
    m_heatmap->setFixedSize(side, m_heatmap->heightForWidth(side));
    // The picked element is never shortened: where the longest would not fit, its line is its own.
    QStringList last;
    for (std::size_t axis = 0; axis < m_index.size(); ++axis)
        last << QString::number(std::max<std::int64_t>(0, m_subject.shape[axis] - 1));
    const auto longest = QStringLiteral("[%1] = -1.2345678e-10").arg(last.join(", "));
    const int needed = std::max(QFontMetrics(m_exact->font()).horizontalAdvance(longest), m_exact->sizeHint().width());
    const bool isBeside = needed + m_exactRow->spacing() + m_steps->sizeHint().width() <= width();
    m_exactRow->setDirection(isBeside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

QString TensorPane::exactText() const { return m_exact->text(); }

} // namespace plumbline
