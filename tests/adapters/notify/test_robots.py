"""Robots of WeCom, DingTalk and Feishu: what they are sent, and what their answers mean.

They answer 200 to everything and say in a code of their own whether they took it; Apprise takes that for success.
"""

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adapters.notify.adapter import GatewayAdapter
from adapters.notify.channels import CHANNELS
from bot.chat.contract import Delivery, Order
from bot.chat.events import Place
from bot.chat.text import text
from bot.chat.views import Post
from tests.adapters.notify.receiver import Receiver, receiver
from tests.adapters.notify.stage import LINK, closed_port, gateway, told

TOKENS = {"wecom": "KEYkey-0123456789abc", "dingtalk": "TOKENtoken0123456789", "feishu": "TOKEN-token-0123456"}
SCHEMAS = {"wecom": "wecombot", "dingtalk": "dingtalk", "feishu": "feishu"}
PATHS = {
    "wecom": "/cgi-bin/webhook/send",
    "dingtalk": "/robot/send",
    "feishu": f"/open-apis/bot/v2/hook/{TOKENS['feishu']}/",
}
each_robot = pytest.mark.parametrize("channel", ["wecom", "dingtalk", "feishu"])


@asynccontextmanager
async def robot(channel: str, options: str = "", limit: float = 5.0) -> AsyncIterator[tuple[Receiver, GatewayAdapter]]:
    """A team's robot, its service in place of the real one."""
    async with receiver(channel) as service:
        url = f"{SCHEMAS[channel]}://{TOKENS[channel]}?base={service.base}{options}"
        async with gateway(channel, url, limit=limit) as adapter:
            yield service, adapter


def words_of(channel: str, body: Any) -> str:
    """The text that the robot will say."""
    said = body["content"]["text"] if channel == "feishu" else body["text"]["content"]
    assert isinstance(said, str)
    return said


@each_robot
async def test_a_robot_says_the_whole_alert(channel: str) -> None:
    """Covers U18: the department hears of it where it is."""
    async with robot(channel) as (service, adapter):
        delivery = await told(adapter)
    assert delivery == Delivery("sent", "effect-7", Place(channel, "tech"))
    (request,) = service.requests
    assert request.path == PATHS[channel]
    assert TOKENS[channel] in (request.path + json.dumps(request.query))
    assert request.body["msg_type" if channel == "feishu" else "msgtype"] == "text"
    said = words_of(channel, request.body)
    assert said.startswith("T-12 等待技术部接单\n")
    for words in ("咖啡机 <E5> 报错", "(https://example.com/log)", "客户: 林晓 & Co.", f"Open T-12: {LINK}"):
        assert words in said


async def test_a_signed_robot_signs() -> None:
    """DingTalk's robots may want a signature with a secret."""
    async with receiver("dingtalk") as service:
        url = f"dingtalk://SECsecret0123456789@{TOKENS['dingtalk']}?base={service.base}"
        async with gateway("dingtalk", url) as adapter:
            assert (await told(adapter)).outcome == "sent"
    assert {"access_token", "timestamp", "sign"} <= set(service.requests[0].query)


@pytest.mark.parametrize(
    ("channel", "answer", "outcome", "reason"),
    [
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1]"}, "refused", "gone"),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, "retry", ""),
        ("wecom", {"errcode": -1, "errmsg": "system busy"}, "retry", ""),
        ("wecom", {"errcode": 40008, "errmsg": "invalid message type"}, "refused", "invalid"),
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}, "refused", "forbidden"),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}, "retry", ""),
        ("dingtalk", {"errcode": 300005, "errmsg": "token is not exist"}, "refused", "gone"),
        ("feishu", {"code": 19024, "msg": "Key Words Not Found", "data": {}}, "refused", "forbidden"),
        ("feishu", {"code": 11232, "msg": "frequency limited", "data": {}}, "retry", ""),
        ("feishu", {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}, "refused", "gone"),
    ],
)
async def test_a_refusal_within_a_success(channel: str, answer: dict[str, Any], outcome: str, reason: str) -> None:
    async with robot(channel) as (service, adapter):
        service.answer(200, answer)
        delivery = await told(adapter)
        assert (delivery.outcome, delivery.reason) == (outcome, reason)
        assert str(answer.get("errmsg") or answer.get("msg")) in delivery.detail
        assert (await told(adapter)).outcome == "sent"
        too_often = str(answer.get("errcode", answer.get("code"))) in ("45009", "130101", "11232")
        assert (delivery.pace, delivery.retry_after) == ((f"{channel}:tech", 60.0) if too_often else ("", 0.0))


