"""Runs mint.mjs with the packages of package-lock.json, which npm installs once into the build directory."""
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def install(directory):
    directory.mkdir(parents=True, exist_ok=True)
    wanted = (HERE / "package-lock.json").read_text()
    stamp = directory / "installed"
    with open(directory / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(HERE / name, directory / name)
            subprocess.run(["npm", "ci", "--loglevel=error"], cwd=directory, check=True, stdin=subprocess.DEVNULL)
            stamp.write_text(wanted)


def main(directory, to):
    install(pathlib.Path(directory))
    # Node looks for packages beside the script.
    script = shutil.copy(HERE / "mint.mjs", directory)
    made = to + ".new"
    subprocess.run(["node", script, made], check=True, stdin=subprocess.DEVNULL)
    os.replace(made, to)


if __name__ == "__main__":
    main(*sys.argv[1:])
