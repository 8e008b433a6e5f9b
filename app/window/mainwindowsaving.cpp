// How pictures and reports come out of the window.

#include "app/document/settings.h"
#include "app/window/mainwindow.h"
#include "core/report/html.h"
#include "widgets/common/wording.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QSaveFile>
#include <QStatusBar>

namespace plumbline {

namespace {

/// A dialog completes a name without any ending only: "my.report" would stay as it is.
QString withEnding(const QString& path, const QString& ending) {
    return path.endsWith(ending, Qt::CaseInsensitive) ? path : path + ending;
}

/// Why it was not written; nothing where it was.
QString write(const QString& path, const QByteArray& page) {
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(page) == page.size() && file.commit() ? QString()
                                                                                               : file.errorString();
}

QString write(const QString& path, const QPixmap& picture) {
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && picture.save(&file, "PNG") && file.commit() ? QString()
                                                                                          : file.errorString();
}

/// Of plain text: paths stand in it.
QMessageBox* messageBox(QMessageBox::Icon icon, const QString& text, QMessageBox::StandardButtons buttons,
                        QWidget* parent) {
    auto* box = new QMessageBox(icon, MainWindow::tr("Plumbline"), text, buttons, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    return box;
}

/// The picture's place beside the page: under its name, or where another page's picture has that already under a free
/// one. A page written over takes its picture with it.
QString pictureBeside(const QString& page) {
    const auto stem = QFileInfo(page).path() + '/' + QFileInfo(page).completeBaseName();
    auto path = stem + ".png";
    for (int i = 2; !QFile::exists(page) && QFile::exists(path); ++i)
        path = QStringLiteral("%1-%2.png").arg(stem).arg(i);
    return path;
}

} // namespace

QString MainWindow::proposedName() const {
    const auto model = QFileInfo(m_session.modelPath()).completeBaseName();
    const auto& diagnosis = m_session.diagnosis();
    const bool hasCause =
        diagnosis && !diagnosis->findings.empty() && diagnosis->findings.front().severity != Severity::note;
    return model.isEmpty() ? QStringLiteral("plumbline")
           : hasCause      ? model + '-' + toQString(diagnosis->findings.front().code)
                           : model;
}

void MainWindow::askWhereToSave(const QString& title, const QString& filter, const QString& ending,
                                std::function<QString(const QString&)> save) {
    auto* dialog = new QFileDialog(this, title, Settings::lastFolder(), filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(ending.mid(1));
    dialog->selectFile(proposedName() + ending);
    connect(dialog, &QFileDialog::fileSelected, this, [this, ending, save = std::move(save)](const QString& chosen) {
        const auto path = withEnding(chosen, ending);
        const auto write = [this, path, save] {
            Settings::setLastFolder(QFileInfo(path).path());
            if (const auto problem = save(path); !problem.isEmpty())
                messageBox(QMessageBox::Warning, problem, QMessageBox::Ok, this)->open();
        };
        // The dialog asked about the name as it was typed.
        if (path != chosen && QFile::exists(path)) {
            auto* question = messageBox(QMessageBox::Question, tr("%1 is there already. Write over it?").arg(path),
                                        QMessageBox::Yes | QMessageBox::No, this);
            connect(question, &QMessageBox::accepted, this, write);
            question->open();
        } else {
            write();
        }
    });
    dialog->open();
}

void MainWindow::savePicture() {
    // Taken now: the picture is of the window as it was when asked for, not of the dialog over it.
    askWhereToSave(tr("Save a picture of the window"), tr("Pictures (*.png)"), ".png",
                   [this, picture = grab()](const QString& path) {
                       if (const auto problem = write(path, picture); !problem.isEmpty())
                           return tr("The picture could not be written to %1: %2.").arg(path, problem);
                       statusBar()->showMessage(tr("Saved %1").arg(path), 5000);
                       return QString();
                   });
}

void MainWindow::saveReport() {
    if (!m_session.diagnosis())
        return;
    const auto page = QByteArray::fromStdString(htmlReport(*m_session.diagnosis()));
    askWhereToSave(tr("Save a report: a page, and a picture of the window beside it"), tr("Pages (*.html)"), ".html",
                   [this, page, picture = grab()](const QString& path) {
                       const auto beside = pictureBeside(path);
                       if (const auto problem = write(path, page); !problem.isEmpty())
                           return tr("The report could not be written to %1: %2.").arg(path, problem);
                       if (const auto problem = write(beside, picture); !problem.isEmpty())
                           return tr("The picture could not be written to %1: %2.").arg(beside, problem);
                       statusBar()->showMessage(
                           tr("Saved %1 and the picture %2").arg(path, QFileInfo(beside).fileName()), 5000);
                       return QString();
                   });
}

} // namespace plumbline
