include "types.thrift"
include "commands.thrift"
include "queries.thrift"
include "../../../idl/weir/weir.thrift"

namespace * weir.weir_test_people

service PeopleService {
  weir.CommandResult execute(1: commands.Command command, 2: weir.ExecuteOptions options) throws (
    1: types.PersonExists personExists
    2: types.PersonUnknown personUnknown
    3: types.EmailTaken emailTaken
    4: weir.Problem problem
  )

  /** @get /people/{personId} */
  queries.Person getPerson(1: queries.GetPersonQuery query) throws (1: types.PersonUnknown personUnknown, 2: weir.Problem problem)

  /** @get /people-by-email/{email} */
  queries.Person getPersonByEmail(1: queries.GetPersonByEmailQuery query) throws (1: types.PersonUnknown personUnknown, 2: weir.Problem problem)
}
