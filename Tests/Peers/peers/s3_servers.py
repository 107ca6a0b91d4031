# SPDX-License-Identifier: Apache-2.0
"""Servers that speak S3, each as processes of its own, all of which check signatures.

None of them checks the hash of a body that is signed with it, and they differ in what they do with
conditions: SeaweedFS and moto refuse to replace an object when a PUT has `If-None-Match: *`, rclone
ignores that.
"""

import json
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path

from peers.background import Background
from peers.ports import free_ports
from peers.s3_endpoint import S3Endpoint

_START_TIME = 40
_ANSWER_TIME = 5
#: With what has to be written differently in a URL.
_KEYS = ("PEERS0ACCESS0KEY", "peers/secret+key=&%")


class _Server(S3Endpoint):
    """`with Server(folder) as server: server.client()`.

    It can be stopped and started again, on the same port and with the data in the folder.
    """

    #: Whether there is something left after a restart.
    keeps_data = True
    #: The status of an answer to a request that nobody has signed.
    anonymous_status = 403

    def __init__(self, port, keys=_KEYS):
        super().__init__(f"http://127.0.0.1:{port}", *keys)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        for program in self.programs:
            program.signal_end()
        for program in self.programs:
            program.stop()

    @property
    def front(self):
        """The program that clients talk to."""
        return self.programs[0]

    def start_front(self):
        """Starts the program that clients talk to, and waits until it answers."""
        self.front.start()
        _wait_for(self.front, self.url, self.anonymous_status)

    def memory(self):
        """The most memory that its processes have had so far, in bytes."""
        return sum(program.memory() for program in self.programs)


