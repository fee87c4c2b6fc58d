#include "server/storage.hpp"

#include "engine/engine.hpp"
#include "log/format_version.hpp"
#include "log/log_rows.hpp"
#include "server/stored_schema.hpp"

namespace weir {

result<storage> open_storage(const serve_settings& settings, const catalog& domains) {
  store_options options;
  options.directory = settings.data;
  options.cache_bytes = settings.cache_mebibytes << 20;
  options.write_buffer_bytes = settings.write_buffer_mebibytes << 20;
  options.families = local_journal::families();
  options.families.push_back(meta_family());
  for (family_options& family : engine::families()) options.families.push_back(std::move(family));

  auto opened = store::open(options);
  if (!opened) return opened.error();
  if (const auto checked = check_format_version(**opened); !checked) {
    return error{checked.error().code, settings.data.string() + ": " + checked.error().detail};
  }
  auto journal = local_journal::open(**opened);
  if (!journal) return journal.error();
  if (const auto checked = check_stored_schema(**opened, **journal, domains); !checked) {
    return error{checked.error().code, settings.data.string() + ": " + checked.error().detail};
  }
  return storage{std::move(*opened), std::move(*journal)};
}

}  // namespace weir
