"""Webhooks: JSON for programs, with what a person would see and what a program wants to count."""

import asyncio
from urllib.parse import quote

import pytest

from bot.chat.contract import Delivery, Order, Target
from bot.chat.events import Place
from bot.chat.text import link, mention, text
from bot.chat.views import Post
from tests.adapters.notify.receiver import receiver
from tests.adapters.notify.stage import LINK, gateway, told


async def test_a_webhook_gets_title_text_rows_and_links() -> None:
    """Covers U18: the department's own system hears of it."""
    async with receiver("webhook") as service:
        url = f"json://127.0.0.1:{service.port}/hook?:source=baton&-room=7&+X-Key=sesame-open"
        async with gateway("webhook", url) as adapter:
            assert (await told(adapter)).outcome == "sent"
    (request,) = service.requests
    assert (request.path, request.query) == ("/hook", {"room": "7"})
    body = request.body
    assert body["title"] == "T-12 等待技术部接单"
    assert body["text"].startswith("咖啡机 <E5> 报错, see the log (https://example.com/log)\n客户: 林晓 & Co.")
    assert body["rows"] == [{"label": "客户", "value": "林晓 & Co."}, {"label": "Waiting", "value": "10 min"}]
    assert body["links"] == [
        {"label": "the log", "url": "https://example.com/log"},
        {"label": "Open T-12", "url": LINK},
    ]
    assert (body["id"], body["source"]) == ("effect-7", "baton")
    assert "attachments" not in body


async def test_a_post_is_carried_as_well() -> None:
    """Somebody's words: who says them, and where a mention or a link leads."""
    view = Post(text("ask ", mention("王芳", "U7"), " ", link("https://a.example", "https://a.example")), author="林晓")
    async with receiver("webhook") as service, gateway("webhook", f"json://127.0.0.1:{service.port}") as adapter:
        assert (await told(adapter, view=view)).outcome == "sent"
    body = service.requests[0].body
    assert (body["title"], body["text"]) == ("林晓", "林晓\nask 王芳 https://a.example")
    assert (body["rows"], body["links"]) == ([], [{"label": "https://a.example", "url": "https://a.example"}])


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(204, "sent"), (302, "refused"), (410, "refused"), (408, "retry"), (502, "retry"), (504, "unknown")],
)
async def test_what_the_status_says(status: int, outcome: str) -> None:
    async with receiver("webhook") as service, gateway("webhook", f"json://127.0.0.1:{service.port}") as adapter:
        service.answer(status, {})
        assert (await told(adapter)).outcome == outcome


async def test_an_answer_with_a_code_of_its_own_is_no_refusal() -> None:
    """Only the robots' codes are known; elsewhere `code` means what its author likes."""
    async with receiver("webhook") as service, gateway("webhook", f"json://127.0.0.1:{service.port}") as adapter:
        service.answer(200, {"code": 200, "msg": "ok"})
        assert (await told(adapter)).outcome == "sent"


async def test_a_robot_may_stand_behind_a_webhook() -> None:
    """Its answers are read as the robot's, whatever the channel is called."""
    async with receiver("wecom") as service, gateway("webhook", f"wecombot://key?base={service.base}") as adapter:
        service.answer(200, {"errcode": 93000, "errmsg": "invalid webhook url"})
        assert (await told(adapter)).reason == "gone"


async def test_a_password_is_in_no_detail() -> None:
    """Covers P9."""
    password = "pass/word 1"
    async with receiver("webhook") as service:
        url = f"json://baton:{quote(password, safe='')}@127.0.0.1:{service.port}/h/deadbeefcafe"
        async with gateway("webhook", url) as adapter:
            service.answer(403, {"message": f"wrong password {password} for /h/deadbeefcafe"})
            delivery = await told(adapter)
    assert delivery.detail == 'HTTP 403: {"message": "wrong password … for /h/…"}'


async def test_a_team_without_a_webhook_is_refused() -> None:
    async with gateway("webhook", "json://127.0.0.1") as adapter:
        delivery = await told(adapter, "finance")
    assert delivery == Delivery("refused", reason="gone", detail="no webhook for finance")


async def test_what_left_is_not_sent_again_for_a_newer_state() -> None:
    """Nothing can be edited or taken back; an alert that was acknowledged is no second alert."""
    async with receiver("webhook") as service, gateway("webhook", f"json://127.0.0.1:{service.port}") as adapter:
        place = Place("webhook", "tech")
        assert await told(adapter, ref="effect-1") == Delivery("sent", "effect-1", place)
        assert (await adapter.deliver(Order("remove", place), Target(place, "e", "effect-1"))).outcome == "sent"
        assert (await adapter.deliver(Order("file", place, file=3), Target(place, "e"))).outcome == "refused"
    assert service.requests == []


async def test_many_at_once_are_told_apart() -> None:
    """Each call has its own record, though all share threads."""
    async with receiver("webhook") as service, gateway("webhook", f"json://127.0.0.1:{service.port}") as adapter:
        for number in range(30):
            service.answer(200 if number % 2 else 410, {})
        deliveries = await asyncio.gather(*(told(adapter) for _ in range(30)))
    outcomes = [delivery.outcome for delivery in deliveries]
    assert (outcomes.count("sent"), outcomes.count("refused")) == (15, 15)
