# SPDX-License-Identifier: Apache-2.0
"""The tools that are compared, each with a part of a bucket to itself."""

import shutil
import sys
from pathlib import Path

from contestants import Command

PLAIN = Path(__file__).with_name("plain.py")


class Blobstore:
    name = "blobstore"

    def __init__(self, binary, layout="packed"):
        self.binary, self.layout = binary, layout

    def prepare(self, server, bucket, scratch):
        self.scratch = scratch
        self.url = server.store_url(bucket, self.name, layout=self.layout)

    def create(self):
        return []

    def put(self, inputs, name):
        recursive = ["-r"] if (inputs / name).is_dir() else []
        return self._command(["put", *recursive, name], inputs, self.scratch / f"{name}.list")

    def get(self, inputs, name, target):
        listing = self.scratch / f"{name}.list"
        if (inputs / name).is_dir():
            return self._command(["get", "--list", str(listing), "-C", str(target)], target)
        digest = listing.read_text().split()[0]
        return self._command(["get", digest, "-o", str(target / name)], target)

    def _command(self, words, folder, output=None):
        words = [str(self.binary), words[0], "--store", self.url, *words[1:]]
        environment = {"XDG_CACHE_HOME": str(self.scratch / "cache")}
        return Command(words, folder, environment, output=output)


class Restic:
    name = "restic"

    def prepare(self, server, bucket, scratch):
        self.environment = {
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": server.secret_key,
            "AWS_DEFAULT_REGION": server.region,
            "RESTIC_PASSWORD": "benchmark",
            "RESTIC_CACHE_DIR": str(scratch / "cache"),
            "HOME": str(scratch),
        }
        self.repository = f"s3:{server.url}/{bucket}/{self.name}"
        self.scratch = scratch

    def create(self):
        return [self._command(["init", "--repository-version", "2"], self.scratch)]

    def put(self, inputs, name):
        return self._command(["backup", "--tag", name, name], inputs)

    def get(self, inputs, name, target):
        words = ["restore", "latest", "--tag", name, "--target", str(target)]
        return self._command(words, target)

    def _command(self, words, folder):
        # As many connections as the others have.
        words = ["restic", "--quiet", "-o", "s3.connections=16", "--repo", self.repository, *words]
        return Command(words, folder, self.environment)


class Plain:
    """boto3, copying plain files with sixteen threads: no digests, no deduplication."""

    name = "boto3"

    def prepare(self, server, bucket, scratch):
        self.words = [server.url, server.access_key, server.secret_key, bucket, self.name]

    def create(self):
        return []

    def put(self, inputs, name):
        return self._command("put", inputs, name)

    def get(self, inputs, name, target):
        return self._command("get", target, name)

    def _command(self, verb, folder, name):
        return Command([sys.executable, str(PLAIN), verb, *self.words, name], folder)


class RcloneCopy:
    """rclone, copying plain files."""

    name = "rclone"

    def prepare(self, server, bucket, scratch):
        self.environment = {
            "RCLONE_CONFIG": "/dev/null",
            "RCLONE_CONFIG_S3_TYPE": "s3",
            "RCLONE_CONFIG_S3_PROVIDER": "Other",
            "RCLONE_CONFIG_S3_ACCESS_KEY_ID": server.access_key,
            "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY": server.secret_key,
            "RCLONE_CONFIG_S3_REGION": server.region,
            "RCLONE_CONFIG_S3_ENDPOINT": server.url,
            "HOME": str(scratch),
        }
        self.place = f"S3:{bucket}/{self.name}"
        self.program = shutil.which("rclone", path=str(Path(sys.executable).parent))

    def create(self):
        return []

    def put(self, inputs, name):
        return self._command(inputs / name, f"{self.place}/{name}", inputs)

    def get(self, inputs, name, target):
        return self._command(f"{self.place}/{name}", target / name, target)

    def _command(self, source, target, folder):
        is_file = (folder / Path(str(source)).name).is_file() or Path(str(source)).name in ("a", "b")
        verb = "copyto" if is_file else "copy"
        words = [self.program, verb, "--transfers=16", "--checkers=16", str(source), str(target)]
        return Command(words, folder, self.environment)
