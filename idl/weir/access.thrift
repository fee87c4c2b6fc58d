include "weir.thrift"

namespace * weir.access
namespace py weir.access

/** Who calls, by Thrift RPC. It stands beside the domains' services on the same port. */
service AccessService {
  /**
   * Gives the connection a caller: from here on its calls come from whoever has this API token or access token. Needed
   * before any other call where the server authenticates its callers, unless TLS shows a client certificate.
   */
  weir.Caller authenticate(1: string token) throws (1: weir.Problem problem)
}
