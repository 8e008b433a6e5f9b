#include "widgets/panels/sourcespanel.h"

#include "core/diagnosis/comparison.h"
#include "widgets/common/fonts.h"
#include "widgets/common/histogramview.h"
#include "widgets/common/thumbnails.h"
#include "widgets/common/wording.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QInputDialog>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace plumbline {

namespace {

constexpr std::size_t mostInFull = 6; ///< inputs

QString formatName(const std::string& format) {
    static const std::map<std::string, const char*> names{{"keras-h5", "Keras HDF5"},
                                                          {"keras-v3", "Keras"},
                                                          {"keras-json", "Keras JSON"},
                                                          {"onnx", "ONNX"},
                                                          {"savedmodel", "SavedModel"}};
    const auto at = names.find(format);
    return at != names.end() ? QString::fromLatin1(at->second) : toQString(format);
}

// The name of the file, with the part: what tells it from others.
QString shortName(const QString& typed) {
    const auto slash = typed.lastIndexOf('/');
    return slash >= 0 && !typed.contains('(') ? typed.mid(slash + 1) : typed;
}

QString withoutInput(const QString& source, const std::string& input) {
    const auto lead = toQString(input) + '=';
    return source.startsWith(lead) ? source.mid(lead.size()) : source;
}

const SourceSummary* sourceFor(const std::vector<SourceSummary>& sources, const std::string& input,
                               std::size_t position) {
    for (const auto& source : sources)
        if (source.input == input)
            return &source;
    return sources.size() > position && sources[position].input.empty() ? &sources[position] : nullptr;
}

// Three digits: the line has to fit beside its label.
QString shortRange(const Statistics& statistics) {
    const auto text = [](double value) { return QString::number(value, 'g', 3); };
    return statistics.finite() > 0 ? QStringLiteral("%1 … %2").arg(text(statistics.min), text(statistics.max))
                                   : rangeText(statistics);
}

bool outside(const SourceSummary& here, const SourceSummary& training) {
    const double span = training.statistics.max - training.statistics.min;
    const double slack = 0.05 * span + 1e-12;
    return training.statistics.finite() > 0 && here.statistics.finite() > 0 &&
           (here.statistics.min < training.statistics.min - slack ||
            here.statistics.max > training.statistics.max + slack);
}

std::vector<Error> errorsOf(const Diagnosis* diagnosis) {
    if (!diagnosis || !diagnosis->error)
        return {};
    std::vector<Error> out{*diagnosis->error};
    out.insert(out.end(), diagnosis->furtherErrors.begin(), diagnosis->furtherErrors.end());
    return out;
}

bool lacksWeights(const ModelSummary& model) {
    return std::ranges::any_of(model.layers, [](const LayerSummary& layer) {
        return std::ranges::any_of(layer.weights, [](const LayerWeightSummary& weight) { return !weight.present; });
    });
}

// All that the cards tell, as one text.
QString told(const QString& typed, const Diagnosis* diagnosis) {
    QStringList parts{typed};
    if (diagnosis && diagnosis->model) {
        const auto& model = *diagnosis->model;
        parts << toQString(model.producer) << toQString(model.format) << QString::number(model.layerCount)
              << QString::number(model.parameters) << QString::number(model.hasWeights)
              << QString::number(lacksWeights(model));
        for (const auto& note : model.notes)
            parts << toQString(note);
        for (const auto& input : model.inputs)
            parts << toQString(input.name) << dimsTextQ(input.shape) << dtypeText(input.dtype);
    }
    for (const auto* sources :
         {diagnosis ? &diagnosis->training : nullptr, diagnosis ? &diagnosis->prediction : nullptr})
        for (std::size_t i = 0; sources && i < sources->size(); ++i) {
            const auto& source = (*sources)[i];
            parts << toQString(source.input) << toQString(source.source) << shapeText(source.shape)
                  << dtypeText(source.dtype) << QString::number(source.rows) << rangeText(source.statistics)
                  << QString::number(source.statistics.count) << QString::number(source.statistics.nan)
                  << QString::number(source.statistics.infinite());
        }
    if (const auto* place = diagnosis ? diagnosis->firstDivergence() : nullptr)
        parts << toQString(place->name) << calloutText(*diagnosis, diagnosis->findings.front());
    for (const auto& error : errorsOf(diagnosis))
        parts << errorText(error);
    return parts.join('\n');
}

bool shapeIsOff(const SourceSummary& here, const Dims& expected) {
    if (here.shape.rank() != expected.size())
        return true;
    for (std::size_t axis = 0; axis < expected.size(); ++axis)
        if (expected[axis].isKnown() && expected[axis].extent() != here.shape[axis])
            return true;
    return false;
}

} // namespace

