"""Sessions: what a thief, a neighbour, a foreign page and a false link can do with them: nothing. Covers T8, T10.

More stands in `tests/adapters/web/test_access.py` (forged, spoilt and old links, foreign pages, DNS rebinding).
"""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from adapters.http.session import COOKIE, HOST_COOKIE, SESSION_AGE, Sessions
from bot.unit import Unit
from tests.clock import ManualClock
from tests.security.house import AGENT, CUSTOMER, PUBLIC, Guarded, guarded, session

KEY = "a secret for tests that is long enough"


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Guarded]:
    """Baton behind a proxy that speaks HTTPS."""
    async with guarded(sqlite_url, tmp_path) as made:
        yield made


def browser(house: Guarded, **headers: str) -> httpx.AsyncClient:
    """A browser without a session."""
    return httpx.AsyncClient(base_url=house.baton.url, headers={"x-baton": "chat", **headers}, timeout=10)


async def signed_in(house: Guarded, path: str = "/chat") -> httpx.Response:
    """The answer to a sign-in link."""
    key = house.baton.baton.adapters["web"].sessions.key(AGENT)  # type: ignore[attr-defined]
    async with browser(house) as client:
        return await client.get(path, params={"key": key})


@pytest.mark.parametrize("path", ["/chat", "/"])
async def test_the_cookie_is_for_this_host_over_https_and_no_script_reads_it(house: Guarded, path: str) -> None:
    cookie = (await signed_in(house, path)).headers["set-cookie"]
    name, *flags = (part.strip().lower() for part in cookie.split(";"))
    assert name.startswith(f"{HOST_COOKIE.lower()}=")
    assert {"httponly", "secure", "samesite=strict", "path=/", f"max-age={SESSION_AGE}"} <= set(flags)
    assert not [flag for flag in flags if flag.startswith("domain")], "a name with __Host- must not have one"


async def test_a_neighbour_under_the_same_domain_slips_nobody_a_session(house: Guarded) -> None:
    """He can set a cookie for the whole domain, but none with the prefix; and the plain name counts for nothing."""
    async with browser(house, cookie=f"{COOKIE}={session(house.baton, AGENT)}") as client:
        assert (await client.get("/chat/api/state")).status_code == 401


async def test_signing_in_makes_a_session_of_its_own(house: Guarded) -> None:
    """No fixation: what a browser brought along before is not what it has after."""
    brought = session(house.baton, CUSTOMER)
    key = house.baton.baton.adapters["web"].sessions.key(AGENT)  # type: ignore[attr-defined]
    async with browser(house, cookie=f"{HOST_COOKIE}={brought}") as client:
        answer = await client.get("/chat", params={"key": key})
    assert brought not in answer.headers["set-cookie"]
    assert HOST_COOKIE in answer.headers["set-cookie"]


async def test_a_link_leads_nowhere_else(house: Guarded) -> None:
    """There is no redirect that could be opened: whatever the link says beside the key is not obeyed."""
    key = house.baton.baton.adapters["web"].sessions.key(AGENT)  # type: ignore[attr-defined]
    async with browser(house) as client:
        for name in ("next", "return", "redirect", "url", "continue", "to"):
            for path in ("/chat", "/"):
                answer = await client.get(path, params={"key": key, name: "https://evil.example/"})
                assert answer.status_code == 200
                assert "location" not in answer.headers
                assert "evil.example" not in answer.text
        for path in ("//evil.example/", "/\\evil.example", "/chat/message/1?next=//evil.example"):
            assert "location" not in (await client.get(path)).headers


async def test_the_key_of_a_link_is_in_no_referrer_cache_or_page(house: Guarded) -> None:
    for path in ("/chat", "/"):
        answer = await signed_in(house, path)
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert str(answer.request.url.params["key"]) not in answer.text


async def test_no_page_is_framed_and_no_answer_is_taken_for_something_else(house: Guarded) -> None:
    for path in ("/", "/chat", "/chat/api/state", "/overview", "/static/dom.js", "/healthz", "/nowhere"):
        headers = (await house[AGENT].get(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["cross-origin-resource-policy"] == "same-origin", path
        assert "access-control-allow-origin" not in headers, path


@pytest.mark.parametrize(
    "path", ["/chat/api/messages", "/chat/api/press", "/chat/api/me", "/chat/api/files?name=a", "/chat/leave"]
)
async def test_a_foreign_page_that_has_the_cookie_still_does_nothing(house: Guarded, path: str) -> None:
    """Without our header a form could send it, with a foreign origin a script."""
    cookie = f"{HOST_COOKIE}={session(house.baton, AGENT)}"
    async with browser(house, cookie=cookie, origin="https://evil.example") as client:
        assert (await client.post(path, json={})).status_code == 403
    async with httpx.AsyncClient(base_url=house.baton.url, headers={"cookie": cookie}) as client:
        assert (await client.post(path, data={"a": "b"})).status_code == 403
    async with browser(house, cookie=cookie, origin=PUBLIC) as client:
        assert (await client.post(path, json={})).status_code != 403


async def test_a_session_is_good_for_nothing_but_a_session() -> None:
    """Signatures are salted by what they are for: a link's key is no cookie, a form's token no link."""
    clock = ManualClock()
    sessions = Sessions(KEY, clock, address=PUBLIC)
    cookie = str(sessions._cookies.dumps("root"))
    assert sessions.redeemed(cookie) == ""
    assert sessions.redeemed(str(Sessions("another key that is long enough", clock).key("root"))) == ""
    assert sessions.redeemed(sessions.key("root")) == "root"


async def test_whoever_is_put_out_of_service_has_no_session_any_more(house: Guarded) -> None:
    """A stolen session ends with the person's service, at once and everywhere; so does the overview."""

    def disable(unit: Unit) -> None:
        person = unit.people.by_key(AGENT)
        assert person is not None
        unit.people.save_person(type(person)(person.id, person.name, person.role, key=AGENT, active=False))

    assert (await house[AGENT].get("/overview")).status_code == 200
    await house.baton.baton.database.write(disable)
    for path in ("/chat/api/state", "/chat/api/rooms", "/overview", "/overview/live"):
        assert (await house[AGENT].get(path)).status_code == 401, path
