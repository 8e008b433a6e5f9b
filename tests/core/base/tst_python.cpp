#include "tests/support/testcase.h"

#include "core/base/python.h"

#include <algorithm>
#include <set>

using namespace plumbline;
using Names = std::vector<std::string>;

/// Python that we write with the words of files in it: it is run.
class tst_python : public QObject {
    Q_OBJECT

    static bool isIdentifier(const std::string& name) {
        const auto isFirst = [](unsigned char c) { return std::isalpha(c) || c == '_'; };
        return !name.empty() && name.size() <= 80 && isFirst(static_cast<unsigned char>(name.front())) &&
               std::ranges::all_of(name, [&](unsigned char c) { return isFirst(c) || std::isdigit(c); });
    }

private slots:
    void nothingEndsAComment() {
        QCOMPARE(pythonComment("Input a\n__import__('os').system('x')#"),
                 std::string(R"(# Input a\n__import__('os').system('x')#)"));
        for (const auto* end : {"\n", "\r", "\r\n", "\f", "\v", "\u0085", "\u2028", "\u2029"}) {
            const auto comment = pythonComment(std::string("a") + end + "b");
            QCOMPARE(comment.find_first_of("\n\r\f\v"), std::string::npos);
            QVERIFY(comment.find("\u2028") == std::string::npos && comment.find("\u0085") == std::string::npos);
        }
        QCOMPARE(pythonComment("\xff"), std::string(R"(# \xff)")); // no UTF-8 is an error of syntax
    }

    void aNameThatIsOneStays() {
        const Names names{"image", "input_2", "_", "Größe_2", "image_2"};
        const auto out = pythonNames(names);
        QCOMPARE(out[0], names[0]);
        QCOMPARE(out[1], names[1]);
        QCOMPARE(out[2], names[2]);
        QCOMPARE(out[4], names[4]);
    }

    void namesThatBecomeTheSameDiffer() {
        QCOMPARE(pythonNames({"a b", "a-b", "a_b"}), (Names{"a_b_2", "a_b_3", "a_b"}));
        QCOMPARE(pythonNames({"a b", "a_b", "a_b_2"}), (Names{"a_b_3", "a_b", "a_b_2"}));
    }

    void everyNameIsAnIdentifierOfItsOwn() {
        const Names names{"np",
                          "np_",
                          "class",
                          "lambda",
                          "input",
                          "int",
                          "",
                          "1st",
                          "__builtins__",
                          "__debug__",
                          "__import__",
                          "match",
                          "ä",
                          "ö",
                          "a\nimport os",
                          "x = 1; y",
                          "None",
                          "print",
                          "0x",
                          "x_1st",
                          std::string(5000, 'a'),
                          std::string(5000, 'a') + "b",
                          "\u202e",
                          "{input}"};
        const auto out = pythonNames(names);
        QCOMPARE(std::set(out.begin(), out.end()).size(), names.size());
        for (const auto& name : out)
            QVERIFY2(isIdentifier(name), name.c_str());
        for (const auto* taken :
             {"np", "class", "lambda", "input", "int", "None", "print", "__builtins__", "__debug__"})
            QVERIFY2(std::ranges::find(out, taken) == out.end(), taken);
    }
};

PLUMBLINE_TEST(tst_python)
#include "tst_python.moc"
