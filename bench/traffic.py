"""Everyday events of Slack as they come over the wire: signed requests, made before the watch runs."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass

from tests.fakes.slack import SlackFake

HELP, SUPPORT = "C0HELP", "C0SUPPORT"
AGENTS = ("U0LIN", "U0CHEN", "U0WANG")

_WORDS = (
    "打印机还是卡纸，重启过两次了，灯一直闪橙色",
    "The invoice for order 20391 still shows the old address, can you have a look?",
    "好的，我下午三点以后在办公室，麻烦你们来看一下",
    "这是第二次了，上周也是这样，急用 🙏",
)
_number = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `key` is the inbox's name for the delivery."""

    body: bytes
    headers: list[tuple[bytes, bytes]]
    key: str


def message(fake: SlackFake, user: str, channel: str, thread: str = "", at: float = 0.0) -> Request:
    """Somebody writes in a channel or a thread."""
    number = next(_number)
    words = f"{_WORDS[number % len(_WORDS)]} ({number})"
    ts = f"{int(at) or 1764554400}.{number:06d}"
    event = {
        "type": "message",
        "user": user,
        "text": words,
        "ts": ts,
        "client_msg_id": f"8f0b6c3e-1111-4222-8333-{number:012d}",
        "team": "T0AURORA",
        "blocks": [
            {
                "type": "rich_text",
                "block_id": "b1",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}],
            }
        ],
        "channel": channel,
        "event_ts": ts,
        "channel_type": "channel",
    } | ({"thread_ts": thread, "parent_user_id": "U0BATON"} if thread else {})
    body = json.dumps(
        {
            "token": "z26uFbvR1xHJEdHE1OQiO6t8",
            "team_id": "T0AURORA",
            "context_team_id": "T0AURORA",
            "api_app_id": "A0BATON",
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{number:09d}",
            "event_time": int(float(ts)),
            "authorizations": [
                {"enterprise_id": None, "team_id": "T0AURORA", "user_id": "U0BATON", "is_bot": True,
                 "is_enterprise_install": False}
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-eyJldCI6Im1lc3NhZ2UiLCJ0aWQiOiJUMEFVUk9SQSJ9",
        }
    ).encode()  # fmt: skip
    headers = [(name.lower().encode(), value.encode()) for name, value in fake.signed_headers(body).items()]
    return Request(body, [*headers, (b"content-type", b"application/json")], f"message:{channel}:{ts}")


def day(fake: SlackFake, tickets: list[tuple[str, str, str]], strangers: Iterator[str], count: int) -> list[Request]:
    """A piece of a day, seven events at a time: a ticket opened, three follow-ups and three notes in others."""
    found: list[Request] = []
    for turn in itertools.count():
        if len(found) >= count:
            return found[:count]
        found.append(message(fake, next(strangers), HELP))
        for step in range(3):
            customer, thread, card = tickets[(turn * 3 + step) % len(tickets)]
            found.append(message(fake, customer, HELP, thread))
            found.append(message(fake, AGENTS[step], SUPPORT, card))
    raise AssertionError