SourcesPanel::SourcesPanel(QWidget* parent) : QWidget(parent) {
    auto* body = new QWidget;
    m_content = new QVBoxLayout(body);
    m_content->setContentsMargins(10, 8, 10, 12);
    m_content->setSpacing(11);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    m_scroll = scrolling(body);
    layout->addWidget(m_scroll);
    // What is off is seen without scrolling, as soon as the cards have their places and until the user scrolls.
    auto* bar = m_scroll->verticalScrollBar();
    connect(bar, &QScrollBar::actionTriggered, this, [this] { m_reveals = false; });
    connect(bar, &QScrollBar::rangeChanged, this, [this] {
        for (auto* card : cards())
            if (m_reveals && card->isStrong())
                m_scroll->ensureWidgetVisible(card, 0, 10);
    });
    setMinimumWidth(236);
}

QList<SourceCard*> SourcesPanel::cards() const { return findChildren<SourceCard*>(); }

SourceCard* SourcesPanel::addCard(SourceKind kind, const QString& input) {
    auto* card = new SourceCard(kind, input);
    connect(card, &SourceCard::sourceGiven, this, &SourcesPanel::sourceGiven);
    connect(card, &SourceCard::browseRequested, this, &SourcesPanel::browseRequested);
    m_content->addWidget(card);
    return card;
}

void SourcesPanel::fillModel(SourceCard* card) {
    const auto* model = m_diagnosis && m_diagnosis->model ? &*m_diagnosis->model : nullptr;
    if (m_modelPath.isEmpty()) {
        card->setHead(tr("No model"), tr("model"), {});
        card->addInvitation(tr("Drop a .keras, .h5 or .json model here."));
        return;
    }
    card->setHead(QFileInfo(m_modelPath).fileName(), tr("model"), m_modelPath);
    if (!model) {
        const auto& error = m_diagnosis ? m_diagnosis->error : std::nullopt;
        // Where the error says that weights would tell a shape, there is the button that it names.
        if (error && error->message.id() == "keras.input-shape" &&
            error->message.pattern().find("{--weights}") != std::string::npos)
            card->askForWeights();
        return;
    }
    const auto producer = model->producer.empty() ? formatName(model->format) : toQString(model->producer);
    card->addFact(tr("format"),
                  QStringLiteral("%1 · %2 · %3")
                      .arg(producer, countedText(model->layerCount, tr("%1 layer"), tr("%1 layers")),
                           countedText(model->parameters, tr("%1 parameter"), tr("%1 parameters"))),
                  Role::text, false);
    QStringList inputs;
    constexpr qsizetype most = 6; // each has cards of its own below
    for (const auto& input : model->inputs) {
        if (inputs.size() == most && model->inputs.size() > most + 1) {
            inputs << tr("… %1 more").arg(model->inputs.size() - most);
            break;
        }
        const auto name = isolated(oneLine(toQString(input.name))), shape = dimsTextQ(input.shape),
                   dtype = dtypeText(input.dtype);
        constexpr auto line = 20; // characters that the card's narrowest value column holds, beside a scroll bar
        const auto type = shape + (shape.size() + 1 + dtype.size() <= line ? ' ' : '\n') + dtype;
        // The name stands above its shape where both are too long for a line.
        inputs << (name.size() + 1 + type.size() <= line ? name + ' ' + type : name + '\n' + type);
    }
    card->addFact(model->inputs.size() == 1 ? tr("input") : tr("inputs"), inputs.join('\n'), Role::text, true);
    if (!m_weights.isEmpty())
        card->addFact(tr("weights"), QFileInfo(m_weights).fileName(), model->hasWeights ? Role::text : Role::divergence,
                      true);
    else if (!model->hasWeights)
        card->addFact(tr("weights"), tr("none in the file"), Role::divergence, false);
    if (!model->hasWeights || lacksWeights(*model)) // what a finding says about them names this button
        card->askForWeights();
    for (const auto& note : model->notes)
        card->addFact(tr("note"), toQString(note), Role::secondaryText, false);
}

