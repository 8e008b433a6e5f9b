#include "widgets/panels/layerspanel.h"

#include "widgets/common/controls.h"
#include "widgets/common/icons.h"
#include "widgets/common/style.h"
#include "widgets/common/wording.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace plumbline {

LayersPanel::LayersPanel(QWidget* parent)
    : QWidget(parent), m_model(new LayersModel(this)), m_proxy(new LayersProxy(this)), m_table(new QTableView(this)),
      m_filter(new QLineEdit(this)), m_count(new RoleLabel({}, {}, Role::secondaryText, this)) {
    m_proxy->setSourceModel(m_model);
    m_table->setModel(m_proxy);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(LayersModel::IndexColumn, Qt::AscendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(30);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setAccessibleName(tr("Layers"));
    // What is wrong is seen without scrolling; the model's own shapes stand behind it.
    auto* header = m_table->horizontalHeader();
    for (const int column : {LayersModel::DTypeColumn, LayersModel::ExpectedColumn})
        header->moveSection(header->visualIndex(column), header->visualIndex(LayersModel::StatusColumn));
    m_filter->setPlaceholderText(tr("Filter by name, type, shape or status"));
    m_filter->setAccessibleName(tr("Filter the layers"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(320);

    auto* copyButton = new QPushButton(icon("copy"), ' ' + tr("Copy…"), this);
    copyButton->setAccessibleName(tr("Copy the table"));
    auto* menu = new QMenu(copyButton);
    menu->addAction(tr("As text"), this, [this] { copy(TableFormat::text); });
    menu->addAction(tr("As CSV"), this, [this] { copy(TableFormat::csv); });
    menu->addAction(tr("As Markdown"), this, [this] { copy(TableFormat::markdown); });
    copyButton->setMenu(menu);
    auto* shortcut = new QShortcut(QKeySequence::Copy, m_table);
    shortcut->setContext(Qt::WidgetShortcut);
    connect(shortcut, &QShortcut::activated, this, [this] { copy(TableFormat::text); });

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(16, 12, 16, 8);
    bar->setSpacing(12);
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_count);
    bar->addStretch();
    bar->addWidget(copyButton);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_table, 1);

    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& words) {
        m_proxy->setWords(words);
        updateCount();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (current.isValid() && !m_selecting)
                    emit rowSelected(current.data(LayersModel::RowRole).toInt());
            });
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex& index) { emit rowActivated(index.data(LayersModel::RowRole).toInt()); });
}

void LayersPanel::setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis) {
    const bool hasRun = diagnosis && !diagnosis->layers.empty();
    const auto reached = hasRun ? std::ranges::count_if(diagnosis->layers,
                                                        [](const LayerResult& layer) { return !layer.shapes.empty(); })
                                : -1;
    const auto rows = m_model->rowCount();
    m_model->setDiagnosis(std::move(diagnosis));
    // Columns fit what came in; a run again leaves them as the user has set them.
    const bool fits = m_model->rowCount() == rows && reached == m_reached;
    m_reached = reached;
    for (int column = LayersModel::ShapeColumn; column <= LayersModel::TimeColumn; ++column)
        m_table->setColumnHidden(column, !hasRun);
    if (!fits) {
        m_table->resizeColumnsToContents();
        for (int column = 0; column < LayersModel::ColumnCount; ++column)
            m_table->setColumnWidth(column, std::min(260, m_table->columnWidth(column) + 10));
        m_table->setColumnWidth(LayersModel::IndexColumn, std::max(48, m_table->columnWidth(LayersModel::IndexColumn)));
    }
    updateCount();
}

void LayersPanel::updateCount() {
    m_count->setText(m_proxy->rowCount() == m_model->rowCount()
                         ? countedText(m_model->rowCount(), tr("%1 row"), tr("%1 rows"))
                         : tr("%1 of %2 rows").arg(m_proxy->rowCount()).arg(m_model->rowCount()));
}

void LayersPanel::selectRow(int row) {
    m_selecting = true;
    const auto index = m_proxy->mapFromSource(m_model->index(row, 0));
    if (index.isValid()) {
        m_table->selectRow(index.row());
        m_table->scrollTo(index);
    } else {
        m_table->clearSelection();
    }
    m_selecting = false;
}

QString LayersPanel::text(TableFormat format) const {
    QList<int> rows;
    for (const auto& index : m_table->selectionModel()->selectedRows())
        rows << index.row();
    std::sort(rows.begin(), rows.end());
    return tableText(*m_proxy, format, rows.size() > 1 ? rows : QList<int>());
}

void LayersPanel::copy(TableFormat format) { QApplication::clipboard()->setText(text(format)); }

} // namespace plumbline
