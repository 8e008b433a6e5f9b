#include "widgets/common/style.h"

#include "widgets/common/fonts.h"
#include "widgets/common/palette.h"

#include <QApplication>
#include <QPalette>
#include <QStyleFactory>
#include <QToolTip>
#include <QWidget>

namespace plumbline {

namespace {

// {role} stands for the role's colour.
constexpr auto sheet = R"(
QMainWindow, QDialog { background: {window}; }
QMainWindow::separator { background: {border}; width: 1px; height: 1px; }
QToolBar { background: {surface}; border: 0; border-bottom: 1px solid {border}; padding: 3px 12px; spacing: 4px; }
QToolBar::separator { background: {border}; width: 1px; margin: 4px 8px; }
QStatusBar { background: {surface}; border-top: 1px solid {border}; color: {secondaryText}; }
QStatusBar::item { border: 0; }
QStatusBar QLabel { color: {secondaryText}; font-size: 12px; }
QToolTip { background: {surface}; color: {text}; border: 1px solid {border}; padding: 4px 6px; }
QPushButton, QToolButton[plain="true"] { background: {surface}; color: {text}; border: 1px solid {border}; border-radius: 6px;
  padding: 4px 11px; min-height: 18px; }
QPushButton:hover, QToolButton[plain="true"]:hover { background: {sunken}; }
QPushButton:pressed { background: {border}; }
QPushButton:focus, QToolButton[plain="true"]:focus { border: 1px solid {accent}; }
QPushButton:disabled { color: {disabled}; background: {surface}; }
QPushButton[primary="true"] { background: {accent}; color: {onAccent}; border: 1px solid {accent}; }
QPushButton[primary="true"]:hover { background: {accentHover}; border-color: {accentHover}; }
QPushButton[primary="true"]:focus { border: 1px solid {text}; }
QPushButton[primary="true"]:disabled { background: {accentFaded}; border-color: {accentFaded}; color: {onAccent}; }
QPushButton[flat="true"], QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px 8px; color: {text}; }
QPushButton[flat="true"]:hover, QToolButton:hover { background: {sunken}; }
QPushButton[flat="true"]:focus, QToolButton:focus { border: 1px solid {accent}; }
QPushButton[flat="true"]:disabled, QToolButton:disabled { color: {disabled}; background: transparent; }
QToolButton[small="true"] { padding: 0; border-radius: 4px; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: none; width: 0; }
QPushButton[search="true"] { background: {sunken}; color: {secondaryText}; text-align: left; }
QLineEdit, QSpinBox { background: {surface}; color: {text}; border: 1px solid {border}; border-radius: 6px; padding: 4px 8px; min-height: 18px;
  selection-background-color: {accent}; selection-color: {onAccent}; }
QLineEdit:focus, QSpinBox:focus { border: 1px solid {accent}; }
QSpinBox[axis="true"] { padding: 1px 4px; }
QSpinBox::up-button, QSpinBox::down-button { width: 12px; border: 0; background: transparent; }
QSpinBox::up-arrow { image: none; width: 0; } QSpinBox::down-arrow { image: none; width: 0; }
QMenu { background: {surface}; color: {text}; border: 1px solid {border}; border-radius: 6px; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:disabled { color: {secondaryText}; }
QMenu::item:selected { background: {accentSoft}; }
QMenu::separator { height: 1px; background: {border}; margin: 4px 8px; }
QTabBar { background: {surface}; border: 0; }
QTabBar::tab { background: transparent; color: {secondaryText}; padding: 8px 2px 7px 2px; margin: 0 9px; border: 0; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: {text}; font-weight: 600; border-bottom: 2px solid {accent}; }
QTabBar::tab:hover { color: {text}; }
QTabBar::tab:focus { color: {accent}; }
QScrollArea { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: {handle}; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; } QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTableView, QTreeView, QListView { background: {surface}; color: {text}; border: 0; gridline-color: {border};
  selection-background-color: {accentSoft}; selection-color: {text}; alternate-background-color: {surface}; outline: 0; }
QHeaderView { background: {surface}; }
QHeaderView::section { background: {surface}; color: {secondaryText}; border: 0; border-bottom: 1px solid {border}; padding: 5px 4px; font-size: 12px; }
QTableCornerButton::section { background: {surface}; border: 0; }
QCheckBox { color: {secondaryText}; spacing: 6px; }
QCheckBox::indicator { width: 12px; height: 12px; border: 1px solid {border}; border-radius: 3px; background: {surface}; }
QCheckBox::indicator:checked { background: {accent}; border-color: {accent}; }
QCheckBox::indicator:focus { border-color: {accent}; }
QProgressBar { background: {sunken}; border: 0; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: {accent}; border-radius: 3px; }
QDockWidget { color: {text}; }
QDialog#commandPalette { background: {surface}; border: 1px solid {handle}; }
)";

QString filled(QString text) {
    const std::pair<const char*, QColor> colors[] = {
        {"window", color(Role::window)},
        {"surface", color(Role::surface)},
        {"sunken", color(Role::sunken)},
        {"border", color(Role::border)},
        {"text", color(Role::text)},
        {"secondaryText", color(Role::secondaryText)},
        {"accent", color(Role::accent)},
        {"onAccent", color(Role::onAccent)},
        {"accentHover", mixed(color(Role::accent), color(Role::text), 0.12)},
        {"accentFaded", mixed(color(Role::accent), color(Role::surface), 0.55)},
        {"accentSoft", mixed(color(Role::surface), color(Role::accent), 0.16)},
        {"disabled", mixed(color(Role::secondaryText), color(Role::surface), 0.5)},
        {"handle", mixed(color(Role::border), color(Role::secondaryText), 0.35)},
    };
    for (const auto& [name, value] : colors)
        text.replace(QStringLiteral("{%1}").arg(QLatin1String(name)), value.name());
    return text;
}

void apply(QApplication& application) {
    QPalette palette;
    palette.setColor(QPalette::Window, color(Role::window));
    palette.setColor(QPalette::WindowText, color(Role::text));
    palette.setColor(QPalette::Base, color(Role::surface));
    palette.setColor(QPalette::AlternateBase, color(Role::sunken));
    palette.setColor(QPalette::Text, color(Role::text));
    palette.setColor(QPalette::PlaceholderText, color(Role::secondaryText));
    palette.setColor(QPalette::Button, color(Role::surface));
    palette.setColor(QPalette::ButtonText, color(Role::text));
    palette.setColor(QPalette::Highlight, color(Role::accent));
    palette.setColor(QPalette::HighlightedText, color(Role::onAccent));
    palette.setColor(QPalette::ToolTipBase, color(Role::surface));
    palette.setColor(QPalette::ToolTipText, color(Role::text));
    palette.setColor(QPalette::Link, color(Role::accent));
    for (const auto role : {QPalette::Text, QPalette::ButtonText, QPalette::WindowText})
        palette.setColor(QPalette::Disabled, role, mixed(color(Role::secondaryText), color(Role::surface), 0.5));
    application.setPalette(palette);
    QToolTip::setPalette(palette);
    application.setStyleSheet(filled(QString::fromLatin1(sheet)));
}

} // namespace

void installStyle(QApplication& application) {
    application.setStyle(QStyleFactory::create("Fusion"));
    application.setFont(interfaceFont());
    apply(application);
    QObject::connect(&Theme::instance(), &Theme::changed, &application, [&application] { apply(application); });
}

void makePrimary(QWidget* button) { button->setProperty("primary", true); }
void makeFlat(QWidget* button) { button->setProperty("flat", true); }

} // namespace plumbline
