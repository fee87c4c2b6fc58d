#include "store/expiry.hpp"

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace weir {
namespace {

class expiry_filter : public rocksdb::CompactionFilter {
 public:
  bool Filter(int, const rocksdb::Slice&, const rocksdb::Slice& value, std::string*, bool*) const override {
    // A value without the 8 bytes is malformed: kept, so that its reader reports it.
    return value.size() >= 8 && read_big_endian({value.data(), value.size()}) <= now_;
  }
  [[nodiscard]] const char* Name() const override { return "weir.expiry"; }

 private:
  const std::uint64_t now_ = static_cast<std::uint64_t>(wall_clock_now().time_since_epoch().count());
};

}  // namespace

std::unique_ptr<rocksdb::CompactionFilter> expiry_filter_factory::CreateCompactionFilter(
    const rocksdb::CompactionFilter::Context&) {
  return std::make_unique<expiry_filter>();
}

}  // namespace weir
