#pragma once
// The main function of a test program: core's needs QCoreApplication, the widgets' own main QApplication.

namespace plumbline::test {
int runTests(int argc, char** argv);
}
