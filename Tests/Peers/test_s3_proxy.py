# SPDX-License-Identifier: Apache-2.0
"""The line on which things go wrong: those that shall, as often as they shall, and no others."""

import http.client
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    IncompleteReadError,
    ResponseStreamingError,
)

from peers.content import frames, noise
from peers.http_line import Chunked
from peers.s3_proxy import FaultProxy, Faults

MIB = 1 << 20
CONTENT = noise("proxy", MIB)


def fetch(client, bucket, key="object", **options):
    return client.get_object(Bucket=bucket, Key=key, **options)["Body"].read()


@pytest.fixture
def stored(s3_server, bucket):
    """A bucket with an object."""
    s3_server.client().put_object(Bucket=bucket, Key="object", Body=CONTENT)
    return bucket


def test_all_passes_if_nothing_goes_wrong(s3_server, bucket):
    with FaultProxy(s3_server) as proxy:
        client = proxy.client()
        client.put_object(Bucket=bucket, Key="a b+c/ü", Body=CONTENT)
        client.put_object(Bucket=bucket, Key="empty", Body=b"")
        assert fetch(client, bucket, "a b+c/ü") == CONTENT
        assert fetch(client, bucket, "a b+c/ü", Range="bytes=5-9") == CONTENT[5:10]
        assert fetch(client, bucket, "empty") == b""
        assert client.head_object(Bucket=bucket, Key="a b+c/ü")["ContentLength"] == MIB
        assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 2
        with pytest.raises(ClientError, match="NoSuchKey"):
            fetch(client, bucket, "nothing")
        client.delete_object(Bucket=bucket, Key="empty")
        assert proxy.methods() == {"PUT": 2, "GET": 5, "HEAD": 1, "DELETE": 1}
        assert proxy.kinds() == {"put": 2, "get": 4, "head": 1, "list": 1, "delete": 1}
        assert [request.range for request in proxy.requests if request.range] == ["bytes=5-9"]
        assert proxy.requests[-2].status == 404
        assert not proxy.fault_counts()


def test_many_parts_are_sent_at_once(s3_server, bucket):
    with FaultProxy(s3_server, delay=0.05) as proxy, ThreadPoolExecutor(8) as threads:
        client, where = proxy.client(), {"Bucket": bucket, "Key": "parts"}
        upload = client.create_multipart_upload(**where)["UploadId"]

        def send(number):
            part = {**where, "UploadId": upload, "PartNumber": number}
            tag = client.upload_part(**part, Body=noise(("part", number), 5 * MIB))["ETag"]
            return {"PartNumber": number, "ETag": tag}

        done = {"Parts": list(threads.map(send, range(1, 9)))}
        client.complete_multipart_upload(**where, UploadId=upload, MultipartUpload=done)
        content = fetch(client, bucket, "parts")
        assert content == b"".join(noise(("part", number), 5 * MIB) for number in range(1, 9))
        kinds = {"begin parts": 1, "upload part": 8, "end parts": 1, "get": 1}
        assert proxy.kinds() == kinds
        assert 4 <= proxy.most_at_once <= 8


@pytest.mark.parametrize(
    ("faults", "status", "code", "name"),
    [
        ({"errors": 1}, 500, "InternalError", "error"),
        ({"slow_downs": 1}, 503, "SlowDown", "slow down"),
    ],
    ids=["500", "503"],
)
def test_errors_come_as_often_as_is_allowed(s3_server, stored, faults, status, code, name):
    with FaultProxy(s3_server, **faults, repeats=3) as proxy:
        client = proxy.client()
        for call in (
            lambda: fetch(client, stored),
            lambda: client.put_object(Bucket=stored, Key="other", Body=CONTENT) and b"",
        ):
            for _ in range(3):
                with pytest.raises(ClientError) as caught:
                    call()
                assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
                assert caught.value.response["Error"]["Code"] == code
            assert call() in {CONTENT, b""}
        assert proxy.fault_counts() == {name: 6}


def test_a_client_that_tries_again_gets_everything(s3_server, bucket):
    faults = {"slow_downs": 0.15, "errors": 0.1, "lost_answers": 0.1, "cut_requests": 0.1}
    with FaultProxy(s3_server, **faults, seed=1) as proxy, ThreadPoolExecutor(8) as threads:
        client = proxy.client(attempts=4)
        keys = [f"object-{number}" for number in range(60)]

        def store(key):
            client.put_object(Bucket=bucket, Key=key, Body=noise(key, 20_000))

        list(threads.map(store, keys))
        contents = list(threads.map(lambda key: fetch(client, bucket, key), keys))
        assert contents == [noise(key, 20_000) for key in keys]
        assert proxy.fault_counts().keys() == {"slow down", "error", "lost answer", "cut request"}
        assert 25 <= proxy.fault_counts().total() <= 100


