# SPDX-License-Identifier: Apache-2.0
"""The S3 servers that other tests talk to: they are what they are taken for."""

import contextlib

import pytest
from botocore.exceptions import ClientError

from peers.content import noise

MIB = 1 << 20
#: Characters that are written differently in a URL.
KEYS = ["plain", "a/b/c", "a b+c=d&e%25/ü", "blobs/b3/af13/x#1"]


@contextlib.contextmanager
def refused(status, code=None):
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert code is None or answer["Error"]["Code"] == code


@pytest.fixture
def client(s3_server):
    return s3_server.client()


def content_of(client, bucket, key, **options):
    return client.get_object(Bucket=bucket, Key=key, **options)["Body"].read()


def keys_in(client, bucket, **options):
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, **options)
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


@pytest.mark.parametrize(
    "wrong", [{"secret_key": "wrong"}, {"access_key": "AKIAWRONG"}], ids=["secret", "name"]
)
def test_who_signs_with_a_wrong_key_is_refused(s3_server, bucket, client, wrong):
    client.put_object(Bucket=bucket, Key="object", Body=b"content")
    liar = s3_server.client(**wrong)
    with refused(403):
        liar.get_object(Bucket=bucket, Key="object")
    with refused(403):
        liar.head_object(Bucket=bucket, Key="object")
    with refused(403):
        liar.list_objects_v2(Bucket=bucket)
    with refused(403):
        liar.put_object(Bucket=bucket, Key="object", Body=b"other")
    assert content_of(client, bucket, "object") == b"content"


@pytest.mark.parametrize("key", KEYS)
def test_what_was_put_comes_back(client, bucket, key):
    content = noise(key, MIB)
    client.put_object(Bucket=bucket, Key=key, Body=content)
    assert content_of(client, bucket, key) == content
    assert client.head_object(Bucket=bucket, Key=key)["ContentLength"] == MIB
    assert keys_in(client, bucket) == [key]
    client.delete_object(Bucket=bucket, Key=key)
    with refused(404):
        client.head_object(Bucket=bucket, Key=key)


def test_an_empty_object_is_an_object(client, bucket):
    client.put_object(Bucket=bucket, Key="empty", Body=b"")
    assert client.head_object(Bucket=bucket, Key="empty")["ContentLength"] == 0
    assert content_of(client, bucket, "empty") == b""


def test_what_is_not_there_is_not_found(client, bucket):
    with refused(404, "NoSuchKey"):
        client.get_object(Bucket=bucket, Key="nothing")
    with refused(404, "NoSuchBucket"):
        client.put_object(Bucket="no-such-bucket", Key="object", Body=b"content")


def test_ranges_come_alone(client, bucket):
    content = noise("ranges", MIB)
    client.put_object(Bucket=bucket, Key="object", Body=content)
    assert content_of(client, bucket, "object", Range="bytes=1000-1999") == content[1000:2000]
    assert content_of(client, bucket, "object", Range="bytes=-10") == content[-10:]
    assert content_of(client, bucket, "object", Range="bytes=1048570-") == content[-6:]
    with refused(416):
        client.get_object(Bucket=bucket, Key="object", Range="bytes=1048576-")


def test_lists_come_in_pages_and_in_order(client, bucket):
    keys = [f"b3/{number:04x}/name" for number in range(25)]
    for key in reversed(keys):
        client.put_object(Bucket=bucket, Key=key, Body=b"")
    client.put_object(Bucket=bucket, Key="other/name", Body=b"")
    assert keys_in(client, bucket, Prefix="b3/", PaginationConfig={"PageSize": 10}) == keys


def test_parts_become_one_object(client, bucket):
    parts = [noise("first", 5 * MIB), noise("second", MIB)]
    where = {"Bucket": bucket, "Key": "parts"}
    upload = client.create_multipart_upload(**where)["UploadId"]
    tags = [
        client.upload_part(**where, UploadId=upload, PartNumber=number, Body=part)["ETag"]
        for number, part in enumerate(parts, 1)
    ]
    done = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
    client.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": done})
    assert content_of(client, bucket, "parts") == b"".join(parts)


def test_parts_that_are_given_up_become_nothing(client, bucket):
    where = {"Bucket": bucket, "Key": "parts"}
    upload = client.create_multipart_upload(**where)["UploadId"]
    client.upload_part(**where, UploadId=upload, PartNumber=1, Body=noise("part", 5 * MIB))
    client.abort_multipart_upload(**where, UploadId=upload)
    assert keys_in(client, bucket) == []


def test_only_some_servers_keep_to_conditions(s3_server, client, bucket):
    """So nobody may depend on them."""
    client.put_object(Bucket=bucket, Key="object", Body=b"first")
    again = {"Bucket": bucket, "Key": "object", "Body": b"second", "IfNoneMatch": "*"}
    if type(s3_server).__name__ == "Rclone":
        client.put_object(**again)
        assert content_of(client, bucket, "object") == b"second"
    else:
        with refused(412):
            client.put_object(**again)
        assert content_of(client, bucket, "object") == b"first"


def test_a_restart_keeps_what_is_on_a_disk(s3_server, client, bucket):
    content = noise("kept", MIB)
    client.put_object(Bucket=bucket, Key="object", Body=content)
    url = s3_server.url
    s3_server.stop()
    s3_server.start()
    assert s3_server.url == url
    if s3_server.keeps_data:
        assert content_of(client, bucket, "object") == content
    else:
        assert s3_server.client().list_buckets()["Buckets"] == []


def test_a_cluster_does_without_one_volume_server(seaweed):
    client, bucket = seaweed.client(), seaweed.make_bucket("one-of-two")
    content = noise("replicated", MIB)
    client.put_object(Bucket=bucket, Key="object", Body=content)
    for volume in seaweed.volumes:
        volume.stop()
        assert content_of(client, bucket, "object") == content
        volume.start()
        seaweed.master.wait_until(seaweed.is_whole, "has both again", 20)


def test_nothing_is_left_of_a_server_that_was_stopped(s3_server):
    s3_server.stop()
    try:
        assert not any(program.is_running() for program in s3_server.programs)
    finally:
        s3_server.start()
