# SPDX-License-Identifier: Apache-2.0
"""nginx in front of other servers."""

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
    client_max_body_size 0;
    server {{
        {server}
    }}
}}
"""

_GRPC = """
        listen {address} http2;
        location / {{
            grpc_pass grpc://{upstream};
            grpc_buffer_size 1m;
        }}
"""

#: Signatures cover the name of the host. No certificate is for the second address.
_HTTPS = """
        listen {address} ssl;
        listen 127.0.0.2:{port} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        location / {{
            proxy_pass {upstream};
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_set_header Host $http_host;
        }}
"""


class _Nginx:
    """nginx with one server."""

    def __init__(self, folder, server, **values):
        self._folder = folder
        self.target = free_address()
        self.port = self.target.rpartition(":")[2]
        server = server.format(address=self.target, port=self.port, **values)
        (folder / "nginx.conf").write_text(_CONFIGURATION.format(folder=folder, server=server))

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


class Nginx(_Nginx):
    """nginx in front of a gRPC server, set up as public caches do it.

    `with Nginx(folder, daemon.target) as nginx: connect(nginx.target)`.
    """

    def __init__(self, folder, upstream):
        super().__init__(folder, _GRPC, upstream=upstream)
        self.url = f"grpc+http://{self.target}"


class SecureNginx(_Nginx):
    """nginx that speaks TLS in front of an HTTP server.

    `with SecureNginx(folder, server.url, *authority.issue("nginx")) as nginx: get(nginx.url)`.
    """

    def __init__(self, folder, upstream, certificate, key):
        super().__init__(folder, _HTTPS, upstream=upstream, certificate=certificate, key=key)
        self.url = f"https://{self.target}"