def test_the_same_goes_wrong_again(s3_server, stored):
    def what_goes_wrong(seed):
        with FaultProxy(s3_server, errors=0.5, repeats=9, seed=seed) as proxy:
            client = proxy.client()
            with ThreadPoolExecutor(4) as threads:
                keys = [f"nothing-{number}" for number in range(40)]
                calls = [threads.submit(fetch, client, stored, key) for key in keys]
                for call in calls:
                    with pytest.raises(ClientError):
                        call.result()
            return {request.target for request in proxy.requests if request.fault}

    assert what_goes_wrong(1) == what_goes_wrong(1) != what_goes_wrong(2)


def test_an_answer_is_cut_where_it_shall_be(s3_server, stored):
    with FaultProxy(s3_server, cut_answers=1, cut_after=300_000, repeats=1) as proxy:
        client = proxy.client()
        body = client.get_object(Bucket=stored, Key="object")["Body"]
        received = b""
        with pytest.raises((IncompleteReadError, ResponseStreamingError)):
            while piece := body.read(10_000):
                received += piece
        assert CONTENT.startswith(received)
        assert 290_000 <= len(received) <= 300_000
        assert fetch(client, stored) == CONTENT
        assert proxy.fault_counts() == {"cut answer": 1}


def test_a_request_that_is_cut_stores_nothing(s3_server, stored):
    faults = {"cut_requests": 1, "cut_after": 300_000, "repeats": 1}
    with FaultProxy(s3_server, **faults) as proxy:
        client, direct = proxy.client(), s3_server.client()
        with pytest.raises((ConnectionClosedError, ClientError)):
            client.put_object(Bucket=stored, Key="cut", Body=CONTENT)
        with pytest.raises(ClientError, match="NoSuchKey"):
            fetch(direct, stored, "cut")
        client.put_object(Bucket=stored, Key="cut", Body=CONTENT)
        assert fetch(direct, stored, "cut") == CONTENT
        assert proxy.fault_counts() == {"cut request": 1}


def test_what_a_lost_answer_was_about_is_stored(s3_server, bucket):
    with FaultProxy(s3_server, lost_answers=1, kinds={"put"}) as proxy:
        with pytest.raises(ConnectionClosedError):
            proxy.client().put_object(Bucket=bucket, Key="lost", Body=CONTENT)
        assert fetch(proxy.client(), bucket, "lost") == CONTENT
        assert proxy.fault_counts() == {"lost answer": 1}


def test_one_byte_of_an_object_is_wrong(s3_server, stored):
    with FaultProxy(s3_server, corruptions=1) as proxy:
        client = proxy.client()
        content = fetch(client, stored)
        assert len(content) == MIB
        assert sum(a != b for a, b in zip(content, CONTENT, strict=True)) == 1
        assert client.list_objects_v2(Bucket=stored)["KeyCount"] == 1
        proxy.faults = Faults()
        assert fetch(client, stored) == CONTENT
        assert proxy.fault_counts() == {"corruption": 1}


def test_connections_are_used_again_and_end_with_the_server(rclone):
    """moto would close each after its answer."""
    with FaultProxy(rclone) as proxy:
        connection = http.client.HTTPConnection(proxy.url.removeprefix("http://"), timeout=10)
        for _ in range(3):
            connection.request("GET", "/bucket/nothing")
            connection.getresponse().read()
        before = connection.sock
        assert before is not None
        rclone.stop()
        try:
            assert before.recv(1) == b""
        finally:
            rclone.start()
        connection.close()


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_a_body_in_chunks_ends_where_it_ends(size):
    body = b"5\r\nhello\r\nA;name=value\r\n\r\n0\r\n\r\n012\r\n0\r\nName: value\r\n\r\n"
    framing, taken = Chunked(), 0
    for piece in frames(body + b"HTTP/1.1 200 OK\r\n", size):
        assert framing.is_done == (taken == len(body))
        if framing.is_done:
            break
        taken += framing.take(piece)
    assert framing.is_done
    assert taken == len(body)
