# How every target of the project is made: one function for a floor of the house, one for its tests.
# Sources are globbed so that a new layer, op, rule or test is one new file and no edit here.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # A precompiled header is only found in the cache with these two sloppinesses.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
        CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${CCACHE})
    add_compile_options(-fpch-preprocess)
endif()

add_library(plumbline_options INTERFACE)
target_compile_options(plumbline_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                                  -Woverloaded-virtual -Werror
                       -Wno-restrict) # GCC 12 warns of std::string's own insert (GCC bug 105329)
target_include_directories(plumbline_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(plumbline_options INTERFACE PLUMBLINE_VERSION="${PROJECT_VERSION}")
if(PLUMBLINE_SANITIZE)
    add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
    add_link_options(-fsanitize=address,undefined)
    # What the tests and the programs they start tell the sanitizers, so that these change nothing else: an allocation
    # beyond all memory returns null, and a signal kills. What they find ends a program with a status that is nobody
    # else's: their own, 1, means findings, or that a thread of the worker was refused its memory.
    set(suppressions ${CMAKE_SOURCE_DIR}/tests/support/sanitizers)
    set(signals handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0)
    set(test_environment
        ASAN_OPTIONS=exitcode=99:allocator_may_return_null=1:${signals}:suppressions=${suppressions}/errors.supp
        LSAN_OPTIONS=print_suppressions=0:suppressions=${suppressions}/leaks.supp
        UBSAN_OPTIONS=exitcode=99:print_stacktrace=1)
endif()

# plumbline_floor(NAME [dependency…]): the static library of all sources below the calling folder.
function(plumbline_floor NAME)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    if(NOT sources)
        add_library(${NAME} INTERFACE)
        target_link_libraries(${NAME} INTERFACE plumbline_options ${ARGN})
        return()
    endif()
    add_library(${NAME} STATIC ${sources})
    set_target_properties(${NAME} PROPERTIES LINKER_LANGUAGE CXX)
    target_link_libraries(${NAME} PUBLIC plumbline_options ${ARGN})
endfunction()

# plumbline_tests(NAME library…): one Qt Test program of every tst_*.cpp in the calling folder and the helpers
# beside them, one CTest entry a tst_*.cpp.
# Where Qt6::Widgets is among the libraries the program runs a QApplication, else a QCoreApplication.
function(plumbline_tests NAME)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tst_*.cpp)
    if(NOT sources)
        return()
    endif()
    set(main core)
    if("Qt6::Widgets" IN_LIST ARGN)
        set(main widgets)
    endif()
    file(GLOB helpers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    list(REMOVE_ITEM helpers ${sources})
    add_executable(${NAME} ${sources} ${helpers} ${CMAKE_SOURCE_DIR}/tests/support/main/${main}main.cpp)
    set_target_properties(${NAME} PROPERTIES AUTOMOC ON)
    target_link_libraries(${NAME} PRIVATE plumbline_testsupport ${ARGN})
    target_precompile_headers(${NAME} PRIVATE <QTest> <QString> <string> <vector>)
    foreach(source ${sources})
        get_filename_component(test ${source} NAME_WE)
        add_test(NAME ${NAME}.${test} COMMAND ${NAME} ${test})
        set_tests_properties(${NAME}.${test} PROPERTIES TIMEOUT 300
            ENVIRONMENT "QT_QPA_PLATFORM=offscreen;OMP_NUM_THREADS=2;PLUMBLINE_SOURCE_DIR=${CMAKE_SOURCE_DIR};PLUMBLINE_BINARY_DIR=${CMAKE_BINARY_DIR};${test_environment}")
    endforeach()
endfunction()
