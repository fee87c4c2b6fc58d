"""A program with the Python client that openapi-generator made: openapi_generator_client.py URL, with tokens in READER and WRITER."""
import os
import sys

import weir_client
from weir_client import (CommandsApi, CreateUserCommand, ForbiddenProblem, OperatingApi, RenameUserCommand, StreamsApi,
                         UnauthorizedProblem, UserAlreadyExistsConflict, UsersApi)


def client(token=None):
    return weir_client.ApiClient(weir_client.Configuration(host=sys.argv[1], access_token=token))


def refusal(call, *arguments, **further):
    """The refusal of a call: its status and its problem."""
    try:
        answer = call(*arguments, **further)
    except weir_client.ApiException as refused:
        return refused.status, refused.data
    raise AssertionError(f"{call.__qualname__} was not refused: {answer}")


ada = CreateUserCommand(user_id="generated", name="Ada", email="generated@example.org")
reader, writer = client(os.environ["READER"]), client(os.environ["WRITER"])

# Without a token, or with a wrong one.
for nobody in client(), client("weir_0000000000000000_wrong"):
    for call, arguments in ((UsersApi(nobody).create_user, [ada]), (UsersApi(nobody).get_user, ["generated"]),
                            (StreamsApi(nobody).list_events, []), (OperatingApi(nobody).get_me, [])):
        status, problem = refusal(call, *arguments)
        assert status == 401 and isinstance(problem, UnauthorizedProblem), (call, status, problem)
        assert problem.type == "/problems/unauthorized" and problem.status == 401, problem
    assert OperatingApi(nobody).get_liveness().status == "pass"

# By its role.
status, problem = refusal(UsersApi(reader).create_user, ada)
assert status == 403 and isinstance(problem, ForbiddenProblem), (status, problem)
assert "the command createUser" in problem.detail, problem
status, problem = refusal(OperatingApi(writer).get_metrics)
assert status == 403 and isinstance(problem, ForbiddenProblem), (status, problem)

# And what the role grants.
created = UsersApi(writer).create_user(ada, idempotency_key="generated-1")
assert (created.stream, created.sequence) == ("user-generated", 1), created
status, problem = refusal(UsersApi(writer).create_user, ada)
assert status == 409 and isinstance(problem.actual_instance, UserAlreadyExistsConflict), (status, problem)
rename = weir_client.Command(weir_client.RenameUser(rename_user=RenameUserCommand(user_id="generated", name="Ada Lovelace")))
renamed = CommandsApi(writer).execute_command(weir_client.ExecuteCommandRequest(rename), if_match='"1"')
assert renamed.actual_instance.sequence == 2, renamed

user = UsersApi(reader).get_user("generated")
assert (user.name, user.email, user.status) == ("Ada Lovelace", "generated@example.org", "ACTIVE"), user
assert user.updated_at >= user.created_at, user
first, second = StreamsApi(reader).list_stream_events("user-generated").events
assert first.event.actual_instance.user_created.user_id == "generated", first
assert second.event.actual_instance.user_renamed.name == "Ada Lovelace", second
assert (first.metadata.actor, second.metadata.actor) == ("py-writer", "py-writer")
page = StreamsApi(reader).list_events(category="user")
assert first in page.events and second in page.events, page

# Who it is.
me = OperatingApi(reader).get_me()
assert (me.name, me.roles, me.authenticated_by) == ("py-reader", ["reader"], "apiToken"), me
assert (me.permissions.commands, me.permissions.queries) == ([], ["*"]), me

print("all held")
