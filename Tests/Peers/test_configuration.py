# SPDX-License-Identifier: Apache-2.0
"""Files that say which stores are used: their meaning, their mistakes, and how they are shown."""

import os
import subprocess
import tomllib

import pytest

from peers.clients import Castore, connect
from peers.command import USAGE
from peers.content import SPLIT_SIZE, digest_of, frames, noise
from peers.daemon import Daemon
from peers.near import PACKAGE, check_store

CONTENT = noise("configured", SPLIT_SIZE)
DIGEST = digest_of(CONTENT)
UNREADABLE = 66

UPSTREAM = """\
[blobservices.root]
type = "cache"
near = "&a"
far = "&b"

[blobservices.a]
type = "local"
path = "{near}"

[blobservices.b]
type = "grpc"
url = "{far}"
"""

OLD = """\
[blobservices.default]
type = "combined"
local = "near"
remote = "far"

[blobservices.near]
type = "local"
path = "{near}"

[blobservices.far]
type = "grpc"
url = "{far}"

[directoryservices.default]
type = "redb"
is_temporary = true
"""

SIMPLE = """\
store = "{near}"

[[substituter]]
url = "{far}"
"""

SIMPLE_IN_FULL = """\
store = "{near}"
memory_cache = "64 MiB"
window = "4MiB"
same_priority = "race"

[[substituter]]
url = "grpc+http://127.0.0.1:1?timeout=500ms"
priority = -3

[[substituter]]
url = "{far}"
name = "far away, \\"really\\""
priority = 3
timeout = "7 s"
trusted = true
"""

COMBINED = """\
[blobservices.root]
type = "cache"
near = "&store"
far = "&remotes"
window = "8 MiB"

[blobservices.store]
type = "local"
path = "{near}"

[blobservices.remotes]
type = "substituters"
same_priority = "race"

[[blobservices.remotes.source]]
url = "grpc+http://127.0.0.1:1?priority=1&timeout=1s"

[[blobservices.remotes.source]]
service = "&patient"
name = "patient"

[blobservices.patient]
type = "retrying"
service = "&narrow"
attempts = 3

[blobservices.narrow]
type = "limited"
service = "&guarded"
calls = 4

[blobservices.guarded]
type = "read_only"
service = "{far}"
"""

FILES = {
    "as upstream": UPSTREAM,
    "as upstream once": OLD,
    "simple": SIMPLE,
    "simple in full": SIMPLE_IN_FULL,
    "all kinds": COMBINED,
}


@pytest.fixture(scope="module")
def remote(binary, tmp_path_factory):
    with Daemon(binary, tmp_path_factory.mktemp("remote") / "store") as daemon:
        with connect(daemon.target) as channel:
            Castore(channel, PACKAGE).put(frames(CONTENT, 1 << 20))
        yield daemon


@pytest.fixture
def near(tmp_path):
    return tmp_path / "near"


@pytest.fixture(params=FILES.values(), ids=FILES)
def file(request, tmp_path, near, remote):
    """A file of each form."""
    return write(tmp_path, request.param.format(near=near, far=remote.url))


def write(folder, text, name="stores.toml"):
    path = folder / name
    path.write_text(text)
    return path


