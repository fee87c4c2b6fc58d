"""Certificates of a test's own authorities, made by openssl. All keys are on P-256 unless a test says otherwise."""
import pathlib
import subprocess

CONFIG = "[req]\ndistinguished_name=dn\n[dn]\n"  # nothing but what the command line says
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(*arguments, **how):
    run = subprocess.run(["openssl", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                         timeout=60, **how)
    assert run.returncode == 0, run.stderr
    return run.stdout


class Certificate:
    """A certificate and its key, as files."""

    def __init__(self, directory, name):
        self.certificate = pathlib.Path(directory) / f"{name}.pem"
        self.key = pathlib.Path(directory) / f"{name}.key"

    @property
    def serial(self):
        return int(openssl("x509", "-in", self.certificate, "-noout", "-serial").strip().removeprefix("serial="), 16)


class Authority(Certificate):
    """One that signs the certificates of others."""

    def __init__(self, directory, name, signed_by=None):
        super().__init__(directory, name)
        self.directory = pathlib.Path(directory)
        self.config = self.directory / "openssl.cnf"
        self.config.write_text(CONFIG)
        signer = () if signed_by is None else ("-CA", signed_by.certificate, "-CAkey", signed_by.key)
        openssl("req", "-config", self.config, "-x509", *NEW_KEY, "-keyout", self.key, "-out", self.certificate,
                "-subj", f"/CN={name}", "-days", 30, *signer, "-addext", "basicConstraints=critical,CA:TRUE",
                "-addext", "keyUsage=critical,keyCertSign")

    def sign(self, name, *extensions, subject=None, key=NEW_KEY):
        made = Certificate(self.directory, name)
        openssl("req", "-config", self.config, "-x509", *key, "-CA", self.certificate, "-CAkey", self.key,
                "-keyout", made.key, "-out", made.certificate, "-subj", subject or f"/CN={name}", "-days", 30,
                "-addext", "basicConstraints=CA:FALSE",
                *(part for extension in extensions for part in ("-addext", extension)))
        return made

    def server(self, name, **how):
        """Of a server on this machine."""
        return self.sign(name, "subjectAltName=DNS:localhost,IP:127.0.0.1", "extendedKeyUsage=serverAuth", **how)

    def client(self, name, *extensions, **how):
        return self.sign(name, "extendedKeyUsage=clientAuth", *extensions, **how)

    def ended(self, name):
        """A client's that was valid until yesterday."""
        made = Certificate(self.directory, name)
        request = self.directory / f"{name}.csr"
        openssl("req", "-config", self.config, "-new", *NEW_KEY, "-keyout", made.key, "-out", request, "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-days", "-1",
                "-out", made.certificate)
        return made
