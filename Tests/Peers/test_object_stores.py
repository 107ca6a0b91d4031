# SPDX-License-Identifier: Apache-2.0
"""Stores in buckets of real S3 servers."""

import contextlib
import json
import subprocess
import time
from collections import Counter

import pytest

from peers import castore_objects
from peers.castore_objects import read, write
from peers.content import SPLIT_SIZE, digest_of, noise
from peers.daemon import Daemon
from peers.object_maps import BucketObjects, FolderObjects
from peers.s3_proxy import FaultProxy, Faults

DAMAGED, UNAVAILABLE, UNSUPPORTED, REFUSED = 65, 69, 76, 77
LAYOUTS = ["packed", "castore"]
#: For how many seconds something may take to happen that has to.
_PATIENCE = 40
LARGE = noise("large object", SPLIT_SIZE)
LARGE_DIGEST = digest_of(LARGE)

#: What every layout has to cope with: nothing, small, just one chunk, some, equal parts, text.
CONTENTS = [
    b"",
    b"x",
    noise("one chunk", 100_000),
    LARGE,
    LARGE + b"edited",
    bytes(1_500_000),
    b"a line of text\n" * 100_000,
]


@pytest.fixture(params=["seaweed", "rclone"])
def s3(request):
    """Two engines, one of them a cluster."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def place(s3, request):
    """A bucket that no other test has."""
    name = f"objects-{abs(hash(request.node.nodeid)) % 10**9}-{time.monotonic_ns() % 10**6}"
    return s3.make_bucket(name)


@pytest.fixture
def tool(binary, tmp_path, command_for):
    """The command with a place of its own for what it knows of buckets."""

    def make(store, cache="cache"):
        return command_for(store, XDG_CACHE_HOME=str(tmp_path / cache))

    return make


@pytest.fixture
def start():
    """Starts a command beside the test, which does not outlive it."""
    with contextlib.ExitStack() as ends:

        def start(command, *words, output=subprocess.DEVNULL):
            process = command.start(*words, stdin=subprocess.DEVNULL, stdout=output)
            ends.callback(process.wait)
            ends.callback(process.kill)
            return process

        yield start


@pytest.fixture
def tree(tmp_path):
    """A folder with files of all sorts."""
    folder = fill(tmp_path / "tree", CONTENTS)
    for number in range(300):
        (folder / f"small-{number}").write_bytes(noise(number, 10 + number))
    return folder


def check(result):
    assert result.status == 0, result.messages
    return result


def answered_puts(proxy, kind):
    """How many objects have been written with something in their name."""
    requests = [request for request in proxy.requests if request.kind == "put"]
    return sum(request.status == 200 and kind in request.target for request in requests)


def wait_until(condition, process):
    """Waits for something that happens before a process ends."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert process.poll() is None, f"it has ended too early, with {process.returncode}"
        assert time.monotonic() < deadline, "it never happens"
        time.sleep(0.005)


def kill(process):
    process.kill()
    assert process.wait() == -9, "it had ended before"


def check_retries(proxy):
    """No object has been sent again without a reason."""
    requests = [request for request in proxy.requests if request.kind == "put"]
    faults = Counter(request.identity for request in requests if request.fault)
    for identity, count in Counter(request.identity for request in requests).items():
        assert count <= faults[identity] + 1, identity


def fill(folder, contents):
    """Makes a folder with a file for each content."""
    folder.mkdir()
    for number, content in enumerate(contents):
        (folder / f"{number}").write_bytes(content)
    return folder


