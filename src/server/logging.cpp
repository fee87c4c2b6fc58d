#include "server/logging.hpp"

#include <memory>

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "base/time.hpp"
#include "codec/json_writer.hpp"

namespace weir {
namespace {

/// One JSON object a line.
class json_formatter : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto time = std::chrono::floor<std::chrono::microseconds>(message.time);
    const auto level = spdlog::level::to_string_view(message.level);
    std::string line = R"({"time":")" + to_rfc3339(time).value_or("") + R"(","level":")";
    line.append(level.data(), level.size());
    line += R"(","message":)";
    codec::append_json_string(line, {message.payload.data(), message.payload.size()});
    line += "}\n";
    out.append(line.data(), line.data() + line.size());
  }
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<json_formatter>(); }
};

}  // namespace

void set_up_logging(log_format format, const std::string& level) {
  const bool text = format == log_format::text || (format == log_format::automatic && isatty(STDERR_FILENO) == 1);
  std::shared_ptr<spdlog::logger> logger;
  if (text) {
    logger = std::make_shared<spdlog::logger>("weir", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  } else {
    logger = std::make_shared<spdlog::logger>("weir", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_formatter(std::make_unique<json_formatter>());
  }
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace weir