void SourcesPanel::fillSource(SourceCard* card, const SourceSummary* source, const SourceSummary* other,
                              const QString& typed, int position) {
    const bool training = card->kind() == SourceKind::training;
    const bool several = m_diagnosis && m_diagnosis->model && m_diagnosis->model->inputs.size() > 1;
    const auto role = several    ? tr(training ? "training · %1" : "prediction · %1").arg(isolated(card->input()))
                      : training ? tr("training")
                                 : tr("prediction");
    if (!source && typed.isEmpty()) {
        card->setHead(training ? tr("No training reference") : tr("No prediction input"), role, {});
        card->addInvitation(training ? tr("Drop what the model was trained on, or type its law.")
                                     : tr("Drop the input of the prediction that went wrong."));
        return;
    }
    card->setHead(shortName(typed.isEmpty() ? toQString(source->source) : typed), role,
                  typed.isEmpty() ? toQString(source->source) : typed);
    const auto* place = m_diagnosis ? m_diagnosis->firstDivergence() : nullptr;
    card->setStrong(!training && place && place->kind == PlaceKind::input && toQString(place->name) == card->input());
    if (!source) {
        // What could not be read says so on its own card.
        bool isUnreadable = false;
        for (const auto& error : errorsOf(m_diagnosis.get()))
            if (!error.file.empty() && typed.contains(QFileInfo(toQString(error.file)).fileName())) {
                card->setStrong(true);
                card->addFact(tr("problem"), errorText(error), Role::divergence, false);
                isUnreadable = true;
            }
        if (isUnreadable)
            return;
        if (!training && place && place->kind == PlaceKind::input && toQString(place->name) == card->input())
            card->addFact(tr("problem"), calloutText(*m_diagnosis, m_diagnosis->findings.front()), Role::divergence,
                          false);
        return;
    }
    bool off = false, rangeOff = false;
    if (!training && m_diagnosis->model) {
        const auto& inputs = m_diagnosis->model->inputs;
        const auto at = static_cast<std::size_t>(position);
        off = at < inputs.size() &&
              (shapeIsOff(*source, inputs[at].shape) ||
               (isInteger(source->dtype) && isFloat(inputs[at].dtype) && other && isFloat(other->dtype)));
        rangeOff = other && outside(*source, *other);
    }
    if (source->kind == "law")
        card->addFact(tr("law"), shortName(withoutInput(toQString(source->source), source->input)), Role::text, true);
    else
        card->addFact(tr("shape"), shapeText(source->shape) + ' ' + dtypeText(source->dtype),
                      off ? Role::divergence : Role::text, true);
    if (!source->columns.empty()) {
        // As many names as stand in about two lines of the narrowest card.
        constexpr qsizetype room = 36;
        QStringList names;
        qsizetype length = 0;
        for (const auto& column : source->columns) {
            const auto name = isolated(toQString(column));
            length += name.size() + 2;
            if (!names.isEmpty() && length > room)
                break;
            names << (name.size() > room ? name.left(room - 1) + QStringLiteral("…") : name);
        }
        const auto all = static_cast<qsizetype>(source->columns.size());
        card->addFact(tr("columns"), names.join(", ") + (names.size() < all ? tr(", … %1 in all").arg(all) : QString()),
                      Role::text, false);
    }
    if (source->statistics.count > 0) {
        const auto nan = source->statistics.nan;
        const auto range = shortRange(source->statistics), nans = QStringLiteral("NaN %1").arg(nan);
        constexpr auto line = 20; // characters of the narrowest value column
        // A line has one colour: what is off stands alone.
        const bool isOneLine = range.size() + 3 + nans.size() <= line && nan == 0 && !rangeOff;
        constexpr auto shortest = 16; // characters that fit beside a scroll bar
        QString lines = isOneLine ? range + "   " + nans : range;
        if (!isOneLine && range.size() > shortest)
            lines.replace(QStringLiteral(" … "), QStringLiteral(" …\n"));
        card->addFact(tr("range"), lines, rangeOff ? Role::divergence : Role::text, true);
        if (training) // other places show a part of them
            card->addFact(tr("of"), trainingRowsText(*m_diagnosis, source->input, rowsBehind(*source)),
                          Role::secondaryText, false);
        if (!isOneLine)
            card->addFact(tr("NaN"), countTextQ(nan), nan > 0 ? Role::nan : Role::text, true);
        if (source->statistics.infinite() > 0)
            card->addFact(tr("infinite"), QString::number(source->statistics.infinite()), Role::divergence, true);
    }
    auto* thumbnails = new Thumbnails;
    card->m_layout->addWidget(thumbnails);
    m_thumbnailViews[{training, position}] = thumbnails;
    if (const auto at = m_thumbnails.find({training, position}); at != m_thumbnails.end())
        thumbnails->setImages(at->second);
    // Of many inputs those that are as they should be take little room.
    const bool isCompact = m_diagnosis->model && m_diagnosis->model->inputs.size() > mostInFull &&
                           !(place && place->kind == PlaceKind::input && toQString(place->name) == card->input()) &&
                           !off && !rangeOff && source->statistics.nan + source->statistics.infinite() == 0;
    if (!source->statistics.histogram.isEmpty() && !isCompact) {
        auto* histogram = new HistogramView;
        if (training)
            histogram->setStatistics(&source->statistics, nullptr, Role::training,
                                     trainingRowsText(*m_diagnosis, source->input, rowsBehind(*source)));
        else
            histogram->setStatistics(other ? &other->statistics : nullptr, &source->statistics, Role::training,
                                     other ? trainingRowsText(*m_diagnosis, other->input, rowsBehind(*other))
                                           : QString());
        card->m_layout->addWidget(histogram);
    }
}

