#pragma once

namespace weir::http {}

/// The endpoints speak of requests and answers all the time: HTTP's names are theirs too.
namespace weir::api {
using namespace http;
}  // namespace weir::api
