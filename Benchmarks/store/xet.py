# SPDX-License-Identifier: Apache-2.0
"""Puts files into a local hf-xet store, or gets them back: `xet.py put|get STORE LIST FOLDER [NAME...]`.

LIST is a JSON file of [name, hash, size]; names are relative to FOLDER. A folder stands for all files below it.
"""

import json
import os
import sys

import hf_xet


def main() -> None:
    command, store, index, folder, *names = sys.argv[1:]
    session = hf_xet.XetSession(hf_xet.XetConfig().with_config("telemetry.enabled", False))
    endpoint = f"local://{store}"
    if command == "put":
        put(session, endpoint, index, folder, names)
    else:
        get(session, endpoint, index, folder)


def put(session: hf_xet.XetSession, endpoint: str, index: str, folder: str, names: list[str]) -> None:
    files = [file for name in names for file in files_below(folder, name)]
    with session.new_upload_commit(endpoint=endpoint) as commit:
        # The SHA-256 is only for the hub's own listing; the store's address is a BLAKE3 tree.
        uploads = [
            commit.start_upload_file(os.path.join(folder, file), sha256=hf_xet.SKIP_SHA256)
            for file in files
        ]
    infos = [upload.result().xet_info for upload in uploads]
    with open(index, "w") as out:
        json.dump([[file, info.hash, info.file_size] for file, info in zip(files, infos)], out)


def get(session: hf_xet.XetSession, endpoint: str, index: str, folder: str) -> None:
    with open(index) as source:
        entries = json.load(source)
    for parent in {os.path.dirname(file) for file, _, _ in entries}:
        os.makedirs(os.path.join(folder, parent), exist_ok=True)
    with session.new_file_download_group(endpoint=endpoint) as group:
        for file, digest, size in entries:
            group.start_download_file(hf_xet.XetFileInfo(digest, size), os.path.join(folder, file))


def files_below(folder: str, name: str) -> list[str]:
    path = os.path.join(folder, name)
    if not os.path.isdir(path):
        return [name]
    return sorted(
        os.path.relpath(os.path.join(parent, file), folder)
        for parent, _, files in os.walk(path)
        for file in files
    )


main()
