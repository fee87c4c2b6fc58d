"""What a caller shows to a Weir that knows its callers, each made new for a run."""
import base64
import json
import ssl
import time

from processes import run

ISSUER, AUDIENCE = "https://issuer.example", "weir"


def api_token(weir, directory):
    """(access file, token) of a caller who may do everything."""
    access = directory / "access.json"
    access.write_text(json.dumps({"tokens": "tokens.json"}))
    return access, run(weir, "token", "create", "--auth", access, "--name", "bench", "--role", "admin").strip()


def access_token(directory):
    """(access file, token): a JWT for such a caller, signed by ES256."""
    key = directory / "issuer.key"
    run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
    run("openssl", "pkey", "-in", key, "-pubout", "-outform", "DER", "-out", directory / "issuer.pub")
    public = (directory / "issuer.pub").read_bytes()[-64:]  # x and y end it
    (directory / "keys.json").write_text(json.dumps({"keys": [{
        "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "bench", "x": base64url(public[:32]), "y": base64url(public[32:])}]}))
    access = directory / "access.json"
    access.write_text(json.dumps({"issuers": [
        {"issuer": ISSUER, "audiences": [AUDIENCE], "keysFile": "keys.json", "roles": ["admin"]}]}))
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "bench", "iat": int(time.time()), "exp": int(time.time()) + 3600}
    message = ".".join(base64url(json.dumps(part).encode()) for part in
                       ({"alg": "ES256", "kid": "bench", "typ": "at+jwt"}, claims))
    (directory / "message").write_text(message)
    run("openssl", "dgst", "-sha256", "-sign", key, "-out", directory / "signature", directory / "message")
    return access, f"{message}.{base64url(numbers((directory / 'signature').read_bytes()))}"


def numbers(signature):
    """r and s, of 32 bytes each, of an ECDSA signature in DER: a sequence of two integers."""
    r_end = 4 + signature[3]
    r, s = signature[4:r_end], signature[r_end + 2:]
    return r[-32:].rjust(32, b"\0") + s[-32:].rjust(32, b"\0")


def base64url(octets):
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def certificate(directory):
    """(certificate, key, ssl.SSLContext that trusts it) of 127.0.0.1, signed by itself."""
    key, pem = directory / "weir.key", directory / "weir.pem"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", pem)
    return pem, key, ssl.create_default_context(cafile=pem)
