#include "core/base/python.h"

#include "core/base/escape.h"

#include <algorithm>
#include <set>

namespace plumbline {

namespace {

/// What a variable may not be called: keywords (an error of syntax), and names whose meaning the code around it relies
/// on. Python 3.14's, in the order of std::less.
constexpr std::string_view reserved[] = {"ArithmeticError",
                                         "AssertionError",
                                         "AttributeError",
                                         "BaseException",
                                         "BaseExceptionGroup",
                                         "BlockingIOError",
                                         "BrokenPipeError",
                                         "BufferError",
                                         "BytesWarning",
                                         "ChildProcessError",
                                         "ConnectionAbortedError",
                                         "ConnectionError",
                                         "ConnectionRefusedError",
                                         "ConnectionResetError",
                                         "DeprecationWarning",
                                         "EOFError",
                                         "Ellipsis",
                                         "EncodingWarning",
                                         "EnvironmentError",
                                         "Exception",
                                         "ExceptionGroup",
                                         "False",
                                         "FileExistsError",
                                         "FileNotFoundError",
                                         "FloatingPointError",
                                         "FutureWarning",
                                         "GeneratorExit",
                                         "IOError",
                                         "ImportError",
                                         "ImportWarning",
                                         "IndentationError",
                                         "IndexError",
                                         "InterruptedError",
                                         "IsADirectoryError",
                                         "KeyError",
                                         "KeyboardInterrupt",
                                         "LookupError",
                                         "MemoryError",
                                         "ModuleNotFoundError",
                                         "NameError",
                                         "None",
                                         "NotADirectoryError",
                                         "NotImplemented",
                                         "NotImplementedError",
                                         "OSError",
                                         "OverflowError",
                                         "PendingDeprecationWarning",
                                         "PermissionError",
                                         "ProcessLookupError",
                                         "PythonFinalizationError",
                                         "RecursionError",
                                         "ReferenceError",
                                         "ResourceWarning",
                                         "RuntimeError",
                                         "RuntimeWarning",
                                         "StopAsyncIteration",
                                         "StopIteration",
                                         "SyntaxError",
                                         "SyntaxWarning",
                                         "SystemError",
                                         "SystemExit",
                                         "TabError",
                                         "TimeoutError",
                                         "True",
                                         "TypeError",
                                         "UnboundLocalError",
                                         "UnicodeDecodeError",
                                         "UnicodeEncodeError",
                                         "UnicodeError",
                                         "UnicodeTranslateError",
                                         "UnicodeWarning",
                                         "UserWarning",
                                         "ValueError",
                                         "Warning",
                                         "WindowsError",
                                         "ZeroDivisionError",
                                         "abs",
                                         "aiter",
                                         "all",
                                         "and",
                                         "anext",
                                         "any",
                                         "as",
                                         "ascii",
                                         "assert",
                                         "async",
                                         "await",
                                         "bin",
                                         "bool",
                                         "break",
                                         "breakpoint",
                                         "bytearray",
                                         "bytes",
                                         "callable",
                                         "chr",
                                         "class",
                                         "classmethod",
                                         "compile",
                                         "complex",
                                         "continue",
                                         "copyright",
                                         "credits",
                                         "def",
                                         "del",
                                         "delattr",
                                         "dict",
                                         "dir",
                                         "divmod",
                                         "elif",
                                         "else",
                                         "enumerate",
                                         "eval",
                                         "except",
                                         "exec",
                                         "exit",
                                         "filter",
                                         "finally",
                                         "float",
                                         "for",
                                         "format",
                                         "from",
                                         "frozenset",
                                         "getattr",
                                         "global",
                                         "globals",
                                         "hasattr",
                                         "hash",
                                         "help",
                                         "hex",
                                         "id",
                                         "if",
                                         "import",
                                         "in",
                                         "input",
                                         "int",
                                         "is",
                                         "isinstance",
                                         "issubclass",
                                         "iter",
                                         "lambda",
                                         "len",
                                         "license",
                                         "list",
                                         "locals",
                                         "map",
                                         "max",
                                         "memoryview",
                                         "min",
                                         "next",
                                         "nonlocal",
                                         "not",
                                         "np",
                                         "object",
                                         "oct",
                                         "open",
                                         "or",
                                         "ord",
                                         "pass",
                                         "pow",
                                         "print",
                                         "property",
                                         "quit",
                                         "raise",
                                         "range",
                                         "repr",
                                         "return",
                                         "reversed",
                                         "round",
                                         "set",
                                         "setattr",
                                         "slice",
                                         "sorted",
                                         "staticmethod",
                                         "str",
                                         "sum",
                                         "super",
                                         "try",
                                         "tuple",
                                         "type",
                                         "vars",
                                         "while",
                                         "with",
                                         "yield",
                                         "zip"};
static_assert(std::ranges::is_sorted(reserved));

/// Names of layers may be megabytes; a line of code has to be read.
constexpr std::size_t longest = 64;

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// ASCII alone: Python reads many other letters as one and the same (NFKC).
std::string identifierOf(std::string_view name) {
    std::string out;
    for (const char c : name.substr(0, longest))
        out += isLetter(c) || isDigit(c) ? c : '_';
    if (out.empty() || isDigit(out.front()))
        out = "x_" + out;
    else if (out.starts_with("__")) // __builtins__, __debug__
        out = "x" + out;
    return std::ranges::binary_search(reserved, out) ? out + "_" : out;
}

} // namespace

std::string pythonComment(std::string_view text) { return "# " + visibleText(text); }

std::vector<std::string> pythonNames(const std::vector<std::string>& names) {
    std::vector<std::string> out(names.size());
    std::set<std::string> taken;
    // Who can keep his name does, whoever else would have got it.
    for (std::size_t i = 0; i < names.size(); ++i)
        if (identifierOf(names[i]) == names[i] && taken.insert(names[i]).second)
            out[i] = names[i];
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!out[i].empty())
            continue;
        const auto stem = identifierOf(names[i]);
        out[i] = stem;
        for (int number = 2; !taken.insert(out[i]).second; ++number)
            out[i] = stem + "_" + std::to_string(number);
    }
    return out;
}

} // namespace plumbline
