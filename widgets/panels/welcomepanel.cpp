#include "widgets/panels/welcomepanel.h"

#include "widgets/common/controls.h"
#include "widgets/common/elidedbutton.h"
#include "widgets/common/fonts.h"
#include "widgets/common/icons.h"
#include "widgets/common/style.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QGridLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPushButton>
#include <QVBoxLayout>

namespace plumbline {

namespace {

constexpr int mostRecent = 5; ///< the menu beside Open has them all

// A card that acts as a button.
class DemoCard final : public Card {
public:
    DemoCard(const Demo& demo, std::function<void()> open) : m_open(std::move(open)) {
        setFocusPolicy(Qt::StrongFocus);
        setMinimumHeight(108); // a title and four lines
        setCursor(Qt::PointingHandCursor);
        setAccessibleName(demo.title);
        setAccessibleDescription(demo.summary);
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(16, 13, 16, 14);
        layout->setSpacing(4);
        auto* title = new RoleLabel(demo.title, interfaceFont(13, QFont::DemiBold), Role::text);
        title->setWordWrap(true);
        auto* summary = new RoleLabel(demo.summary, interfaceFont(12), Role::secondaryText);
        summary->setWordWrap(true);
        layout->addWidget(title);
        layout->addWidget(summary);
        layout->addStretch();
    }

protected:
    void mouseReleaseEvent(QMouseEvent* event) override {
        if (rect().contains(event->pos()))
            m_open();
    }
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)
            m_open();
        else
            Card::keyPressEvent(event);
    }
    void enterEvent(QEnterEvent*) override { setHovered(true); }
    void leaveEvent(QEvent*) override { setHovered(false); }
    void focusInEvent(QFocusEvent*) override { setDropTarget(true); }
    void focusOutEvent(QFocusEvent*) override { setDropTarget(false); }

private:
    std::function<void()> m_open;
};

// A law stays as it is; a file is found beside demos.json. "z=file.npy" names its input.
QString absolute(const QString& source, const QDir& folder) {
    const auto equals = source.indexOf('=');
    const auto name = equals > 0 ? source.left(equals + 1) : QString();
    const auto rest = source.mid(name.size());
    const bool law = rest.startsWith("normal(") || rest.startsWith("uniform(") || rest.startsWith("integers(");
    return law ? source : name + folder.absoluteFilePath(rest);
}

QStringList strings(const QJsonValue& value) {
    QStringList list;
    if (value.isString())
        list << value.toString();
    for (const auto& item : value.toArray())
        list << item.toString();
    return list;
}

} // namespace

std::vector<Demo> readDemos(const QString& path, QString* problem) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        if (problem)
            *problem = QObject::tr("%1 cannot be read: %2").arg(path, file.errorString());
        return {};
    }
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(file.readAll(), &error);
    if (document.isNull() && problem)
        *problem =
            QObject::tr("%1 is not JSON at byte %2: %3").arg(path, QString::number(error.offset), error.errorString());
    const QDir folder = QFileInfo(path).absoluteDir();
    std::vector<Demo> demos;
    for (const auto& item : document.isArray() ? document.array() : document.object().value("demos").toArray()) {
        const auto object = item.toObject();
        Demo demo;
        demo.title = object.value("title").toString();
        demo.summary = object.value("summary").toString();
        demo.model = folder.absoluteFilePath(object.value("model").toString());
        for (const auto& source : strings(object.value("training")))
            demo.training << absolute(source, folder);
        for (const auto& source : strings(object.value("prediction")))
            demo.prediction << absolute(source, folder);
        if (!object.value("model").toString().isEmpty())
            demos.push_back(std::move(demo));
    }
    return demos;
}

WelcomePanel::WelcomePanel(QWidget* parent) : QWidget(parent) {
    auto* body = new QWidget;
    m_content = new QVBoxLayout(body);
    m_content->setContentsMargins(48, 40, 48, 32);
    m_content->setSpacing(10);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scrolling(body));
}

void WelcomePanel::setContents(const std::vector<Demo>& demos, const QStringList& recent) {
    clearLayout(m_content);
    m_content->addWidget(
        new RoleLabel(tr("Why does this prediction go wrong?"), interfaceFont(22, QFont::DemiBold), Role::text));
    auto* lead = new RoleLabel(
        tr("Open a saved model, what it was trained on, and the input that went wrong. Plumbline runs it layer by "
           "layer and marks the one place where it leaves what training did. Files can be dropped anywhere."),
        interfaceFont(13), Role::secondaryText);
    lead->setWordWrap(true);
    lead->setMaximumWidth(680);
    m_content->addWidget(lead);
    auto* row = new QHBoxLayout;
    auto* open = new QPushButton(icon("open", Role::onAccent), ' ' + tr("Open a model…"));
    makePrimary(open);
    connect(open, &QPushButton::clicked, this, &WelcomePanel::openRequested);
    row->addWidget(open);
    row->addStretch();
    m_content->addSpacing(6);
    m_content->addLayout(row);

    if (!recent.isEmpty()) { // before the demos: whoever comes back comes for these
        m_content->addSpacing(18);
        m_content->addWidget(sectionHead(tr("Recent")));
        auto* list = new QVBoxLayout;
        list->setSpacing(0);
        for (const auto& path : recent.mid(0, mostRecent)) {
            auto* button = new ElidedButton(icon("model", Role::secondaryText),
                                            QFileInfo(path).fileName() + QStringLiteral("   ") + QFileInfo(path).path(),
                                            Qt::ElideMiddle);
            connect(button, &QPushButton::clicked, this, [this, path] { emit recentChosen(path); });
            list->addWidget(button);
        }
        m_content->addLayout(list);
    }
    if (!demos.empty()) {
        m_content->addSpacing(18);
        m_content->addWidget(sectionHead(tr("See it on one of these")));
        auto* grid = new QGridLayout;
        grid->setSpacing(12);
        for (std::size_t i = 0; i < demos.size(); ++i) {
            auto* card = new DemoCard(demos[i], [this, i] { emit demoChosen(static_cast<int>(i)); });
            card->setObjectName(QStringLiteral("demo%1").arg(i));
            grid->addWidget(card, static_cast<int>(i) / 3, static_cast<int>(i) % 3);
        }
        for (int column = 0; column < 3; ++column)
            grid->setColumnStretch(column, 1);
        m_content->addLayout(grid);
    }
    m_content->addStretch();
}

} // namespace plumbline
