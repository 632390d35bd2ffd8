"""A proxy on loopback that counts what clients ask of an endpoint."""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_REQUEST = re.compile(rb"(?:^|\r\n\r\n)GET (\S+) HTTP/1\.1\r\n")


@dataclass
class Asked:
    """Every GET that came, in order."""

    url: str
    gets: list[tuple[float, str]] = field(default_factory=list)
    """When, on the monotonic clock, and the path without its query."""

    def count(self, ending: str) -> int:
        """How many GETs there were of paths with this ending."""
        return sum(path.endswith(ending) for _, path in self.gets)


@contextlib.contextmanager
def counting(url: str) -> Iterator[Asked]:
    """Stand before an endpoint until the block ends."""
    upstream = urlsplit(url)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                address = (upstream.hostname or "", upstream.port or 80)
                with socket.create_connection(address) as server:
                    back = threading.Thread(target=_copy, args=(server, self.request))
                    back.start()
                    while data := self.request.recv(65536):
                        for found in _REQUEST.finditer(data):
                            path = found[1].decode().partition("?")[0]
                            asked.gets.append((time.monotonic(), path))
                        server.sendall(data)
                    server.shutdown(socket.SHUT_RDWR)
                    back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as proxy:
        asked = Asked(f"http://127.0.0.1:{proxy.server_address[1]}{upstream.path}")
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield asked
        finally:
            proxy.shutdown()
            thread.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)