@each_robot
@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        (500, "retry", ""),
        (503, "retry", ""),
        (504, "unknown", ""),
        (400, "refused", "invalid"),
        (401, "refused", "token"),
        (403, "refused", "forbidden"),
        (404, "refused", "gone"),
    ],
)
async def test_failures_of_http(channel: str, status: int, outcome: str, reason: str) -> None:
    async with robot(channel) as (service, adapter):
        service.answer(status, {"msg": "no"})
        delivery = await told(adapter)
    assert (delivery.outcome, delivery.reason) == (outcome, reason)
    assert f"HTTP {status}" in delivery.detail
    assert len(service.requests) == 1, "trying again is the outbox's business"


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("Tue, 01 Dec 2026 02:01:30 GMT", 90.0), ("soon", 60.0), ("86400", 600.0)]
)
async def test_too_many_requests_hold_the_robots_pace(header: str, seconds: float) -> None:
    async with robot("feishu") as (service, adapter):
        service.answer(429, {}, Retry_After=header)
        delivery = await told(adapter)
    assert (delivery.outcome, delivery.pace, delivery.retry_after) == ("retry", "feishu:tech", seconds)


@each_robot
async def test_nobody_listens(channel: str) -> None:
    url = f"{SCHEMAS[channel]}://{TOKENS[channel]}?base=http://127.0.0.1:{closed_port()}"
    async with gateway(channel, url) as adapter:
        delivery = await told(adapter)
    assert delivery.outcome == "retry"
    assert "Connection refused" in delivery.detail
    assert TOKENS[channel] not in delivery.detail


async def test_no_answer_within_the_limit() -> None:
    async with robot("wecom", limit=1.5) as (service, adapter):
        service.hold = asyncio.Event()
        assert await told(adapter) == Delivery("unknown", detail="no answer in time")


async def test_no_answer_within_the_servers_patience() -> None:
    """`rto` is Apprise's option for how many seconds a server may be silent."""
    async with robot("wecom", "&rto=0.3") as (service, adapter):
        service.hold = asyncio.Event()
        delivery = await told(adapter)
        service.hold.set()
    assert delivery.outcome == "unknown"
    assert len(service.requests) == 1


async def test_the_server_hangs_up() -> None:
    async with robot("wecom") as (service, adapter):
        service.hang_up = True
        assert (await told(adapter)).outcome == "unknown"


async def test_tls_is_wanted_and_not_there() -> None:
    async with receiver("wecom") as service:
        url = f"wecombot://{TOKENS['wecom']}?base=https://127.0.0.1:{service.port}"
        async with gateway("wecom", url) as adapter:
            delivery = await told(adapter)
    assert (delivery.outcome, delivery.reason) == ("refused", "invalid")
    assert ssl.SSLError.__name__ in delivery.detail


@each_robot
async def test_what_a_server_repeats_of_our_secrets_is_masked(channel: str, caplog: pytest.LogCaptureFixture) -> None:
    """Covers P9: no token in a log, though libraries log every address at their most talkative."""
    caplog.set_level(logging.DEBUG)
    token = TOKENS[channel]
    async with robot(channel) as (service, adapter):
        service.answer(400, {"errmsg": f"no robot {token}", "link": f"?access_token={token.lower()}"})
        delivery = await told(adapter)
        await told(adapter)
    assert "no robot …" in delivery.detail
    assert token.lower() not in delivery.detail.lower()
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp")]
    assert not [line for line in ours if token in line]


@each_robot
async def test_a_text_is_cut_to_what_the_robot_takes(channel: str) -> None:
    """Chinese takes three bytes of UTF-8, and six as Apprise writes it into JSON."""
    async with robot(channel) as (service, adapter):
        assert (await told(adapter, view=Post(text("退货" * 8000)))).outcome == "sent"
    said = words_of(channel, service.requests[0].body)
    assert said.endswith("…")
    sizes = {"wecom": (len(said.encode()), 2048), "dingtalk": (len(json.dumps(said)), 20_000)}
    size, limit = sizes.get(channel, (len(json.dumps(said)), 20_000))
    assert limit * 0.9 < size <= limit


def test_paces_stay_within_what_the_robots_allow() -> None:
    """A full burst and what follows it, counted over the first minute."""
    allowed = {"wecom": 20, "dingtalk": 20, "feishu": 100}
    for name, limit in allowed.items():
        pace = CHANNELS[name].pace(Order("show", Place(name, "tech")))
        assert pace.burst + pace.per_second * 60 <= limit
        assert pace.name == f"{name}:tech"
