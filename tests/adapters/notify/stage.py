"""Gateways of one test, and what goes out through them."""

import contextlib
import socket
from collections.abc import AsyncIterator

from adapters.notify.adapter import GatewayAdapter, build_gateways
from bot.chat.contract import Delivery, Order, Target
from bot.chat.events import Place
from bot.chat.text import link, text
from bot.chat.views import Button, Card, Row, Section, View
from bot.gateways import Gateways
from tests.clock import ManualClock

LINK = "https://baton.example.com/t/12"
ALERT = Card(
    title="T-12 等待技术部接单",
    body=text("咖啡机 <E5> 报错, see ", link("the log", "https://example.com/log")),
    rows=(Row("客户", text("林晓 & Co.")), Row("Waiting", text("10 min"))),
    sections=(Section("Last words", text("还在吗？"), (Button("Take", "take", 12),)),),
    controls=(Button("I am on it", "ack", 12), Button("Open T-12", "open", url=LINK)),
    footer="Told: 王芳",
)


@contextlib.asynccontextmanager
async def gateway(channel: str, url: str, *, limit: float = 5.0, **environ: str) -> AsyncIterator[GatewayAdapter]:
    """One gateway: a person's, or that of the team `tech`."""
    personal = channel in ("mail", "sms")
    gateways = Gateways({channel: url}) if personal else Gateways(teams={"tech": {channel: url}})
    adapter = build_gateways(gateways, ManualClock(), environ, limit)[channel]
    try:
        yield adapter
    finally:
        await adapter.close()


async def told(adapter: GatewayAdapter, room: str = "tech", view: View = ALERT, ref: str = "") -> Delivery:
    """How it goes to tell somebody something."""
    place = Place(adapter.platform, room)
    return await adapter.deliver(Order("show", place, view), Target(place, "effect-7", ref))


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
