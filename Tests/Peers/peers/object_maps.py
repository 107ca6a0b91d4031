# SPDX-License-Identifier: Apache-2.0
"""Objects by name, wherever they are, each as a mapping from names to bytes.

A `dict` is one as well, which is enough for a test that needs no server.
"""

from collections.abc import MutableMapping
from pathlib import Path

from botocore.exceptions import ClientError


def objects_in(place):
    """The objects of a folder, if it is one, or of something that is a mapping already."""
    return FolderObjects(place) if isinstance(place, (str, Path)) else place


class FolderObjects(MutableMapping):
    """Files below a folder."""

    def __init__(self, folder):
        self._folder = Path(folder)

    def __getitem__(self, name):
        try:
            return (self._folder / name).read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            raise KeyError(name) from None

    def __setitem__(self, name, content):
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def __delitem__(self, name):
        self[name]
        (self._folder / name).unlink()

    def __iter__(self):
        files = (path for path in self._folder.rglob("*") if path.is_file())
        return iter(sorted(path.relative_to(self._folder).as_posix() for path in files))

    def __len__(self):
        return sum(1 for _ in self)


class BucketObjects(MutableMapping):
    """Objects of a bucket below a prefix: `BucketObjects(server.client(), bucket, "a/folder")`."""

    def __init__(self, client, bucket, prefix=""):
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def __getitem__(self, name):
        try:
            return self._client.get_object(**self._where(name))["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchKey":
                raise
            raise KeyError(name) from None

    def __setitem__(self, name, content):
        self._client.put_object(**self._where(name), Body=content)

    def __delitem__(self, name):
        self[name]
        self._client.delete_object(**self._where(name))

    def __iter__(self):
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
            for entry in page.get("Contents", []):
                yield entry["Key"].removeprefix(self._prefix)

    def __len__(self):
        return sum(1 for _ in self)

    def _where(self, name):
        return {"Bucket": self._bucket, "Key": self._prefix + name}
