#include "tests/support/testcase.h"

#include "core/ops/op.h"
#include "tests/core/engine/graphs.h"

#include <atomic>
#include <cstdlib>
#include <new>

using namespace plumbline;
using namespace plumbline::test;

namespace {
std::atomic<long> allocations = 0;

void* counted(std::size_t bytes) {
    ++allocations;
    return std::malloc(bytes ? bytes : 1);
}
void* countedOrThrown(std::size_t bytes) {
    if (void* memory = counted(bytes))
        return memory;
    throw std::bad_alloc();
}
} // namespace

void* operator new(std::size_t bytes) { return countedOrThrown(bytes); }
void* operator new[](std::size_t bytes) { return countedOrThrown(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return counted(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return counted(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

class tst_allocations : public QObject {
    Q_OBJECT

    /// Allocations of the third call of a chain of this many layers that have fast kernels.
    static long ofChain(int length) {
        Builder b;
        auto x = b.input("x", dims({256}));
        for (int i = 0; i < length; ++i)
            x = b.op(i % 2 ? "Tanh" : "Relu", {x});
        const auto model = b.finish({b.op("Flatten", {x})});
        Executor executor(model);
        const auto input = normal({8, 256}, 1);
        for (int call = 0; call < 2; ++call)
            if (const auto result = executor.run(std::span(&input, 1)); !result || result->failure)
                return -1;
        const long before = allocations;
        const auto result = executor.run(std::span(&input, 1));
        return result && !result->failure ? allocations - before : -1;
    }

private slots:
    void aCallWithKnownShapesAllocatesOnlyItsOutputs() {
        if (!findOpFast("Relu") || !findOpFast("Tanh"))
            QSKIP("Relu and Tanh have no fast kernels in this build");
        const long few = ofChain(2);
        QVERIFY(few >= 0);
        QVERIFY2(few <= 12, std::to_string(few).c_str());
        QCOMPARE(ofChain(60), few);
    }

private:
    static bool findOpFast(std::string_view name) {
        const auto* op = findOp(name);
        return op && op->fast;
    }
};

PLUMBLINE_TEST(tst_allocations)
#include "tst_allocations.moc"
