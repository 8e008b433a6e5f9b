#include "app/commandline/output.h"

#include "core/base/escape.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace plumbline {

namespace {

std::unexpected<Error> cannotWrite(const std::string& path, int reason) {
    return failure(ErrorCode::wrongCall, "output.write", "{path} cannot be written: {reason}.",
                   {{"path", path}, {"reason", std::string(std::strerror(reason))}});
}

bool writeAll(std::FILE* file, const std::string& text) {
    return std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
}

} // namespace

Result<void> writeText(const std::string& path, const std::string& text) {
    if (path == "-")
        return writeAll(stdout, text) ? Result<void>() : cannotWrite("Standard output", errno);
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    const bool special = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
    const auto target = special ? path : fmt::format("{}.{}.tmp", path, ::getpid());
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(target.c_str(), "wb"), std::fclose);
    if (!file)
        return cannotWrite(path, errno);
    const bool written = writeAll(file.get(), text);
    int reason = errno;
    const bool closed = std::fclose(file.release()) == 0;
    if (special)
        return written && closed ? Result<void>() : cannotWrite(path, reason);
    if (written && closed && std::rename(target.c_str(), path.c_str()) == 0)
        return {};
    if (written)
        reason = errno;
    std::remove(target.c_str());
    return cannotWrite(path, reason);
}

void printError(const std::string& text) { std::fputs(("plumbline: " + visibleText(text) + "\n").c_str(), stderr); }

bool isTerminal(int descriptor) { return ::isatty(descriptor) == 1; }

ProgressBar::ProgressBar() : m_isTerminal(isTerminal(STDERR_FILENO)) {}
ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::show(const ProgressReport& report) {
    if (!m_isTerminal)
        return;
    constexpr int cells = 24;
    std::string bar;
    if (report.fraction >= 0) {
        const int full = static_cast<int>(report.fraction * cells + 0.5);
        for (int i = 0; i < cells; ++i)
            bar += i < full ? "█" : "░";
        bar += fmt::format(" {:3.0f} %  ", report.fraction * 100);
    }
    std::fputs(("\r\033[K" + bar + visibleText(report.activity)).c_str(), stderr);
    m_isShown = true;
}

void ProgressBar::clear() {
    if (m_isShown)
        std::fputs("\r\033[K", stderr);
    m_isShown = false;
}

} // namespace plumbline