void SourcesPanel::setSources(const QString& modelPath, const QStringList& training, const QStringList& prediction,
                              std::shared_ptr<const Diagnosis> diagnosis) {
    m_modelPath = modelPath;
    m_diagnosis = std::move(diagnosis);
    const auto key = modelPath + m_weights + training.join('|') + "//" + prediction.join('|');
    // While a run goes on, what it finds arrives bit by bit: cards that would tell the same stay, and with them the
    // focus, a button under the pointer and a file held over them.
    const auto tells = told(key, m_diagnosis.get());
    if (tells == m_told)
        return;
    m_told = tells;
    const auto focused = cardWithFocus();
    if (key != m_thumbnailSources) {
        m_thumbnails.clear();
        m_thumbnailSources = key;
    }
    m_thumbnailViews.clear();
    clearLayout(m_content);
    fillModel(addCard(SourceKind::model, {}));
    if (!modelPath.isEmpty()) {
        std::vector<std::string> inputs;
        if (m_diagnosis && m_diagnosis->model)
            for (const auto& input : m_diagnosis->model->inputs)
                inputs.push_back(input.name);
        if (inputs.empty())
            inputs.emplace_back();
        // "z=file" names its input; the others are taken in the model's order.
        const auto typedFor = [&](const QStringList& texts, std::size_t position) {
            qsizetype unnamed = 0;
            const auto lead = toQString(inputs[position]) + '=';
            for (const auto& text : texts)
                if (!lead.startsWith('=') && text.startsWith(lead))
                    return text.mid(lead.size());
            for (const auto& text : texts) {
                bool named = false;
                for (const auto& input : inputs)
                    named |= !input.empty() && text.startsWith(toQString(input) + '=');
                if (!named && unnamed++ == static_cast<qsizetype>(position))
                    return text;
            }
            return QString();
        };
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const auto* reference = m_diagnosis ? sourceFor(m_diagnosis->training, inputs[i], i) : nullptr;
            const auto* here = m_diagnosis ? sourceFor(m_diagnosis->prediction, inputs[i], i) : nullptr;
            const auto name = toQString(inputs[i]);
            fillSource(addCard(SourceKind::training, name), reference, nullptr, typedFor(training, i),
                       static_cast<int>(i));
            fillSource(addCard(SourceKind::prediction, name), here, reference, typedFor(prediction, i),
                       static_cast<int>(i));
        }
    }
    m_content->addStretch();
    if (focused)
        for (auto* card : cards())
            if (card->kind() == focused->first && card->input() == focused->second) {
                card->show(); // what does not show yet takes no focus
                card->setFocus(Qt::TabFocusReason);
            }
    m_reveals = true;
}

