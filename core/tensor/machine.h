#pragma once
// Which forms of a kernel this machine can run. A kernel is written once in plain C++ and, where that is worth it, for
// the wider vectors of x86; elsewhere those forms are null.

#include <vector>

namespace plumbline::detail {

bool hasAvx2();   ///< with FMA
bool hasAvx512(); ///< F, BW, DQ and VL

/// Those that can run here, the fastest first.
template<class Kernel> std::vector<Kernel> runnable(Kernel avx512, Kernel avx2, Kernel plain) {
    std::vector<Kernel> out;
    if (avx512 && hasAvx512())
        out.push_back(avx512);
    if (avx2 && hasAvx2())
        out.push_back(avx2);
    out.push_back(plain);
    return out;
}

} // namespace plumbline::detail
