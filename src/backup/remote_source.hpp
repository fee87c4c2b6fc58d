#pragma once

#include "backup/server_client.hpp"
#include "backup/source.hpp"

namespace weir::backup {

/// A copy that a server has made, read over HTTP. Files go on where they were broken off.
class remote_source : public source {
 public:
  /// Asks for a copy. While the server takes another backup, asks again until `patience` is over. Errors: those of
  /// server_client; errc::corrupt if the answer is none.
  static result<std::unique_ptr<remote_source>> open(const server_settings& settings, std::chrono::seconds patience,
                                                     const std::function<void(const std::string&)>& waiting,
                                                     const std::atomic<bool>* stop);
  /// Tells the server that the copy is not needed any more.
  ~remote_source() override;

  [[nodiscard]] const description& what() const override { return what_; }
  [[nodiscard]] result<std::string> digest_of(const copied_file& file) override;
  [[nodiscard]] result<> read(const copied_file& file, const std::function<result<>(std::string_view)>& take) override;
  /// The backup is complete: the server says so in its metrics.
  void complete() { is_complete_ = true; }

 private:
  remote_source(const server_settings& settings, const std::atomic<bool>* stop)
      : settings_(settings), server_(settings, stop), stop_(stop) {}
  [[nodiscard]] std::string path() const { return "/admin/backup/copies/" + what_.id; }

  const server_settings settings_;
  server_client server_;
  const std::atomic<bool>* const stop_;
  description what_;
  bool is_complete_ = false;
};

}  // namespace weir::backup