std::optional<std::pair<SourceKind, QString>> SourcesPanel::cardWithFocus() const {
    for (const auto* card : cards())
        if (const auto* focus = card->window()->focusWidget(); focus && (focus == card || card->isAncestorOf(focus)))
            return std::pair(card->kind(), card->input());
    return {};
}

void SourcesPanel::setThumbnails(bool training, int inputPosition, std::vector<QImage> images) {
    const std::pair key(training, inputPosition);
    if (const auto at = m_thumbnailViews.find(key); at != m_thumbnailViews.end())
        at->second->setImages(images);
    m_thumbnails[key] = std::move(images);
}

void SourcesPanel::keepThumbnails(const std::set<std::pair<bool, int>>& pictured) {
    for (const auto& [key, view] : m_thumbnailViews)
        if (!pictured.contains(key))
            view->setImages({});
    std::erase_if(m_thumbnails, [&](const auto& one) { return !pictured.contains(one.first); });
}

// A dialog that lists `choices`; `chosen` gets the position of the one taken.
void SourcesPanel::choose(const QString& title, const QString& question, const QStringList& choices, int first,
                          std::function<void(qsizetype)> chosen) {
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setLabelText(literalText(question));
    dialog->setComboBoxItems(choices);
    dialog->setOption(QInputDialog::UseListViewForComboBoxItems);
    dialog->setTextValue(choices.value(first));
    connect(dialog, &QInputDialog::textValueSelected, this, [choices, chosen = std::move(chosen)](const QString& text) {
        if (const auto at = choices.indexOf(text); at >= 0)
            chosen(at);
    });
    dialog->open();
}

void SourcesPanel::offerParts(SourceKind kind, const QString& input, const QString& path,
                              const std::vector<SourceEntry>& parts) {
    QStringList choices;
    for (const auto& part : parts)
        choices << QStringLiteral("%1   %2 %3")
                       .arg(isolated(oneLine(toQString(part.part))), shapeText(part.shape), dtypeText(part.dtype));
    choose(tr("Arrays of %1").arg(QFileInfo(path).fileName()), tr("The file holds several arrays. Which is it?"),
           choices, 0, [this, kind, input, path, parts](qsizetype at) {
               emit sourceGiven(kind, input, path + ':' + toQString(parts[static_cast<std::size_t>(at)].part));
           });
}

void SourcesPanel::offerInputs(SourceKind kind, const QString& path) {
    if (!m_diagnosis || !m_diagnosis->model)
        return;
    QStringList choices, names;
    const auto& given = kind == SourceKind::training ? m_diagnosis->training : m_diagnosis->prediction;
    int first = -1;
    for (const auto& input : m_diagnosis->model->inputs) {
        const bool isGiven =
            std::ranges::any_of(given, [&](const SourceSummary& source) { return source.input == input.name; });
        if (first < 0 && !isGiven)
            first = static_cast<int>(names.size());
        names << toQString(input.name);
        choices << QStringLiteral("%1   %2 %3")
                       .arg(isolated(oneLine(names.back())), dimsTextQ(input.shape), dtypeText(input.dtype));
    }
    choose(kind == SourceKind::training ? tr("Training reference") : tr("Prediction input"),
           tr("The model has several inputs. Which of them is %1 for?").arg(QFileInfo(path).fileName()), choices,
           std::max(0, first), [this, kind, path, names](qsizetype at) { emit sourceGiven(kind, names[at], path); });
}

} // namespace plumbline
