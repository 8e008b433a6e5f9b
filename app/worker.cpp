#include "core/isolation/worker.h"

int main(int argc, char** argv) { return plumbline::runWorker(argc, argv); }
