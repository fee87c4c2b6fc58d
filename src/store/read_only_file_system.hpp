#pragma once

#include <rocksdb/file_system.h>

namespace weir {

/// A file system that changes nothing: whatever would, fails. So a database that is opened to be read stays as it is,
/// whatever RocksDB thinks it should tidy up.
class read_only_file_system : public rocksdb::FileSystemWrapper {
 public:
  explicit read_only_file_system(const std::shared_ptr<rocksdb::FileSystem>& target) : FileSystemWrapper(target) {}
  [[nodiscard]] const char* Name() const override { return "weir::read_only_file_system"; }

  using options = rocksdb::FileOptions;
  using io_options = rocksdb::IOOptions;
  using context = rocksdb::IODebugContext;
  using status = rocksdb::IOStatus;
  template <class Type>
  using made = std::unique_ptr<Type>*;

  status NewWritableFile(const std::string& name, const options&, made<rocksdb::FSWritableFile>, context*) override {
    return refused(name);
  }
  status ReopenWritableFile(const std::string& name, const options&, made<rocksdb::FSWritableFile>, context*) override {
    return refused(name);
  }
  status ReuseWritableFile(const std::string& name, const std::string&, const options&, made<rocksdb::FSWritableFile>,
                           context*) override {
    return refused(name);
  }
  status NewRandomRWFile(const std::string& name, const options&, made<rocksdb::FSRandomRWFile>, context*) override {
    return refused(name);
  }
  status NewMemoryMappedFileBuffer(const std::string& name, made<rocksdb::MemoryMappedFileBuffer>) override {
    return refused(name);
  }
  status NewLogger(const std::string& name, const io_options&, std::shared_ptr<rocksdb::Logger>*, context*) override {
    return refused(name);
  }
  status DeleteFile(const std::string& name, const io_options&, context*) override { return refused(name); }
  status Truncate(const std::string& name, std::size_t, const io_options&, context*) override { return refused(name); }
  status CreateDir(const std::string& name, const io_options&, context*) override { return refused(name); }
  status CreateDirIfMissing(const std::string& name, const io_options&, context*) override { return refused(name); }
  status DeleteDir(const std::string& name, const io_options&, context*) override { return refused(name); }
  status RenameFile(const std::string& name, const std::string&, const io_options&, context*) override {
    return refused(name);
  }
  status LinkFile(const std::string& name, const std::string&, const io_options&, context*) override {
    return refused(name);
  }

 private:
  static status refused(const std::string& name) {
    return status::NotSupported("opened to be read only, so nothing is changed: " + name);
  }
};

}  // namespace weir
