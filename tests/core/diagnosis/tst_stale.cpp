#include "tests/support/testcase.h"

#include "core/diagnosis/fixes.h"
#include "core/diagnosis/stamp.h"
#include "tests/core/diagnosis/casebuilder.h"

#include <QDir>
#include <QFile>

#include <filesystem>
#include <fstream>

using namespace plumbline;
using namespace plumbline::test;

/// What a check borrows from the one before it is still what a fresh one would read.
class tst_stale : public QObject {
    Q_OBJECT

    /// A check of a model in memory after another one.
    static Result<CheckSession> checkAfter(const std::shared_ptr<const Model>& model, const CheckRequest& request,
                                           const CheckSession* previous, const CheckEvents& events = {}) {
        CheckSession session;
        session.model = model;
        session.modelKey = "the same model";
        return checkModel(std::move(session), request, events, {}, previous);
    }

    static void write(const QString& path, const QByteArray& bytes) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

    /// Other bytes in the same file, of the same size, and the old time of writing put back.
    static void changeInPlace(const QString& path, const QByteArray& bytes) {
        const auto time = std::filesystem::last_write_time(path.toStdString());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QCOMPARE(file.size(), bytes.size());
        file.write(bytes);
        file.close();
        QTest::qWait(20); // the clock of a file system goes by ticks
        std::filesystem::last_write_time(path.toStdString(), time);
    }

    static CheckRequest demoCheck() {
        CheckRequest request;
        request.model.path = testFile("../resources/demo/first/generator.keras").toStdString();
        for (const char* file : {"train.npy", "good.npy"}) {
            SourceSpec spec;
            spec.text = spec.path = testFile(QString("../resources/demo/first/%1").arg(file)).toStdString();
            (request.training.empty() ? request.training : request.prediction).push_back(spec);
        }
        return request;
    }

    static QStringList phasesOf(const CheckRequest& request, const CheckSession& previous) {
        QStringList phases;
        CheckEvents events;
        events.onPhase = [&](std::string_view phase) { phases << QString::fromUtf8(phase.data(), phase.size()); };
        return check(request, events, {}, &previous) ? phases : QStringList{"failed"};
    }

private slots:
    void aLawFollowsThePredictionsOpenExtents() {
        const auto model = smallUNet();
        Numbers numbers(3);
        Case small(model), large(model);
        small.trainLaw("uniform(0,1)").predict(numbers.uniform({2, 8, 8, 1}));
        large.trainLaw("uniform(0,1)").predict(numbers.uniform({2, 16, 12, 1}));
        const auto first = checkAfter(model, small.request, nullptr);
        VERIFY_RESULT(first);
        const auto second = checkAfter(model, large.request, &*first);
        VERIFY_RESULT(second);
        const auto& shape = second->diagnosis.training.front().shape;
        QVERIFY2(shape[1] == 16 && shape[2] == 12, shape.text().c_str());
        QVERIFY(second->trainingTrace && !second->trainingTrace->failure);
    }

    void aLawIsDrawnInTheShapesThatAFixLeaves() {
        const auto model = smallUNet();
        Case picture(model);
        picture.trainLaw("uniform(0,1)").predict(Numbers(3).uniform({10, 12, 1})); // without its batch axis
        picture.request.fixes = {fixes::insertAxis({"image"}, 0)};
        const auto session = checkAfter(model, picture.request, nullptr);
        VERIFY_RESULT(session);
        const auto& shape = session->diagnosis.training.front().shape;
        QVERIFY2(shape[1] == 10 && shape[2] == 12, shape.text().c_str());
        QVERIFY2(session->diagnosis.verdict != Verdict::cannotRun, codesOf(session->diagnosis).c_str());
    }

    void aReferenceThatIsChangedAtOnceIsReadAgain() {
        const auto model = twoDense();
        Numbers numbers(5);
        Case one(model);
        one.train(numbers.normal({60, 10})).predict(numbers.normal({4, 10}));
        const auto first = checkAfter(model, one.request, nullptr);
        VERIFY_RESULT(first);
        // Of the same size, and most likely within the same tick of the file system's clock.
        VERIFY_RESULT(writeNpy(one.request.training.front().path, numbers.normal({60, 10}, 50)));
        const auto second = checkAfter(model, one.request, &*first);
        VERIFY_RESULT(second);
        QVERIFY(second->diagnosis.training.front().statistics.mean > 40);
        QCOMPARE(second->diagnosis.verdict, Verdict::diverges);
    }

