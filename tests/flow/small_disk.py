"""A file system of a few megabytes that can be filled, for one data directory, in a mount namespace of its own."""
import os
import pathlib
import subprocess

import pytest

MEBIBYTE = 1 << 20


class SmallDisk:
    """Mounted on a directory that only the processes see that run `under` it. The test sees it as `seen`."""

    def __init__(self, directory, kind, mebibytes):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        self._image = self.directory.with_name(self.directory.name + ".image")
        mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=0700", "tmpfs", str(self.directory)]
        if kind == "ext4":
            with open(self._image, "wb") as image:
                image.truncate(mebibytes * MEBIBYTE)
            # Without blocks for root alone: what statvfs calls available is what there is.
            subprocess.run(["mkfs.ext4", "-q", "-m", "0", self._image], check=True, capture_output=True)
            mount = ["mount", "-o", "loop", str(self._image), str(self.directory)]
        self._user = [] if os.geteuid() == 0 else ["-U", "-r"]
        self._holder = subprocess.Popen(
            ["unshare", *self._user, "-m", "--propagation", "private", "sh", "-c",
             '"$@" && chmod 0700 "$0" && echo mounted && exec cat', str(self.directory), *mount],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._holder.stdout.readline() != "mounted\n":
            self._holder.wait()
            self._image.unlink(missing_ok=True)
            pytest.skip(f"this machine lets nobody mount {kind}")
        # Of this process: what the namespace has, while the holder lives.
        self.seen = pathlib.Path(f"/proc/{self._holder.pid}/root") / self.directory.relative_to("/")
        self.under = ["nsenter", *(["-U", "--preserve-credentials"] if self._user else []),
                      "-t", str(self._holder.pid), "-m", "--"]

    def available(self):
        disk = os.statvfs(self.seen)
        return disk.f_bavail * disk.f_frsize

    def fill(self, leave=0):
        """Takes all the space but `leave` bytes, in a file that free() removes."""
        with open(self.seen / "ballast", "ab", buffering=0) as ballast:
            for piece in (MEBIBYTE, 4096, 1):
                while self.available() - leave >= piece:
                    try:
                        ballast.write(b"\x55" * piece)
                    except OSError:
                        break
                    if self.available() - leave < piece:
                        os.fsync(ballast.fileno())  # ext4 allocates late

    def free(self):
        (self.seen / "ballast").unlink()

    def remount(self, how):
        subprocess.run([*self.under, "mount", "-o", f"remount,{how}", str(self.directory)], check=True)

    def close(self):
        """The processes that ran under it have ended: its last one unmounts it."""
        self._holder.stdin.close()
        self._holder.wait()
        self._image.unlink(missing_ok=True)
