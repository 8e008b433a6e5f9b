#include "tests/support/testmain.h"

#include <QCoreApplication>

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    return plumbline::test::runTests(argc, argv);
}
