"""Twenty-four ways for an endpoint to misbehave, each under a path of its own name."""

from __future__ import annotations

import asyncio
import functools
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable

from tests.support.loopback import Request, hang_up, http_answer, http_head

Fault = Callable[[asyncio.StreamWriter], Awaitable[None]]
FAULTS: dict[str, Fault] = {}
HALF = b'{"changes":[{"id":1'


def _fault(function: Fault) -> Fault:
    FAULTS[function.__name__] = function
    return function


async def misbehave(request: Request, writer: asyncio.StreamWriter) -> None:
    """The handler: the first part of the path names the fault."""
    await FAULTS[request.path.strip("/").split("/")[0]](writer)


def _page(more: bytes = b"") -> bytes:
    """A page of changes that is sound but for what is added to it."""
    return (
        b'{"since":"a","next":"b","has_more":false,"server_time":"2026-01-05T09:00:00Z",'
        b'"sources":[],"changes":[]' + more + b"}"
    )


@_fault
async def well(writer: asyncio.StreamWriter) -> None:
    """Not a fault: what all the others are compared with."""
    writer.write(http_answer(_page()))


@_fault
async def closes(writer: asyncio.StreamWriter) -> None:
    hang_up(writer)


@_fault
async def resets(writer: asyncio.StreamWriter) -> None:
    writer.write(http_head(Content_Type="application/json", Content_Length=1000) + HALF)
    await writer.drain()
    linger_not = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
    writer.transport.abort()
    hang_up(writer)


@_fault
async def stops_short(writer: asyncio.StreamWriter) -> None:
    writer.write(http_head(Content_Type="application/json", Content_Length=1000) + HALF)
    await writer.drain()
    hang_up(writer)


@_fault
async def stops_in_chunk(writer: asyncio.StreamWriter) -> None:
    head = http_head(Content_Type="application/json", Transfer_Encoding="chunked")
    writer.write(head + b"20\r\n" + HALF + b"\r\n")
    await writer.drain()
    hang_up(writer)


@_fault
async def stops_unannounced(writer: asyncio.StreamWriter) -> None:
    writer.write(http_head(Content_Type="application/json", Connection="close") + HALF)
    await writer.drain()
    hang_up(writer)


@_fault
async def wrong_shape(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(b'{"changes":"yes","next":7}'))


@_fault
async def not_numbers(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(_page(b',"level":NaN')))


@_fault
async def nests_deep(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(_page(b',"extra":' + b"[" * 100_000 + b"]" * 100_000)))


@_fault
async def giant_number(writer: asyncio.StreamWriter) -> None:
    digest = b',"digest":{"cursor":"b","types":{"queue":{"sha256":"","count":'
    writer.write(http_answer(_page(digest + b"9" * 5000 + b"}}}")))


@_fault
async def lone_surrogate(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(_page(b',"next":"\\ud800"')))


@_fault
async def not_utf8(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(_page(b',"extra":"\xff\xfe"')))


@_fault
async def html(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(b"<html>join the guest network</html>", Content_Type="text/html"))


@_fault
async def breaks(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(b"", "500 Broken"))


@_fault
async def slow_down(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(b"", "429 Slow", Retry_After="2"))


@_fault
async def busy_until(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(b"", "503 Busy", Retry_After="Wed, 21 Oct 2099 07:28:00 GMT"))


@_fault
async def redirects_to_itself(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(b"", "302 Found", Location="/redirects_to_itself"))


@_fault
async def redirects_away(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(b"", "302 Found", Location="http://127.0.0.2:9/take"))


@_fault
async def ten_megabytes(writer: asyncio.StreamWriter) -> None:
    writer.write(http_head(Content_Type="application/json", Connection="close"))
    for _ in range(160):
        writer.write(b" " * 65_536)
        await writer.drain()
    hang_up(writer)


@functools.lru_cache(maxsize=1)
def _bomb() -> bytes:
    """A quarter of a gigabyte of blanks in a quarter of a megabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b" " * (1 << 20)
    return b"".join([*(packer.compress(piece) for _ in range(256)), packer.flush()])


@_fault
async def gzip_bomb(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(_bomb(), Content_Encoding="gzip"))


@_fault
async def drips(writer: asyncio.StreamWriter) -> None:
    writer.write(http_head(Content_Type="application/json", Content_Length=1000))
    for _ in range(600):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


@_fault
async def hangs(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


@_fault
async def endless_headers(writer: asyncio.StreamWriter) -> None:
    lines = b"".join(b"X-%d: %s\r\n" % (number, b"y" * 1000) for number in range(2000))
    writer.write(b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 0\r\n\r\n")


@_fault
async def no_status(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 999 \xff\r\nContent-Length: 0\r\n\r\n")


@_fault
async def unknown_packing(writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(b"\x0b\x02\x80{}\x03", Content_Encoding="br"))
