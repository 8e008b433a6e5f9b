#include "tests/support/testcase.h"

#include "core/engine/memoryplan.h"

#include <random>

using namespace plumbline;

class tst_memoryplan : public QObject {
    Q_OBJECT
private slots:
    void aChainNeedsTwoBuffersOnly() {
        std::vector<BufferLife> chain;
        for (std::size_t i = 0; i < 10; ++i)
            chain.push_back({1024, i, i + 1, 0});
        const auto total = placeBuffers(chain);
        VERIFY_RESULT(total);
        QCOMPARE(*total, std::uint64_t{2048});
    }

    void buffersAliveTogetherNeverOverlap() {
        std::mt19937 random(1);
        for (int round = 0; round < 50; ++round) {
            std::vector<BufferLife> buffers(60);
            for (auto& b : buffers) {
                b.bytes = random() % 5000;
                b.first = random() % 40;
                b.last = b.first + random() % 8;
            }
            const auto total = placeBuffers(buffers);
            VERIFY_RESULT(total);
            for (std::size_t i = 0; i < buffers.size(); ++i) {
                const auto& a = buffers[i];
                QCOMPARE(a.offset % 64, std::uint64_t{0});
                QVERIFY(a.offset + a.bytes <= *total || a.bytes == 0);
                for (std::size_t j = 0; j < i; ++j) {
                    const auto& b = buffers[j];
                    const bool together = a.first <= b.last && b.first <= a.last;
                    const bool apart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
                    QVERIFY(!together || apart || a.bytes == 0 || b.bytes == 0);
                }
            }
        }
    }

    void aSizeThatCannotBeCountedIsAnError() {
        std::vector<BufferLife> huge{{1ull << 62, 0, 2, 0}, {1ull << 62, 0, 2, 0}, {1ull << 62, 1, 2, 0}};
        const auto total = placeBuffers(huge);
        QVERIFY(!total);
        QCOMPARE(total.error().message.id(), std::string("element-overflow"));
    }
};

PLUMBLINE_TEST(tst_memoryplan)
#include "tst_memoryplan.moc"