    void aFileChangedWithinAFolderIsSeen() {
        QTemporaryDir folder;
        QDir(folder.path()).mkdir("inner");
        const auto path = folder.filePath("inner/a.png");
        write(path, "first picture");
        write(folder.filePath("b.png"), "another");
        const auto before = stampOf(folder.path().toStdString());
        QCOMPARE(stampOf(folder.path().toStdString()), before);
        changeInPlace(path, "other picture");
        QVERIFY(stampOf(folder.path().toStdString()) != before);
    }

    void aFileOfTheSameSizeAndTimeIsSeen() {
        QTemporaryDir folder;
        const auto path = folder.filePath("x.npy");
        write(path, "0123456789");
        const auto before = stampOf(path.toStdString());
        changeInPlace(path, "9876543210");
        QVERIFY(stampOf(path.toStdString()) != before);
        const auto changed = stampOf(path.toStdString());
        write(folder.filePath("y.npy"), "9876543210"); // put in its place by a rename, as careful programs write
        std::filesystem::rename(folder.filePath("y.npy").toStdString(), path.toStdString());
        QVERIFY(stampOf(path.toStdString()) != changed);
    }

    void foldersThatHoldThemselvesComeToAnEnd() {
        QTemporaryDir folder;
        write(folder.filePath("a.png"), "a");
        QVERIFY(QFile::link(folder.path(), folder.filePath("round")));
        QVERIFY(!stampOf(folder.path().toStdString()).empty());
    }

    void whatDidNotChangeIsBorrowed() {
        const auto request = demoCheck();
        const auto first = check(request);
        VERIFY_RESULT(first);
        QVERIFY(!phasesOf(request, *first).contains("profiling"));
        auto other = request;
        other.training.front().map = AffineMap{2, 0, "2*x"};
        QVERIFY(phasesOf(other, *first).contains("profiling"));
    }

    void aReferenceThatCannotBeReadIsRefusedEachTime() {
        auto request = demoCheck();
        request.training.front().text = request.training.front().path = testFile("../LICENSE").toStdString();
        const auto first = check(request);
        VERIFY_RESULT(first);
        QVERIFY(first->diagnosis.error);
        const auto second = check(request, {}, {}, &*first);
        VERIFY_RESULT(second);
        QVERIFY(second->diagnosis.error);
        QCOMPARE(second->diagnosis.error->text(), first->diagnosis.error->text());
    }

    void aLawBesideFewRowsHasATrainingRun() {
        const auto model = conditional();
        Numbers numbers(8);
        Case both(model);
        both.trainLaw("normal(0,1)", "z").train(numbers.integers({5, 1}, 0, 10, DType::int32), "label");
        both.predict(numbers.normal({12, 8}), "z").predict(numbers.integers({12, 1}, 0, 10, DType::int32), "label");
        const auto session = checkAfter(model, both.request, nullptr);
        VERIFY_RESULT(session);
        QVERIFY(session->trainingTrace);
        QVERIFY2(!session->trainingTrace->failure,
                 session->trainingTrace->failure ? session->trainingTrace->failure->error.text().c_str() : "");
        for (std::size_t i = 0; i < model->graph.layers().size(); ++i) {
            const auto* record = session->trainingTrace->output(*model, LayerId(i));
            QVERIFY2(record && record->shape[0] == 5, model->graph.layers()[i].name.c_str());
        }
    }

    void fewRowsFillABatchThatTheModelFixes() {
        ModelBuilder b;
        const auto x = b.input("x", {4, 3});
        const auto kept = b.layer("kept", "Add", "Add", {x}, {{"offset", Numbers(1).normal({4, 3})}});
        const auto model = b.finish({b.dense("dense", kept, 3, 2)});
        Profile profile;
        InputProfile input;
        input.input = "x";
        input.sample = Numbers(2).normal({3, 3});
        input.sampleRows = {0, 1, 2};
        profile.inputs.push_back(input);
        const auto batch = sampledBatch(profile, *model, 9);
        VERIFY_RESULT(batch);
        QCOMPARE(batch->front().shape(), Shape({4, 3}));
        for (std::int64_t i = 0; i < 3; ++i)
            QCOMPARE(batch->front().flat(9 + i), input.sample.flat(i)); // the fourth row is the first again
    }
};

PLUMBLINE_TEST(tst_stale)
#include "tst_stale.moc"
