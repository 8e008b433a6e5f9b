#pragma once
// One test program a floor holds many test classes. A class names itself with PLUMBLINE_TEST(tst_shape) at the end
// of its file; `core.tensor tst_shape [function…]` runs one class, without arguments all of them run.

#include <QObject>
#include <QTest>

#include <memory>
#include <string>

namespace plumbline::test {

using Factory = std::unique_ptr<QObject> (*)();
bool registerTest(const char* name, Factory factory);

/// Whether an address sanitizer watches the programs: its shadow counts as private memory (RLIMIT_DATA), in terabytes,
/// and what is freed stays in its hands for a while. A test that measures or limits memory can say nothing then.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

/// A path below tests/ in the source tree, such as "fixtures/dense.keras".
QString testFile(const QString& relative);
/// The build's own folder, where programs of the build stand.
QString binaryFile(const QString& relative);

} // namespace plumbline::test

#define PLUMBLINE_TEST(Class)                                                                                          \
    static const bool registered_##Class =                                                                             \
        plumbline::test::registerTest(#Class, []() -> std::unique_ptr<QObject> { return std::make_unique<Class>(); });

/// Fails the test with the error's own sentence where a Result holds none.
#define VERIFY_RESULT(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().text().c_str())