@pytest.fixture
def run(binary, tmp_path):
    """Runs the command as it is, with nothing said by the environment."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("BLOBSTORE_")
    }
    environment["HOME"] = str(tmp_path)

    def run(*words, content=None, **more):
        return subprocess.run(
            [str(word) for word in [binary, *words]],
            input=content,
            capture_output=True,
            timeout=60,
            check=False,
            cwd=tmp_path,
            env={**environment, **more},
        )

    return run


class TestUse:
    """What a file says is done."""

    def test_a_blob_comes_and_stays(self, run, file, binary, near):
        result = run("get", "--config", file, DIGEST.hex())
        assert (result.returncode, result.stdout) == (0, CONTENT), result.stderr
        assert check_store(binary, near) == {DIGEST}

    def test_the_environment_names_the_file(self, run, file, binary, near):
        result = run("get", DIGEST.hex(), BLOBSTORE_CONFIG=str(file))
        assert (result.returncode, result.stdout) == (0, CONTENT), result.stderr
        assert check_store(binary, near) == {DIGEST}

    def test_options_win_over_the_environment(self, run, file, near, tmp_path):
        result = run("has", "--store", tmp_path / "x", DIGEST.hex(), BLOBSTORE_CONFIG=str(file))
        assert result.returncode != 0
        assert not near.exists()

    def test_a_daemon_serves_it(self, binary, tmp_path, file, near):
        with FileDaemon(binary, file) as daemon, connect(daemon.target) as channel:
            assert Castore(channel, PACKAGE).read(DIGEST) == CONTENT
        assert check_store(binary, near) == {DIGEST}

    def test_what_is_put_stays_near(self, run, file, binary, near, remote):
        result = run("put", "--config", file, content=b"put near")
        assert result.returncode == 0, result.stderr
        assert check_store(binary, near) == {digest_of(b"put near")}
        with connect(remote.target) as channel:
            assert not Castore(channel, PACKAGE).has(digest_of(b"put near"))

    def test_writing_through_reaches_the_far_one(self, run, tmp_path, near, remote):
        text = UPSTREAM.format(near=near, far=remote.url)
        text = text.replace('far = "&b"', 'far = "&b"\nwrite = "through"')
        result = run("put", "--config", write(tmp_path, text), content=b"put through")
        assert result.returncode == 0, result.stderr
        with connect(remote.target) as channel:
            assert Castore(channel, PACKAGE).has(digest_of(b"put through"))

    def test_a_file_and_options_contradict_each_other(self, run, file):
        result = run("get", "--config", file, "--store", "elsewhere", DIGEST.hex())
        assert result.returncode == USAGE
        assert b"--config" in result.stderr

    def test_old_spellings_are_told(self, run, tmp_path, near, remote):
        file = write(tmp_path, OLD.format(near=near, far=remote.url))
        notes = run("config", "show", "--config", file).stderr.decode()
        for place, what in {
            "1:1": "'default'",
            "2:1": "'combined'",
            "3:1": "'local'",
            "4:1": "'remote'",
        }.items():
            assert f"{file}:{place}: " in notes
            assert what in notes


class FileDaemon(Daemon):
    """A daemon whose stores a file names."""

    def __init__(self, binary, file):
        super().__init__(binary, "unused")
        self._command = [binary, "serve", "--config", file, "--listen", "127.0.0.1:0"]


class TestShow:
    """`config show` prints a file that means the same."""

    def test_it_is_readable_again_and_equal(self, run, file, tmp_path):
        first = run("config", "show", "--config", file)
        assert first.returncode == 0, first.stderr
        again = write(tmp_path, first.stdout.decode(), "again.toml")
        second = run("config", "show", "--config", again)
        assert (second.returncode, second.stdout) == (0, first.stdout), second.stderr
        assert second.stderr == b""

    def test_what_it_prints_works(self, run, file, tmp_path, binary, near):
        again = write(tmp_path, run("config", "show", "--config", file).stdout.decode(), "again")
        result = run("get", "--config", again, DIGEST.hex())
        assert (result.returncode, result.stdout) == (0, CONTENT), result.stderr
        assert check_store(binary, near) == {DIGEST}

    def test_it_opens_nothing(self, run, file, near):
        run("config", "show", "--config", file)
        assert not near.exists()

    def test_other_programs_can_read_it(self, run, file):
        """Python's reader of TOML finds the same in the output as in the file."""
        given = tomllib.loads(file.read_text())
        shown = tomllib.loads(run("config", "show", "--config", file).stdout.decode())
        assert set(shown) == {"blobservices"}
        for name, service in given.get("blobservices", {}).items():
            if service["type"] != "combined":
                assert service.items() <= with_urls(shown["blobservices"][name], service).items()

    def test_options_are_shown(self, run, tmp_path):
        url = "grpc+http://127.0.0.1:1?name=x%20y&priority=4&timeout=1500ms&trusted=1"
        first = run("config", "show", "--store", "near", "--substituter", url)
        assert first.returncode == 0, first.stderr
        services = tomllib.loads(first.stdout.decode())["blobservices"]
        assert services["remotes"]["source"] == [
            {
                "service": "grpc+http://127.0.0.1:1",
                "name": "x y",
                "priority": 4,
                "trusted": True,
                "timeout": "1500 ms",
            }
        ]
        again = write(tmp_path, first.stdout.decode())
        assert run("config", "show", "--config", again).stdout == first.stdout

    def test_secrets_are_shown_to_who_asks_for_them(self, run, tmp_path):
        file = write(
            tmp_path,
            '[blobservices.root]\ntype = "objectstore"\nobject_store_url = "s3://bucket"\n'
            '[blobservices.root.object_store_options]\naws_access_key_id = "id"\n'
            'aws_secret_access_key = "hush"\n',
        )
        assert b"hush" not in run("config", "show", "--config", file).stdout
        assert b"hush" in run("config", "show", "--config", file, "--secrets").stdout

    @pytest.mark.parametrize("name", ['a "b"', "back\\slash", "tab\there", "Käse", "a.b", "#"])
    def test_odd_characters_come_through(self, run, tmp_path, name):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
        file = write(
            tmp_path,
            f'[blobservices.root]\ntype = "read_only"\nservice = "&{quoted}"\n'
            f'[blobservices."{quoted}"]\ntype = "local"\npath = "/x/{quoted}"\n',
        )
        first = run("config", "show", "--config", file)
        assert first.returncode == 0, first.stderr
        shown = tomllib.loads(first.stdout.decode())["blobservices"]
        assert shown[name] == {"type": "local", "path": f"/x/{name}"}
        again = write(tmp_path, first.stdout.decode(), "again.toml")
        assert run("config", "show", "--config", again).stdout == first.stdout


