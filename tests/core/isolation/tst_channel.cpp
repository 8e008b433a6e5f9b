#include "tests/support/testcase.h"

#include "core/isolation/channel.h"
#include "core/isolation/sharedtensor.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <thread>

using namespace plumbline;
using nlohmann::json;

class tst_channel : public QObject {
    Q_OBJECT

    struct Pair {
        Pair() {
            int ends[2];
            if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
                qFatal("no socket pair");
            raw = ends[0];
            left = std::make_unique<Channel>(FileDescriptor(ends[0]));
            right = std::make_unique<Channel>(FileDescriptor(ends[1]));
        }
        int raw = -1; ///< left's socket, for bytes that no Channel writes
        std::unique_ptr<Channel> left, right;
    };

private slots:
    void messagesArriveWholeAndInOrder() {
        Pair pair;
        const std::string long_(3u << 20, 'x'); // longer than a socket's buffer
        std::jthread writer([&] {
            for (int i = 0; i < 3; ++i)
                (void)pair.left->send({{"i", i}, {"text", long_}});
            pair.left->shutdown();
        });
        for (int i = 0; i < 3; ++i) {
            const auto received = pair.right->receive();
            VERIFY_RESULT(received);
            QVERIFY(received->has_value());
            QCOMPARE((*received)->message["i"].get<int>(), i);
            QCOMPARE((*received)->message["text"].get<std::string>().size(), long_.size());
        }
        const auto end = pair.right->receive();
        VERIFY_RESULT(end);
        QVERIFY(!end->has_value());
    }

    void aTensorArrivesInSealedMemory() {
        Pair pair;
        const auto tensor = Tensor::of<float>({2, 3}, {1, 2, 3, 4, 5, 6});
        const std::size_t swap[] = {1, 0};
        const auto shared = shareTensor(tensor.transposed(swap));
        VERIFY_RESULT(shared);
        QVERIFY(pair.left->send({{"a", 1}}, shared->get()).has_value());
        QVERIFY(pair.left->send({{"b", 1}}).has_value());
        auto received = pair.right->receive();
        VERIFY_RESULT(received);
        QVERIFY((*received)->descriptor.isOpen());
        QVERIFY2(::write((*received)->descriptor.get(), "x", 1) < 0, "sealed memory must not be writable");
        const auto mapped = mapSharedTensor(std::move((*received)->descriptor), DType::float32, {3, 2});
        VERIFY_RESULT(mapped);
        QCOMPARE(mapped->flat(1), 4.0);
        received = pair.right->receive();
        VERIFY_RESULT(received);
        QVERIFY(!(*received)->descriptor.isOpen());
    }

    void memoryThatIsNotSealedOrTooSmallIsRefused() {
        FileDescriptor open(::memfd_create("t", MFD_ALLOW_SEALING));
        QCOMPARE(::ftruncate(open.get(), 64), 0);
        const auto unsealed = mapSharedTensor(std::move(open), DType::float32, {4});
        QVERIFY(!unsealed);
        auto shared = shareTensor(Tensor::of<float>({4}, {1, 2, 3, 4}));
        VERIFY_RESULT(shared);
        const auto small = mapSharedTensor(std::move(*shared), DType::float32, {5});
        QVERIFY(!small);
        QVERIFY2(small.error().text().find("(5,) float32") != std::string::npos, small.error().text().c_str());
    }

    void hostileFramesAreRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        const auto frame = [](quint32 length, quint32 descriptors, const QByteArray& body) {
            QByteArray out(8, 0);
            memcpy(out.data(), &length, 4);
            memcpy(out.data() + 4, &descriptors, 4);
            return out + body;
        };
        QTest::newRow("length above the limit") << frame(0xFFFFFFFF, 0, "");
        QTest::newRow("ends within a message") << frame(100, 0, "abc");
        QTest::newRow("ends within the header") << QByteArray("\1\0\0", 3);
        QTest::newRow("not CBOR") << frame(3, 0, "\xff\xff\xff");
        QTest::newRow("nests a million deep") << frame(1000000, 0, QByteArray(1000000, '\x81'));
        QTest::newRow("names memory that does not come") << frame(1, 1, "\xa0");
    }
    void hostileFramesAreRefused() {
        QFETCH(QByteArray, bytes);
        Pair pair;
        std::jthread writer([&] {
            qsizetype sent = 0;
            while (sent < bytes.size()) {
                const auto n =
                    ::send(pair.raw, bytes.constData() + sent, static_cast<size_t>(bytes.size() - sent), MSG_NOSIGNAL);
                if (n <= 0)
                    return;
                sent += n;
            }
            ::shutdown(pair.raw, SHUT_WR);
        });
        const auto received = pair.right->receive();
        pair.right->shutdown(); // what was not read must not keep the writer
        QVERIFY(!received);
        QVERIFY2(received.error().text().find("The connection to the worker process broke") == 0,
                 received.error().text().c_str());
    }

    void sendingToAnOwnerThatIsGoneIsAnErrorNotASignal() {
        Pair pair;
        pair.right.reset();
        QVERIFY(!pair.left->send({{"a", 1}}));
    }
};

PLUMBLINE_TEST(tst_channel)
#include "tst_channel.moc"
