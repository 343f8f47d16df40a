"""Whatever fits the description of a route, or does not, is answered: never with a fault. Covers T10, W6.

FastAPI can describe every route although Baton publishes no description; Schemathesis makes requests of it, right ones
and wrong ones, and each is made by an agent, a customer and a stranger. `make fuzz` makes many more of them.
"""

import asyncio
import contextlib
import copy
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Err

from bot.unit import Unit
from tests.security.house import AGENT, CUSTOMER, STRANGER, Guarded, guarded

LONG = bool(os.environ.get("BATON_FUZZ"))
EFFORT = settings(
    max_examples=100 if LONG else 3,
    deadline=None,
    database=None,
    derandomize=not LONG,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# Answers without an end, which are asked for elsewhere.
STREAMS = ("/chat/api/live", "/overview/live")
# What is open to everybody: pages without data, their files and words, and how Baton is.
OPEN = ("/", "/chat", "/chat/message/{number}", "/chat/api/words", "/healthz", "/readyz", "/metrics")

Seen = Counter[tuple[str, str, int]]


def sharpened(described: dict[str, Any]) -> dict[str, Any]:
    """The description with the values that exist in place of all that merely fit, so that requests get somewhere."""
    real = {
        "room": ["lobby", "support", CUSTOMER, AGENT],
        "thread": ["", "1"],
        "reply_to": ["", "1"],
        "message": [1, 2],
        "ref": ["1", "2", "3"],
        "word": ["ticket", "mine", "show", "kb", "close", "assign", "help"],
        "action": ["ticket.take", "ticket.close", "kb.useful", "menu"],
        "files": [[]],
        "text": ["你好", "show T-1"],
        "emoji": ["eyes"],
    }
    described = copy.deepcopy(described)
    for schema in described["components"]["schemas"].values():
        known = real.keys() & schema.get("properties", {}).keys()
        schema["properties"] = schema.get("properties", {}) | {name: {"enum": real[name]} for name in known}
        schema["required"] = sorted({*schema.get("required", ()), *known})
    for route in described["paths"].values():
        for parameter in (each for how in route.values() for each in how.get("parameters", ())):
            if parameter["name"] in real:
                parameter |= {"required": True, "schema": {"enum": real[parameter["name"]]}}
    return described


def operations(described: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Each route with strategies for requests: such as may succeed, such as fit, and such as do not."""
    for schema, mode in (
        (sharpened(described), GenerationMode.POSITIVE),
        (described, GenerationMode.POSITIVE),
        (described, GenerationMode.NEGATIVE),
    ):
        for found in schemathesis.openapi.from_dict(schema).get_all_operations():
            assert not isinstance(found, Err), "FastAPI's descriptions are valid"
            operation = found.ok()
            if operation.path not in STREAMS:
                yield operation, operation.as_strategy(generation_mode=mode)


def tried(described: dict[str, Any], url: str, callers: Mapping[str, Mapping[str, str]]) -> Seen:
    """Make requests of every route as each of the callers; how each was answered."""
    seen: Seen = Counter()
    with requests.Session() as connection:
        for _, strategy in operations(described):
            work = given(case=strategy)(lambda case: each(case, connection, url, callers, seen))
            with contextlib.suppress(Unsatisfiable):  # there is no wrong request of a route that takes nothing
                EFFORT(work)()
    return seen


def each(
    case: Any,
    connection: requests.Session,
    url: str,
    callers: Mapping[str, Mapping[str, str]],
    seen: Seen,
) -> None:
    """One request, made by everybody."""
    for name, headers in callers.items():
        answer = case.call(base_url=url, headers=dict(headers), session=connection, timeout=20)
        connection.cookies.clear()
        told = f"{name or 'a stranger'}: {case.as_curl_command()}"
        assert answer.status_code < 500, told
        assert "Traceback" not in answer.text, told
        assert "nosniff" in answer.headers["x-content-type-options"], told
        seen[name, case.operation.path, answer.status_code] += 1


def headers_of(house: Guarded, name: str) -> dict[str, str]:
    """What a caller's browser sends along."""
    own = house[name].client.headers
    return {header: own[header] for header in ("x-baton", "cookie", "accept-language") if header in own}


def unhandled(unit: Unit) -> list[str]:
    """What was given up, or still waits."""
    return [row.error for row in unit.inbox.dead()] + ["waits"] * unit.inbox.waiting()[0]


@pytest.mark.timeout(3600 if LONG else 600)
async def test_no_request_makes_a_fault(sqlite_url: str, tmp_path: Path) -> None:
    """Nobody sees a 500 or a traceback, a stranger gets nothing at all, and nothing is left in the inbox."""
    async with guarded(sqlite_url, tmp_path) as house:
        await house[AGENT].says("lobby", "大家好")
        await house[CUSTOMER].says("lobby", "打印机坏了")
        await house.settle()
        callers = {name: headers_of(house, name) for name in (AGENT, CUSTOMER, STRANGER)}
        described = house.baton.baton.http.openapi()
        seen = await asyncio.to_thread(tried, described, house.baton.url, callers)
        await house.settle()
        assert await house.baton.read(unhandled) == []
    served = {path for name, path, status in seen if name == STRANGER and status < 300}
    assert served <= {*OPEN, *(path for path in described["paths"] if "/static/" in path)}
    assert {"/chat/api/messages", "/chat/api/timeline", "/chat/api/me"} <= {
        path for name, path, status in seen if name == AGENT and status == 200
    }, "requests get further than the first look"
