include "types.thrift"
include "commands.thrift"
include "../../../idl/weir/weir.thrift"

namespace * weir.weir_test_nasty

service NastyService {
  weir.CommandResult execute(1: commands.Command command) throws (1: commands.Impossible impossible, 2: weir.Problem problem)

  /** @get /things/{number} */
  types.Everything find(1: commands.FindQuery query) throws (1: commands.Impossible impossible)

  void nothing()
}
