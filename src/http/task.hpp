#pragma once

#include "net/task.hpp"

namespace weir::http {

using net::executor;
using net::task;

}  // namespace weir::http
