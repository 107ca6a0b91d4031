# SPDX-License-Identifier: Apache-2.0
"""nginx in front of a gRPC server, set up as public caches do it."""

import shutil
import subprocess
import time

from peers.sockets import accepts, free_address

_START_TIME = 10

_CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    server {{
        listen {address} http2;
        client_max_body_size 0;
        location / {{
            grpc_pass grpc://{upstream};
            grpc_buffer_size 1m;
        }}
    }}
}}
"""


class Nginx:
    """`with Nginx(folder, daemon.target) as nginx: connect(nginx.target)`."""

    def __init__(self, folder, upstream):
        self._folder = folder
        self._upstream = upstream
        self.target = free_address()
        self.url = f"grpc+http://{self.target}"
        configuration = _CONFIGURATION.format(folder=folder, address=self.target, upstream=upstream)
        (folder / "nginx.conf").write_text(configuration)

    def __enter__(self):
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        assert program, "nginx is missing: apt-get install nginx-light"
        command = [program, "-p", self._folder, "-c", self._folder / "nginx.conf"]
        self._process = subprocess.Popen(command)
        deadline = time.monotonic() + _START_TIME
        while not accepts(self.target):
            assert self._process.poll() is None, "nginx has ended"
            assert time.monotonic() < deadline, "nginx does not listen"
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(10)
