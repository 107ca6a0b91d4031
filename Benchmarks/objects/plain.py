# SPDX-License-Identifier: Apache-2.0
"""Copies files to a bucket and back with boto3.

usage: plain.py put|get URL KEY SECRET BUCKET PREFIX NAME
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

verb, url, key, secret, bucket, prefix, name = sys.argv[1:]
client = boto3.client(
    "s3",
    endpoint_url=url,
    aws_access_key_id=key,
    aws_secret_access_key=secret,
    region_name="us-east-1",
    config=Config(
        max_pool_connections=32,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"},
    ),
)
transfer = TransferConfig(max_concurrency=16)


def put(path):
    client.upload_file(str(path), bucket, f"{prefix}/{path}", Config=transfer)


def get(object_key):
    path = Path(object_key.removeprefix(f"{prefix}/"))
    path.parent.mkdir(parents=True, exist_ok=True)
    client.download_file(bucket, object_key, str(path), Config=transfer)


def keys():
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}/{name}/")
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


if not Path(name).is_dir() and verb == "put":
    put(Path(name))
elif verb == "put":
    files = [Path(parent, file) for parent, _, files in os.walk(name) for file in files]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(put, files))
else:
    found = keys()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(get, found or [f"{prefix}/{name}"]))
