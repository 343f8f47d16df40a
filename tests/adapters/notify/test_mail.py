"""Mail, over a real SMTP session with a server on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.notify.adapter import GatewayAdapter
from bot.chat.contract import Delivery
from tests.adapters.notify.postoffice import PostOffice, post_office
from tests.adapters.notify.stage import LINK, closed_port, gateway, told

LIN = "lin@example.com"


def url(port: int, options: str = "", login: str = "") -> str:
    """The gateway's address as the team file has it."""
    return f"mailto://{login}127.0.0.1:{port}?from=Baton<baton@example.com>&to={{address}}{options}"


@asynccontextmanager
async def post(options: str = "", limit: float = 5.0) -> AsyncIterator[tuple[PostOffice, GatewayAdapter]]:
    """A mail server, and the gateway that leads to it."""
    async with post_office() as office, gateway("mail", url(office.port, options), limit=limit) as adapter:
        yield office, adapter


async def test_a_mail_has_the_whole_alert_in_both_forms() -> None:
    """Covers U16: enough to act on, without the chat."""
    async with post() as (office, adapter):
        delivery = await told(adapter, LIN)
    assert (delivery.outcome, delivery.ref) == ("sent", "effect-7")
    (mail,) = office.mails
    assert mail["To"] == LIN
    assert mail["From"] == "Baton <baton@example.com>"
    assert mail["Subject"] == "T-12 等待技术部接单"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Baton-Order"] == "effect-7"
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    for words in ("咖啡机 <E5> 报错", "https://example.com/log", "客户: 林晓 & Co.", "还在吗？", LINK, "Told: 王芳"):
        assert words in plain.get_content()
    assert "咖啡机 &lt;E5&gt; 报错" in html.get_content()
    assert f'Open T-12: <a href="{LINK}">{LINK}</a>' in html.get_content()
    assert "I am on it" not in plain.get_content(), "a button that nobody can press"


async def test_each_person_gets_his_own_and_nobody_else() -> None:
    async with post() as (office, adapter):
        await asyncio.gather(*(told(adapter, f"p{number}@example.com") for number in range(12)))
    assert sorted(mail["To"] for mail in office.mails) == sorted(f"p{number}@example.com" for number in range(12))


@pytest.mark.parametrize("room", ["", "lin", "a@x.cn,b@x.cn", "a@x.cn?cc=b@x.cn", "a@x.cn&to=b@x.cn", "a@x.cn\nBcc: b"])
async def test_what_is_no_single_address_is_refused_before_anything_is_sent(room: str) -> None:
    """Apprise would write to several at once, or to the sender himself."""
    async with post() as (office, adapter):
        delivery = await told(adapter, room)
    assert (delivery.outcome, delivery.reason) == ("refused", "unreachable")
    assert office.mails == []


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        ("550 5.1.1 no such user lin@example.com", "refused", "unreachable"),
        ("450 4.2.0 greylisted, come back later", "retry", ""),
        ("421 4.7.0 too busy", "retry", ""),
    ],
)
async def test_a_recipient_who_is_refused(answer: str, outcome: str, reason: str) -> None:
    async with post() as (office, adapter):
        office.recipients[LIN] = answer
        delivery = await told(adapter, LIN)
    assert (delivery.outcome, delivery.reason) == (outcome, reason)
    assert answer[:3] in delivery.detail
    assert LIN not in delivery.detail


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        ("552 5.3.4 message too big", "refused", "too_large"),
        ("554 5.7.1 looks like spam", "refused", "invalid"),
        ("451 4.3.0 disk full", "retry", ""),
    ],
)
async def test_a_mail_that_is_refused(answer: str, outcome: str, reason: str) -> None:
    async with post() as (office, adapter):
        office.contents = [answer]
        delivery = await told(adapter, LIN)
        assert (delivery.outcome, delivery.reason) == (outcome, reason)
        assert (await told(adapter, LIN)).outcome == "sent"
    assert len(office.mails) == 1


async def test_signing_in() -> None:
    """A wrong password is for an administrator to mend; it is in no log."""
    async with post_office(sign_in=True) as office:
        office.passwords = {"baton": "right-one"}
        async with gateway("mail", url(office.port, login="baton:right-one@")) as adapter:
            assert (await told(adapter, LIN)).outcome == "sent"
        async with gateway("mail", url(office.port, login="baton:wrong-one@")) as adapter:
            delivery = await told(adapter, LIN)
    assert (delivery.outcome, delivery.reason) == ("refused", "token")
    assert "wrong-one" not in delivery.detail


async def test_nobody_listens() -> None:
    async with gateway("mail", url(closed_port())) as adapter:
        delivery = await told(adapter, LIN)
    assert delivery.outcome == "retry"
    assert "refused" in delivery.detail


@pytest.mark.parametrize(("schema", "mode"), [("mailtos", "starttls"), ("mailtos", "ssl")])
async def test_tls_is_wanted_and_not_there(schema: str, mode: str) -> None:
    """Nothing is sent in the clear; no waiting changes how it was set up."""
    async with post_office() as office:
        secure = url(office.port, f"&mode={mode}").replace("mailto:", f"{schema}:")
        async with gateway("mail", secure) as adapter:
            delivery = await told(adapter, LIN)
    assert (delivery.outcome, delivery.reason) == ("refused", "invalid")
    assert office.mails == []


async def test_the_server_is_silent_after_the_mail() -> None:
    """Whether it was taken, nobody can say."""
    async with post(limit=1.5) as (office, adapter):
        office.hold = asyncio.Event()
        delivery = await told(adapter, LIN)
        assert delivery == Delivery("unknown", detail="no answer in time")
        office.hold.set()
    assert len(office.mails) == 1


async def test_the_server_hangs_up_after_the_mail() -> None:
    async with post() as (office, adapter):
        office.hang_up = True
        assert (await told(adapter, LIN)).outcome == "unknown"
    assert len(office.mails) == 1


async def test_a_server_that_never_greets_took_nothing() -> None:
    """And what was given up is not sent later behind our back."""
    greeting, left = asyncio.Event(), asyncio.Event()
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await greeting.wait()
        writer.write(b"220 late\r\n")
        while line := await reader.readline():
            heard.append(line)
            writer.write(b"250 OK\r\n")
        writer.close()
        left.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, gateway("mail", url(port), limit=0.3) as adapter:
        assert await told(adapter, LIN) == Delivery("retry", detail="no answer in time")
        greeting.set()
        async with asyncio.timeout(5):
            await left.wait()
    assert b"quit\r\n" in heard
    assert b"data\r\n" not in heard


async def test_more_mails_than_threads_wait_their_turn() -> None:
    """One that no thread was free for in time was certainly not sent."""
    async with post(limit=3.0) as (office, adapter):
        office.hold = asyncio.Event()
        deliveries = await asyncio.gather(*(told(adapter, f"p{number}@example.com") for number in range(10)))
        office.hold.set()
    outcomes = sorted(delivery.outcome for delivery in deliveries)
    assert outcomes == ["retry"] * 2 + ["unknown"] * 8
    assert len(office.mails) == 8


async def test_mails_in_plain_text_where_the_address_asks_for_it() -> None:
    async with post("&format=text") as (office, adapter):
        await told(adapter, LIN)
    (mail,) = office.mails
    assert mail.get_content_type() == "text/plain"
    assert f"Open T-12: {LINK}" in mail.get_content()
