import asyncio
import cProfile
import logging
import pstats
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench import traffic
from bench.house import house

logging.basicConfig(level=logging.WARNING)


async def call(app, request):
    status = 0
    sent = False

    async def receive():
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message):
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]

    await app(
        {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/slack/events",
            "raw_path": b"/slack/events",
            "query_string": b"",
            "headers": request.headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "root_path": "",
        },
        receive,
        send,
    )
    return status


async def drive(h, requests, c):
    done = {}
    loop = asyncio.get_running_loop()

    def watch(row):
        f = done.get(row.key)
        if f and not f.done():
            f.set_result(time.perf_counter())

    h.baton.inbox.watch = watch
    queue = iter(requests)
    lat = []
    ack = []

    async def client():
        for r in queue:
            done[r.key] = f = loop.create_future()
            t = time.perf_counter()
            s = await call(h.baton.http, r)
            assert s == 200, s
            ack.append(time.perf_counter() - t)
            lat.append(await f - t)

    t = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(c)))
    spent = time.perf_counter() - t
    lat.sort()
    ack.sort()
    return len(requests) / spent, lat[len(lat) // 2] * 1e3, lat[int(len(lat) * 0.99)] * 1e3, ack[len(ack) // 2] * 1e3


async def main(url):
    folder = Path(tempfile.mkdtemp())
    url = url or f"sqlite:///{folder}/b.db"
    async with house(url, folder) as h:
        # warm
        names = [next(h.strangers) for _ in range(300)]
        await drive(h, [traffic.message(h.fake, n, traffic.HELP) for n in names], 8)
        h.clock.skipped += __import__("datetime").timedelta(minutes=10)
        import itertools

        prof = len(sys.argv) > 2 and sys.argv[2] == "prof"
        strangers = itertools.cycle(names)
        for c in (1, 8, 32):
            for kind in ("day",):
                rates = []
                for _ in range(3):
                    h.clock.skipped += __import__("datetime").timedelta(minutes=10)
                    rs = traffic.day(h.fake, h.tickets, strangers, 420)
                    if prof and c == 8:
                        pr = cProfile.Profile()
                        pr.enable()
                    rates.append(await drive(h, rs, c))
                    if prof and c == 8:
                        pr.disable()
                        pstats.Stats(pr).sort_stats("tottime").print_stats(35)
                        prof = False
                print(c, kind, ["%.0f/s p50 %.1f p99 %.1f ack %.1f" % r for r in rates], flush=True)
                from bench import floors

                app = floors.bolt(h.fake.signing_secret)

                async def sdk(rs):
                    q = iter(rs)

                    async def cl():
                        for r in q:
                            assert await call(app, r) == 200

                    t = time.perf_counter()
                    await asyncio.gather(*(cl() for _ in range(c)))
                    return len(rs) / (time.perf_counter() - t)

                async def tx(n):
                    with floors.bare(
                        url if url.startswith("postgres") else f"sqlite:///{folder}/b.db", rs[0].body
                    ) as b:
                        await b.write()
                        q = iter(range(n))

                        async def cl():
                            for _ in q:
                                await b.write()

                        t = time.perf_counter()
                        await asyncio.gather(*(cl() for _ in range(c)))
                        return n / (time.perf_counter() - t)

                s = [await sdk(rs) for _ in range(3)]
                x = [await tx(420) for _ in range(3)]
                S = statistics.median(s)
                X = statistics.median(x)
                R = statistics.median(r[0] for r in rates)
                A = 1 / (1 / S + 1 / X)
                print(c, "sdk %.0f tx %.0f allowed %.0f baton %.0f ratio %.2f" % (S, X, A, R, R / A), flush=True)
        for name, make in (
            ("follow", lambda i: traffic.message(h.fake, h.tickets[i % 40][0], traffic.HELP, h.tickets[i % 40][1])),
            ("note", lambda i: traffic.message(h.fake, "U0LIN", traffic.SUPPORT, h.tickets[i % 40][2])),
            ("open", lambda i: traffic.message(h.fake, names[i % 300], traffic.HELP)),
        ):
            h.clock.skipped += __import__("datetime").timedelta(minutes=10)
            r = await drive(h, [make(i) for i in range(280)], 8)
            print(name, "%.0f/s p50 %.1f p99 %.1f ack %.1f" % r, flush=True)


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] != "-" else ""))
