#pragma once

#include <string>
#include <vector>

namespace weir::testing {

/// One submission of the script: its commands as JSON of their domains' unions, carried out all or not at all.
struct asked {
  std::string key;  ///< the idempotency key
  std::vector<std::string> commands;
  std::string refusal;  ///< the exception that must answer, at whatever time it is asked again; "": it is accepted
};

struct scripted {
  enum class kind {
    ask,            ///< all at once, and wait for the answers
    restart,        ///< end the process in order, and start it again
    cut,            ///< lose the power with all that was not synced, and start again
    rebuild,        ///< begin to build the view `view` anew
    wait_for_views  ///< until each is as far as the log, and none is being built
  };
  kind what;
  std::vector<asked> at_once;
  std::string view;
};

/// Some dozen commands of both domains, with groups, refusals, commands that change nothing, and all else that writes.
[[nodiscard]] std::vector<scripted> the_script();

/// Its submissions, in order.
[[nodiscard]] std::vector<asked> submissions_of(const std::vector<scripted>& script);

}  // namespace weir::testing
