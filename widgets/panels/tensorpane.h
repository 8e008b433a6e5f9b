#pragma once
// One tensor looked at slice by slice: a selector for each axis, a heatmap of the one or two axes shown with the range
// of its colours, the exact value of the picked element, and the ways to an element: by its index, and to the next that
// is no number. It holds the slice on show and nothing else of the tensor: slices are asked for and arrive later.

#include "core/tensor/tensor.h"

#include <QStringList>
#include <QWidget>

#include <optional>
#include <vector>

class QBoxLayout;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace plumbline {

class ElidedLabel;
class HeatmapView;
class RangeControl;

using Ranges = std::vector<std::pair<std::int64_t, std::int64_t>>; ///< [begin, end) an axis

struct TensorSubject {
    Shape shape;
    QStringList axes;                ///< a name an axis
    std::vector<std::size_t> shown;  ///< at first: one or two axes
    std::vector<std::int64_t> start; ///< the element picked first; the first one where empty
    /// NaN and infinities in the whole tensor; nothing where nobody counted. With none there are no buttons to search.
    std::optional<std::int64_t> nonFinite = 0;
};

class TensorPane final : public QWidget {
    Q_OBJECT
public:
    /// `name` says what the elements are of: "Output", "Weight".
    explicit TensorPane(const QString& name, QWidget* parent = nullptr);
    void setSide(QWidget* side); ///< stands to the right of the heatmap
    /// Asks for the first slice. The range of the colours fits itself again, unless the subject's shape stays.
    void setSubject(TensorSubject subject);
    void clear();
    const Shape& shape() const { return m_subject.shape; }
    /// The slice on show; empty where there is none to show.
    Ranges ranges() const;
    /// An answer to another question than the last is left out.
    void setSlice(const Ranges& ranges, const Tensor& slice);
    /// There are no elements to show, and why.
    void setProblem(const QString& problem);
    void setNothingFound(); ///< the answer to searchRequested() where there is no NaN and no infinity
    void setPosition(std::size_t axis, std::int64_t position);
    /// Shows and picks the element; false where there is none such.
    bool goTo(std::vector<std::int64_t> index);
    /// "0, 12, 3, 5" or a flat index, from the end where negative; the reason where there is no such element.
    std::optional<QString> goToText(const QString& text);
    void focusGoTo();
    void autofit(); ///< the colours span the values shown
    /// From the picked element on, row-major over the whole tensor: in the slice shown, else by searchRequested().
    void goToNonFinite(int direction);
    std::int64_t pickedFlat() const; ///< row-major in the whole tensor; -1 where nothing is picked
    QString exactText() const;
    HeatmapView* heatmap() const { return m_heatmap; }
    RangeControl* range() const { return m_range; }
    QLineEdit* goToField() const { return m_goTo; }

signals:
    void sliceRequested();
    void searchRequested(qint64 fromFlat, int direction);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildAxes();
    void axisChanged(std::size_t axis);
    void fit();
    void showPicked();
    void showRange();
    void complain(const QString& problem);
    std::vector<std::int64_t> pickedIndex() const;

    static constexpr std::int64_t largestShown = 512; ///< elements an axis; more would be thinner than a pixel

    TensorSubject m_subject;
    bool m_any = false;                ///< there is a subject
    std::vector<std::int64_t> m_index; ///< by axis: the fixed position, -1 where the axis is shown
    std::vector<std::int64_t> m_first; ///< by axis: where the part shown begins
    std::vector<QSpinBox*> m_selectors;
    std::vector<std::size_t> m_shown;
    std::vector<std::int64_t> m_wanted; ///< to be picked when the slice arrives; empty: none
    Tensor m_slice;
    QWidget *m_axesRow, *m_side = nullptr, *m_below;
    QHBoxLayout* m_middle;
    QBoxLayout* m_exactRow; ///< the picked element, and beside or below it m_steps
    QWidget* m_steps;       ///< the ways to another element
    HeatmapView* m_heatmap;
    RangeControl* m_range;
    ElidedLabel* m_exact;
    QLineEdit* m_goTo;
    QLabel *m_problem, *m_part;
    QPushButton *m_autofit, *m_previous, *m_next;
};

} // namespace plumbline
