"""A server that authenticates its callers: `weir serve --auth`, and the tokens for it."""
import json
import re
import select
import time

from weir_process import Weir, run_weir

WAIT = 60  # seconds; for anything that is going to happen
FILE = {"tokens": "tokens.json",
        "certificates": [{"uri": "spiffe://example.org/billing", "name": "billing", "roles": ["reader"]}],
        "roles": {"nobody": {}, "accounts": {"events": ["account"]}}}


class GuardedWeir(Weir):
    """A server with --auth, and the tokens that a test makes."""

    def __init__(self, directory, *options):
        self.directory = directory
        self.access_file = directory / "access.json"
        self.tokens, self.ids = {}, {}
        if not self.access_file.exists():
            self.write(FILE)
        super().__init__(directory / "data", "--auth", self.access_file, *options)

    def write(self, document):
        unfinished = self.access_file.with_suffix(".new")
        unfinished.write_text(document if isinstance(document, str) else json.dumps(document))
        unfinished.chmod(0o600)
        unfinished.rename(self.access_file)

    def token(self, name, role=None, expires=None):
        """A token that the running server knows already."""
        code, out, err = run_weir("token", "create", "--auth", self.access_file, "--name", name, "--role", role or name,
                                  *(["--expires", expires] if expires else []))
        assert code == 0, err
        token = re.search(r"weir_\w+", out).group()
        self.ids[name] = token.split("_")[1]
        for_header = {"Authorization": "Bearer " + token}
        wait_until(lambda: self.get("/me", for_header).status_code == 200)
        return token

    def revoke(self, name):
        code, _, err = run_weir("token", "revoke", "--auth", self.access_file, self.ids[name])
        assert code == 0, err

    def audit(self):
        return [json.loads(line) for line in (self.data / "audit.log").read_text().splitlines()]


def wait_until(holds):
    deadline = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < deadline, "it did not come to be so"
        select.select([], [], [], 0.02)


def bearer(token, **further):
    return {"Authorization": "Bearer " + token, **further}
