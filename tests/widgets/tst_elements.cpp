#include "tests/support/testcase.h"

#include "widgets/common/axisnames.h"
#include "widgets/common/controls.h"
#include "widgets/common/histogramdelegate.h"
#include "widgets/common/wording.h"
#include "widgets/models/columnsmodel.h"
#include "widgets/panels/tensorpane.h"
#include "widgets/views/heatmapview.h"
#include "widgets/views/rangecontrol.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QVBoxLayout>

using namespace plumbline;

/// How a user moves through the elements of a tensor.
class tst_elements : public QObject {
    Q_OBJECT

    /// Every element holds its own row-major index. Slices are given as they are asked for.
    struct Shown {
        std::unique_ptr<TensorPane> pane = std::make_unique<TensorPane>("Output");
        Tensor whole;
        explicit Shown(Shape shape, std::vector<std::size_t> axes) {
            std::vector<float> values(static_cast<std::size_t>(shape.elements()));
            for (std::size_t i = 0; i < values.size(); ++i)
                values[i] = static_cast<float>(i);
            whole = Tensor::of<float>(shape, std::span<const float>(values));
            connect(pane.get(), &TensorPane::sliceRequested, pane.get(), [this] {
                auto slice = whole;
                const auto ranges = pane->ranges();
                for (std::size_t axis = 0; axis < ranges.size(); ++axis)
                    slice = slice.sliced(axis, ranges[axis].first, ranges[axis].second - ranges[axis].first);
                pane->setSlice(ranges, slice);
            });
            TensorSubject subject;
            subject.shape = shape;
            subject.axes = axisNames(shape.rank(), true);
            subject.shown = std::move(axes);
            pane->setSubject(subject);
        }
    };

private slots:
    void thePickedElementIsNeverShortened() {
        QWidget narrow;
        auto* pane = new TensorPane("Output", &narrow);
        const Shape shape{1, 100, 100, 64};
        connect(pane, &TensorPane::sliceRequested, pane, [&] {
            const auto ranges = pane->ranges();
            Shape part;
            for (const auto& [first, last] : ranges)
                part.append(last - first);
            const std::vector<float> values(static_cast<std::size_t>(part.elements()), -0.022612177F);
            pane->setSlice(ranges, Tensor::of<float>(part, std::span<const float>(values)));
        });
        TensorSubject subject;
        subject.shape = shape;
        subject.axes = axisNames(4, true);
        subject.shown = {1, 2};
        subject.nonFinite = std::nullopt; // the buttons of the search are there
        auto* layout = new QVBoxLayout(&narrow);
        layout->addWidget(pane);
        narrow.resize(300, 600);
        narrow.show();
        pane->setSubject(subject);
        QVERIFY(pane->goTo({0, 99, 99, 63}));
        narrow.layout()->activate();
        QApplication::processEvents();
        const auto* exact = pane->findChild<ElidedLabel*>();
        QCOMPARE(exact->text(), "[0, 99, 99, 63] = -0.022612177");
        QVERIFY2(exact->width() >= exact->sizeHint().width(), qPrintable(QString::number(exact->width())));
    }

