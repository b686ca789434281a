"""Clients and servers of the library `websockets`, with a proxy between them.

Prints the ports of its two servers, "blue" and "green", and reads the proxy's; then plays its cases
and prints a line for each: "held NAME" or "deviated NAME: WHY". In between it asks for what only the
proxy's owner can do, with "please VERB ...", and reads one line of answer.
"""

import asyncio
import os
import signal
import sys
import traceback

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidStatus

signal.alarm(100)  # Nobody waits for this longer.

MEGABYTE = 1 << 20
LIMIT = 20 * MEGABYTE
ends = {}
cases = []


def end(path):
    """What will be known of the end of a server's connection."""
    return ends.setdefault(path, asyncio.get_running_loop().create_future())


def case(function):
    cases.append(function)
    return function


# The servers.


def handler(name):
    async def handle(peer):
        path = peer.request.path
        try:
            if path.startswith("/echo"):
                async for message in peer:
                    await peer.send(message)
            elif path == "/name":
                await peer.send(name)
                async for message in peer:
                    await peer.send(f"{name} {message}")
            elif path == "/fragments":
                async for _ in peer:
                    await peer.send(["one", "two", "three"])
            elif path == "/ping":
                pong = await peer.ping(b"are you there?")
                await pong
                await peer.send("ponged")
            elif path.startswith("/close/"):
                await peer.recv()
                await peer.close(int(path.split("/")[2]), "as asked")
            elif path == "/abort":
                await peer.recv()
                peer.transport.abort()
            elif path == "/flood":
                while True:
                    await peer.send(b"x" * MEGABYTE)
        except ConnectionClosed:
            pass
        finally:
            await peer.wait_closed()
            if not end(path).done():
                end(path).set_result((peer.close_code, peer.close_reason))

    return handle


def refuse(peer, request):
    if request.path == "/refused":
        return peer.respond(403, "not here\n")
    return None


def select(peer, offered):
    return "chat.v2" if "chat.v2" in offered else None


# The proxy's owner.


async def please(*words):
    print("please", *words, flush=True)
    return (await asyncio.to_thread(sys.stdin.readline)).strip()


def through(path, **options):
    options.setdefault("max_size", LIMIT)
    options.setdefault("proxy", None)
    return connect(f"ws://127.0.0.1:{proxy_port}{path}", **options)


def check(condition, otherwise):
    if not condition:
        raise AssertionError(otherwise)


async def closed_at_server(path):
    return await asyncio.wait_for(end(path), 10)


# The cases.


@case
async def messages_of_every_kind_are_echoed():
    async with through("/echo") as peer:
        for message in ["", "hello", "äöü €😀", b"", b"\x00\xff" * 7, "x" * 125, "x" * 126, b"y" * 65_535]:
            await peer.send(message)
            check(await peer.recv() == message, repr(message)[:40])