def with_urls(shown, given):
    """What is shown of a service, in the words of what was given where both mean the same."""
    sources = given.get("source")
    return {**shown, "source": sources} if sources else shown


#: What is wrong, where, and a word of what is said of it.
ERRORS = {
    "unknown type": ('[blobservices.root]\ntype = "memry"\n', "2:1", "memory"),
    "no type": ('[blobservices.root]\npath = "/x"\n', "1:1", "type"),
    "unknown key": ('[blobservices.root]\ntype = "local"\n  paht = "/x"\n', "3:3", "path"),
    "unknown key of a substituter": (
        'store = "/x"\n[[substituter]]\nurl = "grpc+http://h:1"\nprioritty = 1\n',
        "4:1",
        "priority",
    ),
    "unknown reference": (
        '[blobservices.root]\ntype = "cache"\nnear = "memory:"\nfar = "&nope"\n',
        "4:1",
        "nope",
    ),
    "circle": ('[blobservices.root]\ntype = "read_only"\nservice = "&root"\n', "3:1", "circle"),
    "wrong kind of value": ('[blobservices.root]\ntype = "local"\npath = 7\n', "3:1", "path"),
    "wrong unit": ('store = "/x"\nwindow = "4 Mib"\n', "2:1", "MiB"),
    "wrong time": (
        'store = "/x"\n[[substituter]]\nurl = "grpc+http://h:1"\n\ntimeout = "soon"\n',
        "5:1",
        "timeout",
    ),
    "twice in a substituter": (
        'store = "/x"\n[[substituter]]\nurl = "grpc+http://h:1?priority=1"\npriority = 1\n',
        "4:1",
        "priority",
    ),
    "unknown scheme": ('store = "/x"\n[[substituter]]\nurl = "http://h"\n', "3:1", "grpc+http"),
    "both forms": ('store = "/x"\n[blobservices.root]\ntype = "memory"\n', "1:1", "blobservices"),
    "open string": ('store = "/x\n', "1:12", "TOML"),
    "second value": ('store = "/x"\nstore = "/y"\n', "2:", "TOML"),
    "no value": ('store = "/x"\n\nwindow =\n', "3:", "TOML"),
}


@pytest.mark.parametrize("text, place, word", ERRORS.values(), ids=ERRORS)
@pytest.mark.parametrize("command", [["config", "show"], ["get", "00" * 32]], ids=["show", "get"])
def test_an_error_says_where_and_what(run, tmp_path, text, place, word, command):
    file = write(tmp_path, text)
    result = run(*command, "--config", file)
    message = result.stderr.decode()
    assert result.returncode == USAGE, message
    assert message.startswith(f"blobstore: {file}:{place}"), message
    assert word in message
    assert len(message.splitlines()) == 1
    assert result.stdout == b""


@pytest.mark.parametrize(
    "text, word", [("", "store"), ('[blobservices.b]\ntype = "memory"\n', "root")]
)
def test_what_is_missing_is_told(run, tmp_path, text, word):
    result = run("config", "show", "--config", write(tmp_path, text))
    assert result.returncode == USAGE
    assert word in result.stderr.decode()


def test_a_file_that_is_not_there(run, tmp_path):
    result = run("config", "show", "--config", tmp_path / "nothing.toml")
    assert result.returncode == UNREADABLE
    assert str(tmp_path / "nothing.toml") in result.stderr.decode()


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"\0" * 100, b"[" * 100_000, b"a." * 100_000 + b"b = 1"]
)
def test_what_is_no_text_at_all(run, tmp_path, content):
    file = tmp_path / "stores.toml"
    file.write_bytes(content)
    result = run("config", "show", "--config", file)
    assert result.returncode == USAGE, result.stderr[:500]
    assert len(result.stderr) < 2000


@pytest.mark.parametrize("command", [["config", "show"], ["get", "00" * 32]], ids=["show", "get"])
@pytest.mark.parametrize(
    "parameters",
    ["priority=first", "timeout=0s", "timeout=soon", "trusted=maybe", "priority=1&priority=2"],
)
def test_wrong_parameters_of_a_url(run, command, parameters):
    url = f"grpc+http://127.0.0.1:1?{parameters}"
    result = run(*command, "--store", "near", "--substituter", url)
    assert result.returncode == USAGE, result.stderr
    assert parameters.partition("=")[0] in result.stderr.decode()


@pytest.mark.parametrize("command", [["config", "show"], ["get", "00" * 32]], ids=["show", "get"])
def test_an_unknown_parameter_of_a_url(run, command):
    """A slip of the pen, told as one."""
    url = "grpc+http://127.0.0.1:1?prio=1"
    result = run(*command, "--store", "near", "--substituter", url)
    assert result.returncode == USAGE, result.stderr
    assert "prio" in result.stderr.decode()
