#include "api/api.hpp"

namespace weir::api {

void add_api(router& to, engine& over, query_threads& queries,
             std::vector<std::shared_ptr<prometheus::Collectable>> metrics, warning data) {
  to.show_position([&over] { return over.head(); });
  add_commands(to, over);
  add_queries(to, over, queries);
  add_log(to, over);
  add_streams(to, over);
  add_admin(to, over);
  add_erasures(to, over);
  add_operations(to, over, std::move(metrics), std::move(data));
  add_me(to);
  add_explanations(to, over);
}

}  // namespace weir::api