    void anIndexIsGoneToByAxisAndByPosition_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("shown");
        QTest::newRow("by axis") << "1, 2, 3, 1"
                                 << "[1, 2, 3, 1] = 47";
        QTest::newRow("as it is shown") << "[0, 0, 1, 1]"
                                        << "[0, 0, 1, 1] = 3";
        QTest::newRow("flat") << "25"
                              << "[1, 0, 0, 1] = 25";
        QTest::newRow("from the end") << "-1"
                                      << "[1, 2, 3, 1] = 47";
        QTest::newRow("axes from the end") << "-1 -1 -1 -1"
                                           << "[1, 2, 3, 1] = 47";
    }
    void anIndexIsGoneToByAxisAndByPosition() {
        QFETCH(QString, typed);
        QFETCH(QString, shown);
        const Shown tensor(Shape{2, 3, 4, 2}, {1, 2});
        tensor.pane->goToField()->setText(typed);
        QTest::keyClick(tensor.pane->goToField(), Qt::Key_Return);
        QCOMPARE(tensor.pane->exactText(), shown);
    }

    void aWrongIndexIsRefusedInWords_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("said");
        QTest::newRow("too large") << "0, 3, 0, 0"
                                   << "3 is outside the axis h, which has 0 … 2.";
        QTest::newRow("no number") << "a"
                                   << "“a” is no index: numbers with commas between, as [0, 0, 0, 0].";
        QTest::newRow("too few") << "1, 2"
                                 << "2 numbers for the 4 axes of (2, 3, 4, 2); one number alone is a row-major index.";
        QTest::newRow("past the end") << "48"
                                      << "There is no element 48: (2, 3, 4, 2) has 48.";
    }
    void aWrongIndexIsRefusedInWords() {
        QFETCH(QString, typed);
        QFETCH(QString, said);
        const Shown tensor(Shape{2, 3, 4, 2}, {1, 2});
        const auto before = tensor.pane->exactText();
        QCOMPARE(tensor.pane->goToText(typed), std::optional(said));
        QCOMPARE(tensor.pane->exactText(), before);
    }

    void anElementBeyondThePartShownIsReached() {
        const Shown tensor(Shape{1, 2000}, {0, 1});
        QCOMPARE(tensor.pane->heatmap()->columns(), 512);
        QCOMPARE(tensor.pane->goToText("0, 1999"), std::nullopt);
        QCOMPARE(tensor.pane->exactText(), "[0, 1999] = 1999");
        QCOMPARE(tensor.pane->goToText("3"), std::nullopt);
        QCOMPARE(tensor.pane->exactText(), "[0, 3] = 3");
    }

    void aSearchThatFindsNothingSaysSo() {
        const Shown tensor(Shape{2, 5}, {0, 1});
        auto subject = TensorSubject{Shape{2, 5}, axisNames(2, true), {0, 1}, {}, std::nullopt};
        tensor.pane->setSubject(subject);
        const auto said = [&] {
            for (const auto* label : tensor.pane->findChildren<QLabel*>())
                if (label->text().contains("no NaN"))
                    return !label->isHidden();
            return false;
        };
        QVERIFY(!said());
        tensor.pane->goToNonFinite(1);
        QVERIFY(said());
        QCOMPARE(tensor.pane->exactText(), "[0, 0] = 0");
    }

    void aScalarIsShown() {
        const Shown tensor(Shape{}, {});
        QCOMPARE(tensor.pane->heatmap()->rows(), 1);
    }

    void anEndIsDraggedAndWhatLiesOutsideIsMarked() {
        const Shown tensor(Shape{1, 10}, {0, 1});
        tensor.pane->resize(360, 300);
        tensor.pane->show();
        auto* range = tensor.pane->range();
        const auto* heatmap = tensor.pane->heatmap();
        QCOMPARE(range->from(), 0.0);
        QCOMPARE(range->to(), 9.0);
        QVERIFY(heatmap->isAutofit());
        const auto start = range->handle(RangeControl::End::to).center().toPoint();
        QTest::mousePress(range, Qt::LeftButton, {}, start);
        QTest::mouseMove(range, {range->width() / 2, start.y()});
        QTest::mouseRelease(range, Qt::LeftButton, {}, {range->width() / 2, start.y()});
        QVERIFY2(std::abs(range->to() - 4.5) < 0.1, qPrintable(QString::number(range->to())));
        QCOMPARE(heatmap->to(), range->to());
        QCOMPARE(range->above(), 5);
        QCOMPARE(range->below(), 0);
        QVERIFY(heatmap->isClipped(0, 9));
        QVERIFY(!heatmap->isClipped(0, 4));
        QTest::mouseDClick(range, Qt::LeftButton, {}, {range->width() / 2, start.y()});
        QVERIFY(heatmap->isAutofit());
        QCOMPARE(range->to(), 9.0);
        QCOMPARE(range->above(), 0);
    }

    void anEndIsMovedByTheKeyboard() {
        RangeControl range;
        range.setValues({0, 5, 10});
        range.setRange(0, 10);
        QSignalSpy edited(&range, &RangeControl::rangeEdited);
        QTest::keyClick(&range, Qt::Key_Right);
        QCOMPARE(edited.size(), 1);
        QVERIFY(range.from() > 0);
        QTest::keyClick(&range, Qt::Key_Down);
        QTest::keyClick(&range, Qt::Key_Left);
        QVERIFY(range.to() < 10);
        QCOMPARE(range.below() + range.above(), 2);
    }

    void oneValueIsDrawnOnAScaleOfItsOwn() {
        const auto zeros = statisticsOf(Tensor::of<float>(Shape{3}, {0, 0, 0}));
        const auto pair = HistogramPair::of(nullptr, &zeros, 16);
        QCOMPARE(pair.from, -0.5);
        QCOMPARE(pair.to, 0.5);
        QCOMPARE(std::count(pair.prediction.begin(), pair.prediction.end(), 0.0), 15);
    }

    void theAxesOfWeightsHaveTheirNames() {
        LayerSummary layer;
        layer.type = "Conv2DTranspose";
        QCOMPARE(weightAxisNames(layer, {"kernel", Shape{3, 3, 16, 8}}), (QStringList{"h", "w", "out", "in"}));
        layer.type = "Conv1D";
        QCOMPARE(weightAxisNames(layer, {"kernel", Shape{3, 16, 8}}), (QStringList{"step", "in", "out"}));
        layer.type = "Dense";
        QCOMPARE(weightAxisNames(layer, {"kernel", Shape{10, 128}}), (QStringList{"in", "out"}));
        layer.type = "Something";
        QCOMPARE(weightAxisNames(layer, {"table", Shape{4, 4, 4}}), (QStringList{"axis 0", "axis 1", "axis 2"}));
    }

    void columnsStandSideBySideWhereNoneIsInQuestion() {
        ColumnsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setColumns(2, {"open", "volume"}, {1}); // a finding names the second
        const auto low = statisticsOf(Tensor::of<float>(Shape{3}, {1, 2, 3})),
                   high = statisticsOf(Tensor::of<float>(Shape{3}, {100, 200, 300}));
        model.setStatistics({low, low}, {low, high});
        QCOMPARE(model.index(1, ColumnsModel::NameColumn).data().toString(), "volume");
        QCOMPARE(model.index(1, ColumnsModel::HereColumn).data().toString(), "2");
        QCOMPARE(model.index(1, ColumnsModel::DistanceColumn).data().toString(), "200");
        const auto pair =
            model.index(1, ColumnsModel::DistributionColumn).data(ColumnsModel::HistogramRole).value<HistogramPair>();
        QCOMPARE(pair.least, 1.0);
        QCOMPARE(pair.largest, 300.0);
        QVERIFY(!pair.training.empty() && !pair.prediction.empty());
        QVERIFY(!model.index(0, 0).data(ColumnsModel::MarkedRole).toBool());
        QVERIFY(!model.index(0, 0).data(Qt::BackgroundRole).isValid());
        QVERIFY(model.index(1, 0).data(ColumnsModel::MarkedRole).toBool());
        QVERIFY(model.index(1, 0).data(Qt::BackgroundRole).isValid());
    }

    void theCalloutNamesTheColumnsThatAreOff() {
        Diagnosis diagnosis;
        SourceSummary table;
        table.input = std::string("z");
        for (const auto* column : {"open", "day-high", "low", "close", "volume"})
            table.columns.emplace_back(column);
        diagnosis.prediction.push_back(table);
        Finding finding;
        finding.code = std::string("scale");
        finding.where.name = table.input;
        finding.where.features = {4};
        finding.expected = {{"min", -3.0}, {"max", 3.5}};
        finding.actual = {{"min", -2000.0}, {"max", 2522.0}};
        const auto ranges = QString::fromUtf8(": values \u22122000 … 2522, training had \u22123 … 3.5");
        QCOMPARE(calloutText(diagnosis, finding), "column volume" + ranges);
        finding.where.features = {1, 4};
        QCOMPARE(calloutText(diagnosis, finding), "2 columns are off; column day-high" + ranges);
    }
};

PLUMBLINE_TEST(tst_elements)
#include "tst_elements.moc"
