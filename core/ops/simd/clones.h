#pragma once
// One source, three machines: a function so marked is compiled for AVX-512, AVX2 and plain x86-64, and the loader
// picks. What it calls must be inlined into it: mark that PLUMBLINE_INLINE.

#define PLUMBLINE_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define PLUMBLINE_INLINE [[gnu::always_inline]] inline
