#include "tests/support/testcase.h"

#include <QByteArray>

#include <vector>

namespace plumbline::test {

namespace {

struct Entry {
    std::string name;
    Factory factory;
};

std::vector<Entry>& entries() {
    static std::vector<Entry> all;
    return all;
}

} // namespace

bool registerTest(const char* name, Factory factory) {
    entries().push_back({name, factory});
    return true;
}

QString testFile(const QString& relative) {
    return qEnvironmentVariable("PLUMBLINE_SOURCE_DIR", PLUMBLINE_SOURCE_DIR) + "/tests/" + relative;
}

QString binaryFile(const QString& relative) {
    return qEnvironmentVariable("PLUMBLINE_BINARY_DIR", PLUMBLINE_BINARY_DIR) + "/" + relative;
}

int runTests(int argc, char** argv) {
    int failures = 0;
    bool found = false;
    const std::string wanted = argc > 1 && argv[1][0] != '-' ? argv[1] : "";
    std::vector<char*> arguments(argv, argv + argc);
    if (!wanted.empty())
        arguments.erase(arguments.begin() + 1);
    for (const auto& entry : entries()) {
        if (!wanted.empty() && entry.name != wanted)
            continue;
        found = true;
        failures += QTest::qExec(entry.factory().get(), static_cast<int>(arguments.size()), arguments.data());
    }
    if (!found) {
        qCritical("No test class is named %s.", wanted.c_str());
        return 2;
    }
    return failures;
}

} // namespace plumbline::test