@case
async def messages_of_64_kilobytes_and_16_megabytes_pass():
    for compression in [None, "deflate"]:
        async with through("/echo", compression=compression) as peer:
            for size in [64 * 1024, 65_536 + 1, 16 * MEGABYTE]:
                message = os.urandom(1024) * (size // 1024) + b"!" * (size % 1024)
                await peer.send(message)
                check(await peer.recv() == message, f"{size} bytes, {compression}")
                text = "text " * (size // 5)
                await peer.send(text)
                check(await peer.recv() == text, f"{size} characters, {compression}")


@case
async def fragments_stay_fragments():
    async with through("/fragments") as peer:
        await peer.send("go")
        pieces = [piece async for piece in peer.recv_streaming()]
        check("".join(pieces) == "onetwothree" and len(pieces) >= 3, pieces)
    async with through("/echo") as peer:

        async def with_pings():
            for piece in ["a", "b" * 70_000, "c"]:
                yield piece
                await (await peer.ping())

        await peer.send(with_pings())
        check(await peer.recv() == "a" + "b" * 70_000 + "c", "another message")


@case
async def pings_are_answered_both_ways():
    async with through("/echo", ping_interval=None) as peer:
        for payload in [b"", b"hello", b"x" * 125]:
            await (await peer.ping(payload))
        await peer.pong(b"unasked")
        await peer.send("still here")
        check(await peer.recv() == "still here", "lost")
    async with through("/ping") as peer:
        check(await peer.recv() == "ponged", "no pong reached the server")


@case
async def close_codes_pass_both_ways():
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 3000, 4999]:
        path = f"/echo/{code}"
        async with through(path) as peer:
            await peer.close(code, f"reason {code}")
        check(await closed_at_server(path) == (code, f"reason {code}"), f"server: {code}")
        async with through(f"/close/{code}") as peer:
            await peer.send("close it")
            try:
                await peer.recv()
                raise AssertionError("still open")
            except ConnectionClosed:
                pass
            check((peer.close_code, peer.close_reason) == (code, "as asked"), f"client: {code}")


@case
async def a_server_that_dies_is_no_proper_end():
    async with through("/abort") as peer:
        await peer.send("die")
        try:
            await peer.recv()
            raise AssertionError("still open")
        except ConnectionClosedError:
            check(peer.close_code == 1006, peer.close_code)


@case
async def compression_is_negotiated_end_to_end():
    async with through("/echo") as peer:
        check("permessage-deflate" in peer.response.headers["Sec-WebSocket-Extensions"], "not agreed")
        await peer.send("again " * 50_000)
        check(await peer.recv() == "again " * 50_000, "another message")
    async with through("/echo", compression=None) as peer:
        check("Sec-WebSocket-Extensions" not in peer.response.headers, "agreed by whom?")


@case
async def subprotocols_and_refusals_pass():
    async with through("/echo", subprotocols=["chat.v1", "chat.v2"]) as peer:
        check(peer.subprotocol == "chat.v2", peer.subprotocol)
    try:
        async with through("/refused"):
            raise AssertionError("not refused")
    except InvalidStatus as refusal:
        check(refusal.response.status_code == 403, refusal.response.status_code)
        check(refusal.response.body == b"not here\n", refusal.response.body)


@case
async def many_at_once_go_on_through_switches():
    stop = asyncio.Event()

    async def talk(peer, name):
        count = 0
        while count == 0 or not stop.is_set():
            message = f"{count} " + "x" * (count % 3000)
            await peer.send(message)
            check(await peer.recv() == f"{name} {message}", f"another echo on {name}")
            count += 1
        return count

    talks = []
    peers = []
    for round in range(20):
        live = ["blue", "green"][round % 2]
        check(await please("switch", live) == "done", "no switch")
        for _ in range(3):
            peer = await through("/name")
            check(await peer.recv() == live, f"a new tunnel went to the old side in round {round}")
            peers.append(peer)
            talks.append(asyncio.create_task(talk(peer, live)))
    stop.set()
    counts = await asyncio.gather(*talks)
    check(all(count > 0 for count in counts), counts)
    for peer in peers:
        await peer.close()
        check(peer.close_code == 1000, peer.close_code)


@case
async def the_drains_end_takes_leave():
    check(await please("switch", "blue") == "done", "no switch")
    idle = await through("/echo/idle")
    await idle.send("hello")
    await idle.recv()
    # It reads nothing, so that a frame stands half in the proxy.
    flooded = await through("/flood", max_queue=1, ping_interval=None, compression=None)
    await flooded.recv()
    check(await please("switch", "green") == "done", "no switch")
    await idle.send("still here")
    check(await idle.recv() == "still here", "cut before the deadline")
    check(await please("cut", "blue") == "2", "not both were cut")
    try:
        await idle.recv()
        raise AssertionError("still open")
    except ConnectionClosed:
        check(idle.close_code == 1001, idle.close_code)
    check((await closed_at_server("/echo/idle"))[0] == 1001, "the instance was not told")
    check((await closed_at_server("/flood"))[0] in (1001, 1006), "the instance hangs")
    try:
        while True:
            await flooded.recv()
    except ConnectionClosed:
        check(flooded.close_code == 1006, flooded.close_code)


@case
async def the_proxys_end_says_that_the_service_starts_anew():
    peer = await through("/echo/end")
    await peer.send("hello")
    await peer.recv()
    check(await please("stop") == "done", "no stop")
    try:
        await peer.recv()
        raise AssertionError("still open")
    except ConnectionClosed:
        check(peer.close_code == 1012, peer.close_code)
    check((await closed_at_server("/echo/end"))[0] == 1001, "the instance was not told")


async def main():
    global proxy_port
    options = {"max_size": LIMIT, "process_request": refuse, "select_subprotocol": select}
    async with serve(handler("blue"), "127.0.0.1", 0, **options) as blue:
        async with serve(handler("green"), "127.0.0.1", 0, **options) as green:
            ports = [server.sockets[0].getsockname()[1] for server in (blue, green)]
            proxy_port = await please("listen", *ports)
            for function in cases:
                name = function.__name__
                try:
                    await asyncio.wait_for(function(), 60)
                    print("held", name, flush=True)
                except Exception as error:
                    where = traceback.extract_tb(error.__traceback__)[-1].lineno
                    print(f"deviated {name}: {error!r} (line {where})", flush=True)
            print("end", flush=True)


asyncio.run(main())