class SeaweedCluster(_Server):
    """SeaweedFS as a distributed store: a master, two volume servers, a filer and a gateway.

    Every object is on both volume servers, so that one of them may go. Each bucket has volumes of
    its own. Programs are public to be stopped one at a time: `cluster.volumes[0].stop()`.
    """

    def __init__(self, folder):
        ports = free_ports(10)
        addresses = [f"127.0.0.1:{a}.{b}" for a, b in zip(ports[::2], ports[1::2], strict=True)]
        self._master_port = ports[0]
        self._filer_port = ports[6]
        super().__init__(ports[8])
        for name in ("master", "volume-1", "volume-2", "filer"):
            (folder / name).mkdir()
        _write_identity(folder / "identities.json", self)

        def program(name, number, *options, patience=5, environment=()):
            port, grpc_port = ports[2 * number : 2 * number + 2]
            command = [
                *(_tool("weed"), name.partition("-")[0], "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
                *(f"-port={port}", f"-port.grpc={grpc_port}"),
                *options,
            ]
            return Background(name, command, folder, environment, patience)

        self.master = program(
            *("master", 0, "-mdir=master", "-peers=none", "-telemetry=false"),
            *("-defaultReplication=001", "-volumeSizeLimitMB=256"),
            # A bucket would begin with more volumes than a test needs.
            environment={"WEED_MASTER_VOLUME_GROWTH_COPY_2": "2"},
        )
        self.volumes = [
            program(
                *(f"volume-{number}", number, f"-dir=volume-{number}", "-max=200"),
                *(f"-mserver={addresses[0]}", "-minFreeSpace=100MiB", "-preStopSeconds=0"),
            )
            for number in (1, 2)
        ]
        self.filer = program(
            *("filer", 3, f"-master={addresses[0]}", "-defaultStoreDir=filer"),
            "-localSocket=filer.sock",
            # It would wait for 15 seconds for a client that is itself.
            patience=0.5,
        )
        self.gateway = program(
            *("s3", 4, f"-filer={addresses[3]}", "-config=identities.json", "-iam=false"),
            *("-port.iceberg=0", "-port.lance=0", "-localSocket=s3.sock"),
            "-autoCreateBucket=false",
        )
        self.programs = [self.gateway, self.filer, *self.volumes, self.master]

    def start(self):
        # A program that finds nobody to talk to tries again only after seconds.
        self.master.start()
        self.master.wait_until(lambda: self._volume_count() is not None, "answers", _START_TIME)
        for program in (*self.volumes, self.filer):
            program.start()
        self.master.wait_until(self.is_whole, "has its volume servers", _START_TIME)
        _wait_for(self.filer, f"http://127.0.0.1:{self._filer_port}/", 200)
        self.start_front()

    def is_whole(self):
        """Whether the master knows both volume servers."""
        return self._volume_count() == len(self.volumes)

    def _volume_count(self):
        """How many volume servers the master knows; `None` as long as it does not answer."""
        try:
            url = f"http://127.0.0.1:{self._master_port}/dir/status"
            with urllib.request.urlopen(url, timeout=_ANSWER_TIME) as answer:
                topology = json.load(answer)["Topology"]
        except (OSError, ValueError):
            return None
        racks = [rack for center in topology["DataCenters"] or [] for rack in center["Racks"]]
        return sum(len(rack["DataNodes"]) for rack in racks)


class Rclone(_Server):
    """rclone on a folder: a bucket is a folder in it, and objects are files."""

    anonymous_status = 400

    def __init__(self, folder):
        (port,) = free_ports(1)
        super().__init__(port)
        #: Where the buckets are.
        self.folder = folder / "buckets"
        self.folder.mkdir()
        command = [
            *(_tool("rclone"), "serve", "s3", "--config", "", "--addr", f"127.0.0.1:{port}"),
            *("--auth-key", f"{self.access_key},{self.secret_key}", self.folder),
        ]
        self.programs = [Background("rclone", command, folder)]

    def start(self):
        self.start_front()


class Moto(_Server):
    """moto, which simulates S3 in memory.

    It checks signatures only if told, and then only those of users that it knows and has granted
    something. So it begins as one that lets everyone in, is given a user, and is then closed with a
    call of its own interface. The seed makes it invent the same keys after each restart. A request
    that nobody has signed is an error of the server for it: 500, not 403.
    """

    keeps_data = False

    def __init__(self, folder):
        (port,) = free_ports(1)
        super().__init__(port, keys=("nobody", "nothing"))
        command = [_tool("moto_server"), "-H", "127.0.0.1", "-p", port]
        self.programs = [Background("moto", command, folder)]

    def start(self):
        (program,) = self.programs
        program.start()
        _wait_for(program, f"{self.url}/moto-api/data.json", 200)
        self._ask("seed?a=1")
        users = self.client(service="iam")
        users.create_user(UserName="peers")
        key = users.create_access_key(UserName="peers")["AccessKey"]
        self.access_key, self.secret_key = key["AccessKeyId"], key["SecretAccessKey"]
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        users.put_user_policy(UserName="peers", PolicyName="all", PolicyDocument=json.dumps(policy))
        self._ask("reset-auth", b"0")

    def _ask(self, what, content=b""):
        request = urllib.request.Request(
            f"{self.url}/moto-api/{what}", content, {"Content-Type": "text/plain"}
        )
        urllib.request.urlopen(request, timeout=_ANSWER_TIME).close()


#: All of them, by name.
SERVERS = {"seaweed": SeaweedCluster, "rclone": Rclone, "moto": Moto}


def _write_identity(path, endpoint):
    credentials = {"accessKey": endpoint.access_key, "secretKey": endpoint.secret_key}
    actions = ["Admin", "Read", "List", "Tagging", "Write"]
    identity = {"name": "peers", "credentials": [credentials], "actions": actions}
    path.write_text(json.dumps({"identities": [identity]}))


def _tool(name):
    """A program that was installed beside Python, or is somewhere else."""
    program = shutil.which(name, path=Path(sys.executable).parent) or shutil.which(name)
    assert program, f"{name} is missing: see requirements.txt"
    return program


def _wait_for(program, url, status):
    program.wait_until(lambda: _status(url) == status, "answers", _START_TIME)


def _status(url):
    """The status of an answer to a request that nobody has signed; `None` if there is none."""
    try:
        with urllib.request.urlopen(url, timeout=_ANSWER_TIME) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
