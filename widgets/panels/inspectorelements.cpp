// The elements of the inspected layer: which slice is shown, how it is asked for, and what is picked in it.

#include "widgets/common/controls.h"
#include "widgets/common/fonts.h"
#include "widgets/common/wording.h"
#include "widgets/panels/inspectorpanel.h"
#include "widgets/views/heatmapview.h"
#include "widgets/views/imageview.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>

namespace plumbline {

namespace {

constexpr std::int64_t largestShown = 512; ///< elements an axis; more would be thinner than a pixel
constexpr std::int64_t imageSamples = 16, largestImage = 1024;

QStringList axisNames(std::size_t rank, bool channelsLast) {
    if (rank == 1)
        return {"axis 0"};
    if (rank == 2)
        return {"batch", "feature"};
    if (rank == 3)
        return channelsLast ? QStringList{"batch", "step", "channel"} : QStringList{"batch", "channel", "step"};
    if (rank == 4)
        return channelsLast ? QStringList{"batch", "h", "w", "channel"} : QStringList{"batch", "channel", "h", "w"};
    if (rank == 5 && channelsLast)
        return {"batch", "d", "h", "w", "channel"};
    QStringList names{"batch"};
    for (std::size_t axis = 1; axis < rank; ++axis)
        names << QStringLiteral("axis %1").arg(axis);
    return names;
}

bool isImage(const Shape& shape, bool channelsLast) {
    if (shape.rank() != 4)
        return false;
    const auto channels = channelsLast ? shape[3] : shape[1];
    const auto height = channelsLast ? shape[1] : shape[2], width = channelsLast ? shape[2] : shape[3];
    return (channels == 1 || channels == 3 || channels == 4) && height >= 4 && width >= 4 && height <= largestImage &&
           width <= largestImage;
}

} // namespace

void InspectorPanel::buildAxes(const Shape& shape, bool channelsLast) {
    auto* layout = static_cast<QHBoxLayout*>(m_axesRow->layout());
    clearLayout(layout);
    m_axes.clear();
    m_shownAxes.clear();
    const auto rank = shape.rank();
    m_index.assign(rank, 0);
    // Images show height and width; anything else its last two axes.
    if (rank >= 4 && channelsLast)
        m_shownAxes = {rank - 3, rank - 2};
    else if (rank >= 2)
        m_shownAxes = {rank - 2, rank - 1};
    else if (rank == 1)
        m_shownAxes = {0};
    const auto names = axisNames(rank, channelsLast);
    for (std::size_t axis = 0; axis < rank; ++axis) {
        const bool shown = std::find(m_shownAxes.begin(), m_shownAxes.end(), axis) != m_shownAxes.end();
        auto* box = new QSpinBox;
        box->setProperty("axis", true);
        box->setFont(monoFont());
        box->setRange(-1, static_cast<int>(std::min<std::int64_t>(shape[axis] - 1, 1 << 30)));
        box->setPrefix(names[static_cast<qsizetype>(axis)] + ' ');
        box->setSpecialValueText(names[static_cast<qsizetype>(axis)] + " :");
        box->setValue(shown ? -1 : 0);
        box->setWrapping(true);
        box->setAccessibleName(
            tr("Position on the axis %1; below zero shows the whole axis").arg(names[static_cast<qsizetype>(axis)]));
        box->setToolTip(tr("0 … %1; \":\" shows the whole axis").arg(shape[axis] - 1));
        if (shown)
            m_index[axis] = -1;
        connect(box, &QSpinBox::valueChanged, this, [this, axis] { axisChanged(axis); });
        layout->addWidget(box);
        m_axes.push_back(box);
    }
    layout->addStretch();
    // The channel that is farthest from training is the one worth seeing first.
    const auto* run = result();
    if (run && !run->channelDivergence.empty() && rank >= 3) {
        const auto farthest = std::max_element(run->channelDivergence.begin(), run->channelDivergence.end()) -
                              run->channelDivergence.begin();
        const auto axis = channelsLast ? rank - 1 : 1;
        if (m_index[axis] >= 0 && farthest < shape[axis]) {
            const QSignalBlocker quiet(m_axes[axis]);
            m_axes[axis]->setValue(static_cast<int>(farthest));
            m_index[axis] = farthest;
        }
    }
}

void InspectorPanel::axisChanged(std::size_t axis) {
    m_index[axis] = m_axes[axis]->value();
    const auto at = std::find(m_shownAxes.begin(), m_shownAxes.end(), axis);
    if (m_index[axis] < 0 && at == m_shownAxes.end()) {
        // A third axis to show takes the place of the one nearest to it.
        if (m_shownAxes.size() == 2) {
            const auto left = m_shownAxes.front() < axis ? m_shownAxes.front() : m_shownAxes.back();
            const QSignalBlocker quiet(m_axes[left]);
            m_axes[left]->setValue(0);
            m_index[left] = 0;
            std::erase(m_shownAxes, left);
        }
        m_shownAxes.push_back(axis);
        std::sort(m_shownAxes.begin(), m_shownAxes.end());
    } else if (m_index[axis] >= 0 && at != m_shownAxes.end()) {
        m_shownAxes.erase(at);
    }
    requestElements();
}

void InspectorPanel::requestElements() {
    const auto all = shape();
    auto request = emptyRequest();
    for (std::size_t axis = 0; axis < all.rank(); ++axis) {
        if (all[axis] == 0)
            return;
        if (m_index[axis] < 0)
            request.ranges.emplace_back(0, std::min(all[axis], largestShown));
        else
            request.ranges.emplace_back(m_index[axis], m_index[axis] + 1);
    }
    emit elementsRequested(request, false);
}

TensorRequest InspectorPanel::emptyRequest() const {
    TensorRequest request;
    request.origin = m_fromSource ? TensorRequest::Origin::source : TensorRequest::Origin::prediction;
    request.layer = m_fromSource ? inputPosition() : m_row;
    return request;
}

void InspectorPanel::requestImages() {
    const auto all = shape();
    const bool last = m_diagnosis->model->layers[static_cast<std::size_t>(m_row)].channelsLast;
    if (!isImage(all, last))
        return;
    if (all[0] == 0)
        return;
    auto request = emptyRequest();
    request.ranges.emplace_back(0, std::min(all[0], imageSamples));
    for (std::size_t axis = 1; axis < 4; ++axis)
        request.ranges.emplace_back(0, all[axis]);
    emit elementsRequested(request, true);
}

void InspectorPanel::setElements(const TensorRequest& request, const Tensor& tensor, const QString& problem) {
    if (m_row < 0 || !m_result || request.trainingSource || request.origin != emptyRequest().origin ||
        request.layer != emptyRequest().layer)
        return;
    if (tensor.isNull()) {
        m_problem->setText(problem);
        m_problem->setVisible(!problem.isEmpty());
        return;
    }
    // The answer for the images spans several samples with all channels; the one for the heatmap is the chosen slice.
    bool isSlice = request.ranges.size() == m_index.size();
    for (std::size_t axis = 0; isSlice && axis < m_index.size(); ++axis)
        isSlice = m_index[axis] < 0 ? request.ranges[axis].first == 0
                                    : request.ranges[axis] == std::pair(m_index[axis], m_index[axis] + 1);
    const bool last = m_diagnosis->model->layers[static_cast<std::size_t>(m_row)].channelsLast;
    const auto all = shape();
    if (isImage(all, last) && tensor.rank() == 4 && tensor.shape()[last ? 3 : 1] == all[last ? 3 : 1] &&
        tensor.shape()[0] == std::min(all[0], imageSamples))
        m_imagesBox->setVisible(m_images->setTensor(tensor, last));
    if (!isSlice)
        return;
    m_slice = tensor;
    int rows = 1, columns = 1;
    if (m_shownAxes.size() == 2) {
        rows = static_cast<int>(tensor.shape()[m_shownAxes[0]]);
        columns = static_cast<int>(tensor.shape()[m_shownAxes[1]]);
    } else if (m_shownAxes.size() == 1) {
        columns = static_cast<int>(tensor.shape()[m_shownAxes[0]]);
    }
    std::vector<double> values(static_cast<std::size_t>(tensor.elements()));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = tensor.flat(static_cast<std::int64_t>(i));
    m_heatmap->setValues(std::move(values), rows, columns);
    fitHeatmap();
    m_heatmap->show();
    m_range->setText(tr("range %1").arg(rangeText(m_heatmap->from(), m_heatmap->to())));
    if (m_heatmap->pickedRow() < 0)
        m_heatmap->pick(0, 0);
    showPicked();
}

void InspectorPanel::showPicked() {
    if (m_slice.isNull() || m_heatmap->pickedRow() < 0)
        return;
    auto index = m_index;
    if (m_shownAxes.size() == 2) {
        index[m_shownAxes[0]] = m_heatmap->pickedRow();
        index[m_shownAxes[1]] = m_heatmap->pickedColumn();
    } else if (m_shownAxes.size() == 1) {
        index[m_shownAxes[0]] = m_heatmap->pickedColumn();
    }
    const auto flat =
        static_cast<std::int64_t>(m_heatmap->pickedRow()) * m_heatmap->columns() + m_heatmap->pickedColumn();
    if (flat < m_slice.elements())
        m_exact->setText(
            QStringLiteral("%1 = %2").arg(toQString(indexText(index)), toQString(m_slice.elementText(flat))));
}

} // namespace plumbline
