"""Runs commands on the build that is tested."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("WEIR_BUILD", ROOT / "build" / "release"))


def run(*command, cwd, environment=None, seconds=900):
    """What a command prints that has to end well."""
    done = subprocess.run([str(each) for each in command], cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=seconds, env={**os.environ, **(environment or {})})
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def install(prefix):
    """Installs the program and what domains are built with."""
    run("cmake", "--install", BUILD, "--prefix", prefix, cwd=BUILD)
    return prefix
