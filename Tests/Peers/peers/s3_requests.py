# SPDX-License-Identifier: Apache-2.0
"""What a request asks of S3, as far as its method and address tell."""

from urllib.parse import parse_qs, urlsplit

_OBJECT_KINDS = {"PUT": "put", "GET": "get", "HEAD": "head", "DELETE": "delete"}


def kind_of(method, target):
    """The kind of a request in path style, such as "put", "list" or "upload part"."""
    parts = urlsplit(target)
    query = parse_qs(parts.query, keep_blank_values=True)
    _, _, key = parts.path.lstrip("/").partition("/")
    if "uploads" in query:
        return "begin parts" if method == "POST" else "list uploads"
    if "uploadId" in query:
        kinds = {"PUT": "upload part", "POST": "end parts", "DELETE": "abort parts"}
        return kinds.get(method, "list parts")
    if "delete" in query:
        return "delete many"
    if key:
        return _OBJECT_KINDS.get(method, "other")
    return "list" if method == "GET" and parts.path.strip("/") else "bucket"