def damage_largest(objects, part):
    """Changes a byte of the largest object with a part in its name, and returns that."""
    name = max((name for name in objects if part in name), key=lambda name: len(objects[name]))
    content = bytearray(objects[name])
    content[len(content) // 2] ^= 1
    objects[name] = bytes(content)
    return name


def get_all(command, tree, listing, tmp_path):
    """Restores the files of a list, and compares them."""
    relative = tmp_path / "list"
    relative.write_bytes(listing.replace(bytes(tree.parent) + b"/", b""))
    check(command.run("get", "--list", relative, "-C", tmp_path / "out"))
    for path in tree.iterdir():
        assert (tmp_path / "out" / tree.name / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_folder_comes_back(s3, place, tool, tree, tmp_path, layout):
    url = s3.store_url(place, "some/prefix", layout=layout)
    listing = check(tool(url).run("put", "-r", tree)).output
    # Who has not written it knows nothing of it.
    reader = tool(s3.store_url(place, "some/prefix"), cache="other")
    get_all(reader, tree, listing, tmp_path)
    listed = check(reader.run("list")).output.decode().split()
    # The empty blob is listed too, as it has been put.
    assert sorted(listed) == sorted({digest_of(p.read_bytes()).hex() for p in tree.iterdir()})


@pytest.mark.parametrize("layout", LAYOUTS)
def test_ranges_are_read(s3, place, tool, layout):
    command = tool(s3.store_url(place, "p", layout=layout))
    check(command.run("put", content=LARGE))
    for start, end in [(0, 1), (1_000_000, 1_100_000), (SPLIT_SIZE - 1, SPLIT_SIZE)]:
        result = check(command.run("get", LARGE_DIGEST, "--range", f"{start}-{end}"))
        assert result.output == LARGE[start:end]


def test_small_files_take_few_requests_in_packs(s3, place, tool, tree):
    with FaultProxy(s3) as proxy:
        check(tool(proxy.store_url(place, "p")).run("put", "-r", tree))
        packed = len(proxy.requests)
        proxy.forget()
        check(tool(proxy.store_url(place, "c", layout="castore")).run("put", "-r", tree))
        castore = len(proxy.requests)
    assert packed < castore / 40


class TestCastore:
    """The layout of tvix and snix, with their part played by an implementation of its own."""

    def test_what_others_have_written_is_read(self, s3, place, tool):
        objects = BucketObjects(s3.client(), place, "p")
        for content in CONTENTS:
            write(objects, content)
        command = tool(s3.store_url(place, "p"))
        for content in CONTENTS:
            result = check(command.run("get", digest_of(content)))
            assert result.output == content
            check(command.run("stat", digest_of(content)))
        check(command.run("get", LARGE_DIGEST, "--range", "1000000-1000010"))

    def test_what_is_written_is_what_others_write(self, s3, place, tool):
        command = tool(s3.store_url(place, "p", layout="castore"))
        for content in CONTENTS:
            check(command.run("put", content=content))
        ours = BucketObjects(s3.client(), place, "p")
        for content in CONTENTS:
            assert read(ours, digest_of(content)) == content
        theirs = {}
        for content in CONTENTS:
            write(theirs, content)
        known = {name: ours[name] for name in ours if not name.startswith("hashes/")}
        assert castore_objects.differences(known, theirs) == []

    def test_a_folder_is_one_of_theirs(self, tool, tmp_path):
        folder = tmp_path / "folder"
        for content in CONTENTS:
            write(folder, content)
        command = tool(f"objectstore+file://{folder}")
        for content in CONTENTS:
            assert check(command.run("get", digest_of(content))).output == content
        check(command.run("put", content=b"another"))
        assert read(FolderObjects(folder), digest_of(b"another")) == b"another"

    def test_damage_is_found(self, tool, tmp_path):
        folder = tmp_path / "folder"
        write(folder, LARGE)
        chunk = max((folder / "chunks").rglob("*"), key=lambda path: path.stat().st_size)
        content = bytearray(chunk.read_bytes())
        content[len(content) // 2] ^= 1
        chunk.write_bytes(content)
        result = tool(f"objectstore+file://{folder}").run("get", LARGE_DIGEST)
        assert result.status == DAMAGED and chunk.name in result.messages
        index = next(path for path in (folder / "blobs").rglob("*") if path.is_file())
        index.write_bytes(b"")
        result = tool(f"objectstore+file://{folder}").run("get", LARGE_DIGEST)
        assert result.status == DAMAGED

    def test_damage_is_mended_by_another_put(self, tool, tmp_path):
        folder = tmp_path / "folder"
        command = tool(f"objectstore+file://{folder}?layout=castore")
        check(command.run("put", content=LARGE))
        for path in [p for p in folder.rglob("*") if p.is_file()]:
            path.write_bytes(path.read_bytes()[:-10])
        assert command.run("get", LARGE_DIGEST).status == DAMAGED
        check(command.run("put", content=LARGE))
        assert check(command.run("get", LARGE_DIGEST)).output == LARGE

    def test_a_store_that_can_only_be_read(self, tool, tmp_path):
        folder = tmp_path / "folder"
        content = noise("read only", 70 << 20)
        write(folder, content)
        proxy_command = tool(f"objectstore+file://{folder}")
        for path in folder.rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        folder.chmod(0o555)
        result = proxy_command.run("get", digest_of(content), "--range", "1000-2000")
        folder.chmod(0o755)
        assert check(result).output == content[1000:2000]

    def test_chunks_of_another_blob_are_found(self, tool, tmp_path):
        folder = tmp_path / "folder"
        other = noise("another large object", SPLIT_SIZE)
        for content in [LARGE, other]:
            write(folder, content)
        index = folder / castore_objects.blob_name(LARGE_DIGEST)
        index.write_bytes((folder / castore_objects.blob_name(digest_of(other))).read_bytes())
        for options in [[], ["--range", "5-10"]]:
            result = tool(f"objectstore+file://{folder}").run("get", LARGE_DIGEST, *options)
            assert result.status == DAMAGED and result.output == b""

    def test_a_damaged_chunk_is_mended_as_far_as_it_goes(self, s3, place, tool, tree):
        url = s3.store_url(place, "p", layout="castore")
        check(tool(url).run("put", "-r", tree))
        objects = BucketObjects(s3.client(), place, "p")
        name = damage_largest(objects, "chunks/b3/")
        fsck = ["object", "fsck", "--store", url, "--json"]
        found = tool(None).run(*fsck)
        assert found.status == DAMAGED and name in found.output.decode()
        assert name in objects
        assert tool(None).run(*fsck, "--repair").status == DAMAGED
        assert name not in objects
        check(tool(None).run(*fsck))
        listing = check(tool(url).run("put", "-r", tree)).output
        for line in listing.decode().splitlines()[:5]:
            check(tool(url).run("get", line.split()[0]))
        check(tool(None).run(*fsck))


class TestCopies:
    def test_layouts_are_converted(self, s3, place, tool, tree, tmp_path):
        packed = s3.store_url(place, "p")
        castore = s3.store_url(place, "c")
        listing = check(tool(packed).run("put", "-r", tree)).output
        copy = tool(None)
        there = copy.run("copy", packed, castore, "--all", "--layout", "castore", "--json")
        counts = json.loads(check(there).output)
        assert counts["copied"] == len(set(p.read_bytes() for p in tree.iterdir())) - 1
        back = copy.run("copy", castore, tmp_path / "back", "--all", "--cost", "--json")
        costs = json.loads(check(back).output)["costs"]
        assert [cost["store"] for cost in costs] == [f"s3://{place}/c"]
        assert costs[0]["requests"]["get"] > 0 and "put" not in costs[0]["requests"]
        get_all(tool(tmp_path / "back"), tree, listing, tmp_path)
        again = copy.run("copy", castore, tmp_path / "back", "--all", "--json")
        assert json.loads(check(again).output)["copied"] == 0

    def test_requests_behind_a_cache_are_told(self, s3, place, tool, tmp_path):
        url = s3.store_url(place, "p")
        check(tool(url).run("put", content=LARGE))
        for character, code in [("%", "%25"), ("&", "%26"), ("+", "%2B")]:
            url = url.replace(character, code)
        cache = f"cache:?near=memory:&far={url}"
        words = ["copy", cache, tmp_path / "store", LARGE_DIGEST, "--cost", "--json"]
        (cost,) = json.loads(check(tool(None).run(*words)).output)["costs"]
        assert cost["store"] == f"s3://{place}/p"
        assert cost["requests"]["get"] > 0 and cost["receivedBytes"] > SPLIT_SIZE

    def test_only_what_is_missing_is_moved(self, s3, place, tool, tmp_path):
        url = s3.store_url(place, "p")
        local = tool(tmp_path / "store")
        check(local.run("put", content=LARGE))
        edited = LARGE[:1_500_000] + b"edited" + LARGE[1_500_000:]
        check(tool(url).run("put", content=LARGE))
        check(local.run("put", content=edited))
        with FaultProxy(s3) as proxy:
            target = proxy.store_url(place, "p")
            result = tool(None).run("copy", tmp_path / "store", target, "--all", "--cost", "--json")
            counts = json.loads(check(result).output)
        assert (counts["copied"], counts["present"]) == (1, 1)
        assert counts["costs"][0]["sentBytes"] < SPLIT_SIZE / 2
        assert check(tool(url).run("get", digest_of(edited))).output == edited

    def test_what_is_not_there_is_reported(self, s3, place, tool, tmp_path):
        check(tool(tmp_path / "store").run("put", content=LARGE))
        url = s3.store_url(place, "p")
        absent = digest_of(b"nobody has it").hex()
        result = tool(None).run("copy", tmp_path / "store", url, absent, LARGE_DIGEST)
        assert result.status == 1 and absent in result.messages
        assert check(tool(url).run("get", LARGE_DIGEST)).output == LARGE


#: Objects that say which blobs are complete, and how many of them have to be there to say of some.
COMPLETE = {"packed": ("/packed/index/", 2), "castore": ("/blobs/", 50)}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_copy_goes_on_where_another_was_killed(s3, place, tool, start, tmp_path, layout):
    blobs = [noise(f"blob {number}", 100_000 + 1000 * number) for number in range(200)]
    check(tool(tmp_path / "store").run("put", "-r", fill(tmp_path / "folder", blobs)))
    kind, count = COMPLETE[layout]
    with FaultProxy(s3, delay=0.3) as proxy:
        url = proxy.store_url(place, "p", layout=layout)
        copy = start(tool(None), "copy", tmp_path / "store", url, "--all")
        wait_until(lambda: answered_puts(proxy, kind) >= count, copy)
        kill(copy)
        proxy.faults = Faults()
        again = tool(None, cache="other")
        words = ["copy", tmp_path / "store", url, "--all", "--json", "--cost"]
        counts = json.loads(check(again.run(*words)).output)
        assert counts["present"] > 0 and counts["present"] + counts["copied"] == len(blobs)
        assert counts["costs"][0]["sentBytes"] < 1.02 * counts["copiedBytes"]
    check(tool(None).run("object", "fsck", "--store", s3.store_url(place, "p")))
    assert tool(s3.store_url(place, "p")).run("has", *map(digest_of, blobs)).status == 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_statistics_and_what_they_cost(s3, place, tool, tree, layout):
    url = s3.store_url(place, "p", layout=layout)
    check(tool(url).run("put", "-r", tree))
    with FaultProxy(s3) as proxy:
        reader = tool(proxy.store_url(place, "p"), cache="other")
        statistics = json.loads(check(reader.run("stats", "--cost", "--json")).output)
        assert sum(statistics["requests"].values()) == len(proxy.requests)
        assert "requests" not in json.loads(check(reader.run("stats", "--json")).output)
    assert statistics["blobs"] == len({path.read_bytes() for path in tree.iterdir()})
    objects = BucketObjects(s3.client(), place, "p")
    assert statistics["storedBytes"] == sum(len(objects[name]) for name in objects)


class TestRefusals:
    def test_a_wrong_key(self, s3, place, tool):
        url = s3.store_url(place, "p", aws_secret_access_key="wrong")
        result = tool(url).run("has", LARGE_DIGEST)
        assert result.status == REFUSED and "403" in result.messages
        assert "wrong" not in result.messages

    def test_a_missing_bucket(self, s3, tool):
        result = tool(s3.store_url("no-such-bucket", "p")).run("put", content=b"content")
        assert result.status == REFUSED and "no-such-bucket" in result.messages

    def test_no_server(self, s3, tool):
        url = s3.store_url("bucket", "p", aws_endpoint_url="http://127.0.0.1:1")
        result = tool(url).run("has", LARGE_DIGEST)
        assert result.status == UNAVAILABLE

    def test_http_has_to_be_allowed(self, s3, tool):
        result = tool(s3.store_url("bucket", "p", aws_allow_http=None)).run("has", LARGE_DIGEST)
        assert result.status not in (0, 1) and "aws_allow_http" in result.messages


#: All of them happen to each request, twice in succession.
FAULTS = {
    "slow downs": dict(slow_downs=1),
    "errors": dict(errors=1),
    "lost answers": dict(lost_answers=1),
    "cut answers": dict(cut_answers=1, cut_after=500_000),
    "cut requests": dict(cut_requests=1, cut_after=20_000),
    "all": dict(slow_downs=0.2, errors=0.2, lost_answers=0.2, cut_answers=0.2, delay=0.01),
}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS.keys())
def test_faults_are_put_up_with(s3, place, tool, tree, tmp_path, layout, faults):
    with FaultProxy(s3, seed=1, **faults) as proxy:
        url = proxy.store_url(place, "p", layout=layout)
        listing = check(tool(url).run("put", "-r", tree)).output
        get_all(tool(url, cache="other"), tree, listing, tmp_path)
        assert proxy.fault_counts()
        check_retries(proxy)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind, word", [("put", "put"), ("get", "get"), ("list", "list")])
def test_retries_come_to_an_end(s3, place, tool, layout, kind, word):
    check(tool(s3.store_url(place, "p", layout=layout)).run("put", content=LARGE))
    with FaultProxy(s3, slow_downs=1, repeats=10**6, kinds=frozenset([kind])) as proxy:
        command = tool(proxy.store_url(place, "p"), cache="other")
        words = [word, LARGE_DIGEST] if word == "get" else [word]
        assert command.run(*words, content=b"another").status == UNAVAILABLE
        times = Counter(request.identity for request in proxy.requests if request.fault)
        assert times and max(times.values()) <= 6


@pytest.mark.parametrize("layout", LAYOUTS)
def test_wrong_bytes_are_never_handed_on(s3, place, tool, layout):
    check(tool(s3.store_url(place, "p", layout=layout)).run("put", content=LARGE))
    with FaultProxy(s3, seed=3, corruptions=0.5) as proxy:
        for attempt in range(10):
            command = tool(proxy.store_url(place, "p"), cache=f"cache-{attempt}")
            result = command.run("get", LARGE_DIGEST)
            assert LARGE.startswith(result.output)
            # The object that tells the format is nothing that can be checked.
            assert result.status in (DAMAGED, UNSUPPORTED) or result.output == LARGE
        assert proxy.fault_counts()["corruption"] > 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_server_that_restarts_during_a_copy(s3, place, tool, start, tmp_path, layout):
    contents = [noise(f"restart {number}", 2_000_000) for number in range(20)]
    folder = fill(tmp_path / "folder", contents)
    listing = check(tool(tmp_path / "store").run("put", "-r", folder)).output
    url = s3.store_url(place, "p", layout=layout)
    with FaultProxy(s3, delay=0.3) as proxy:
        there = proxy.store_url(place, "p", layout=layout)
        copy = start(tool(None), "copy", tmp_path / "store", there, "--all")
        wait_until(lambda: proxy.kinds()["put"] >= 3, copy)
        s3.front.stop()
        s3.start_front()
        assert copy.wait(_PATIENCE) in (0, UNAVAILABLE)
    # Whether or not it has put up with that, nothing is wrong, and another one completes it.
    check(tool(None).run("copy", tmp_path / "store", url, "--all"))
    get_all(tool(url, cache="other"), folder, listing, tmp_path)
    check(tool(None).run("object", "fsck", "--store", url))


class TestPacks:
    def test_a_writer_that_is_killed_does_no_harm(self, s3, place, tool, start, tree, tmp_path):
        url = s3.store_url(place, "p")
        with FaultProxy(s3, delay=0.3) as proxy:
            for count in [1, 2, 3]:
                writer = tool(proxy.store_url(place, "p"), cache=f"writer-{count}")
                process = start(writer, "put", "-r", tree)
                wait_until(lambda count=count: proxy.kinds()["put"] >= count, process)
                kill(process)
                proxy.forget()
        check(tool(None).run("object", "fsck", "--store", url))
        listing = check(tool(url).run("put", "-r", tree)).output
        check(tool(None).run("object", "gc", "--store", url))
        get_all(tool(url, cache="other"), tree, listing, tmp_path)
        check(tool(None).run("object", "fsck", "--store", url))

    def test_writers_at_once_need_no_coordination(self, s3, place, tool, start, tree, tmp_path):
        url = s3.store_url(place, "p")
        listing = tmp_path / "listing"
        with listing.open("wb") as output:
            first = start(tool(url, cache="writer"), "put", "-r", tree, output=output)
        others = [start(tool(url, cache=f"writer-{n}"), "put", "-r", tree) for n in range(3)]
        assert [writer.wait(_PATIENCE) for writer in [first, *others]] == [0] * 4
        check(tool(None).run("object", "gc", "--store", url))
        get_all(tool(url, cache="other"), tree, listing.read_bytes(), tmp_path)
        check(tool(None).run("object", "fsck", "--store", url))

    def test_small_packs_are_put_together(self, s3, place, tool, tmp_path):
        url = s3.store_url(place, "p")
        contents = [noise(f"small pack {number}", 1000) for number in range(5)]
        for content in contents:
            check(tool(url).run("put", content=content))
        gc = ["object", "gc", "--store", url, "--json"]
        report = json.loads(check(tool(None).run(*gc)).output)
        assert report["mergedPacks"] == report["indexObjectsBefore"] == len(contents)
        # Others may still read what was put together.
        assert report["indexObjects"] == len(contents) + 1
        for name in ["removedPacks", "removedBytes", "recentPacks", "leftovers"]:
            assert report[name] == 0
        again = json.loads(check(tool(None).run(*gc)).output)
        assert again["mergedPacks"] == 0
        reader = tool(url, cache="other")
        for content in contents:
            assert check(reader.run("get", digest_of(content))).output == content

    def test_a_damaged_pack_is_mended_as_far_as_it_goes(self, s3, place, tool, tree):
        url = s3.store_url(place, "p")
        check(tool(url).run("put", "-r", tree))
        objects = BucketObjects(s3.client(), place, "p")
        name = damage_largest(objects, "/packs/")
        fsck = ["object", "fsck", "--store", url, "--json"]
        found = tool(None).run(*fsck)
        assert found.status == DAMAGED and name in found.output.decode()
        assert tool(None).run(*fsck, "--repair").status == DAMAGED
        check(tool(None).run(*fsck))
        result = check(tool(url).run("put", "-r", tree))
        check(tool(url, cache="other").run("get", result.output.split()[0].decode()))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_daemon_serves_a_bucket(s3, place, binary, tool, tmp_path, layout):
    url = s3.store_url(place, "p", layout=layout)
    with Daemon(binary, url) as daemon:
        remote = tool(daemon.url)
        for content in CONTENTS:
            check(remote.run("put", content=content))
        for content in CONTENTS:
            assert check(remote.run("get", digest_of(content))).output == content
    near = tool(tmp_path / "near")
    for content in CONTENTS:
        result = check(near.run("get", "--substituter", url, digest_of(content)))
        assert result.output == content
    # Now it is there.
    assert check(near.run("get", LARGE_DIGEST)).output == LARGE
