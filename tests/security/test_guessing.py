"""Numbers and names can be guessed, what they stand for can't be had: not by strangers, customers or other teams.

Whoever may not see a thing is answered exactly as if there were none, so that not even its being there is told.
Covers T8, T10, U4.
"""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.knowledge.rules import Article, Audience, Content
from bot.unit import Unit
from tests.security.house import AGENT, CUSTOMER, OTHER, STRANGER, Caller, Guarded, guarded

SECRET = "保险柜密码是四七一一"
INTERNAL = "换货只给老客户"
NOWHERE = {"room": "joint:nowhere", "message": 999_999, "ticket": "T-999", "file": "no-such-file", "article": 999}


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Guarded]:
    """A customer's ticket with a file, a talk of two of the staff, and an article for the staff alone."""
    async with guarded(sqlite_url, tmp_path) as made:
        yield made


def internal_article(unit: Unit) -> None:
    """An article that customers may not read."""
    content = Content("内部换货", INTERNAL, audience=Audience.STAFF)
    unit.knowledge.add([Article(0, content, unit.now, unit.now)], 0)


async def set_up(house: Guarded) -> dict[str, Any]:
    """What is there to be guessed, as the wire calls it."""
    customer = house[CUSTOMER]
    upload = await customer.client.post("/chat/api/files", params={"name": "合同.pdf"}, content=SECRET.encode())
    file = upload.json()["file"]["ref"]
    said = await customer.says(CUSTOMER, f"打印机坏了，{SECRET}", files=[file])
    await house.settle()
    await house.baton.baton.database.write(internal_article)
    await house.baton.baton.librarian.look()
    joint = (await house[AGENT].post("/chat/api/directs", {"user": "wang"})).json()["room"]
    inside = await house[AGENT].says(joint, SECRET)
    return {"room": joint, "message": said["id"], "inside": inside["id"], "file": file, "ticket": "T-1", "article": 1}


def attempts(found: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every way to ask for a thing by its number or name: method, path, and what goes along."""
    ref = found["message"]
    chosen = {"room": OTHER, "subject": found["article"], "said": ""}
    return [
        ("GET", "/chat/api/timeline", {"room": found["room"]}),
        ("GET", "/chat/api/timeline", {"room": CUSTOMER}),
        ("GET", "/chat/api/timeline", {"room": OTHER, "thread": str(ref)}),
        ("GET", "/chat/api/where", {"message": ref}),
        ("GET", f"/chat/files/{found['file']}", {}),
        ("POST", "/chat/api/messages", {"room": found["room"], "text": "x"}),
        ("POST", "/chat/api/messages", {"room": OTHER, "text": "x", "thread": str(ref)}),
        ("POST", "/chat/api/messages", {"room": OTHER, "text": "x", "reply_to": str(ref)}),
        ("POST", "/chat/api/messages", {"room": OTHER, "text": "x", "files": [found["file"]]}),
        ("POST", f"/chat/api/messages/{ref}/edit", {"text": "x"}),
        ("POST", f"/chat/api/messages/{ref}/remove", {}),
        ("POST", f"/chat/api/messages/{ref}/react", {"emoji": "eyes", "on": True}),
        ("POST", f"/chat/api/messages/{ref}/ticket", {}),
        ("POST", f"/chat/api/messages/{ref}/article", {}),
        ("POST", "/chat/api/press", {"message": str(ref), "action": "ticket.close", "subject": 1}),
        ("POST", "/chat/api/read", {"room": found["room"], "upto": 1}),
        ("POST", "/chat/api/command", {"room": found["room"], "word": "help"}),
        ("POST", "/chat/api/command", {"room": OTHER, "word": "show", "text": found["ticket"]}),
        ("POST", "/chat/api/command", {"room": OTHER, "word": "close", "text": found["ticket"]}),
        ("POST", "/chat/api/command", {"room": OTHER, "word": "reply", "text": f"{found['ticket']} 您好"}),
        ("POST", "/chat/api/search/chosen", chosen),
    ]


async def tried(caller: Caller, method: str, path: str, values: dict[str, Any]) -> httpx.Response:
    """One attempt."""
    return await (caller.get(path, **values) if method == "GET" else caller.post(path, values))


async def heard(house: Guarded, name: str, found: dict[str, Any]) -> list[tuple[int, str, list[str]]]:
    """How each attempt of somebody ends: status, body, and what the bot says to him afterwards; names left out."""
    outcomes = []
    for method, path, values in attempts(found):
        before = len(await house.shown(name, name))
        answer = await tried(house[name], method, path, values)
        await house.settle()
        after = (await house.shown(name, name))[before:]
        outcomes.append((answer.status_code, _unnamed(answer.text), [_unnamed(words) for words in after]))
    return outcomes


def _unnamed(words: str) -> str:
    """Without what the asker typed himself."""
    return re.sub(r"T-\d+|K-\d+", "#", words)


async def test_not_yours_reads_like_not_there(house: Guarded) -> None:
    """Another customer walks every route with the right numbers, then with numbers of nothing: no difference."""
    found = await set_up(house)
    real = await heard(house, OTHER, found)
    none = await heard(house, OTHER, {**found, **NOWHERE})
    # His own room and the other customer's direct room are the same in both; a thread nobody began is empty.
    for attempt, yours, nobodys in zip(attempts(found), real, none, strict=True):
        assert yours == nobodys, attempt
        assert yours[0] in (200, 403, 404, 409, 422), attempt
    everything = json.dumps(real, ensure_ascii=False)
    assert SECRET not in everything
    assert INTERNAL not in everything


async def test_a_stranger_gets_nothing_but_the_way_in(house: Guarded) -> None:
    found = await set_up(house)
    for method, path, values in attempts(found):
        answer = await tried(house[STRANGER], method, path, values)
        assert answer.status_code == 401, (method, path)
        assert answer.json() == {"problem": "sign_in"}


async def test_nothing_was_changed_by_guessing(house: Guarded) -> None:
    found = await set_up(house)
    before = await house.baton.read(lambda unit: unit.tickets.get(1))
    await heard(house, OTHER, found)
    assert await house.baton.read(lambda unit: unit.tickets.get(1)) == before
    timeline = (await house[CUSTOMER].get("/chat/api/timeline", room=CUSTOMER)).json()["messages"]
    assert all(message["name"] != "Emma Clark" for message in timeline)


async def test_a_form_of_one_person_is_of_no_use_to_another(house: Guarded) -> None:
    """Its token is signed for whom it was shown to; and a token can't be made."""
    answer = await house[AGENT].asks("support", "kb", "new 怎么退款")
    token = answer.json()["form"]["token"]
    for stolen in (token, token[:-3] + "abc", "e30.x"):
        taken = await house[OTHER].post("/chat/api/submit", {"token": stolen, "values": {"title": "x", "body": "x"}})
        assert taken.status_code == 422


async def test_a_person_s_page_follows_nobody_else(house: Guarded) -> None:
    """The stream of changes, from its beginning: what the other customer wrote is not in it."""
    await set_up(house)
    await house[OTHER].says(OTHER, "last of all")
    seen = ""
    async with house[OTHER].client.stream("GET", "/chat/api/live", params={"after": 0}) as stream:
        async for line in stream.aiter_lines():
            seen += line
            if "last of all" in line:
                break
    assert SECRET not in seen
    assert "合同" not in seen


async def test_the_numbers_were_the_right_ones(house: Guarded) -> None:
    """Whom they belong to, they serve: what is refused above is not refused for another reason."""
    found = await set_up(house)
    owner = house[CUSTOMER]
    assert (await owner.get(f"/chat/files/{found['file']}")).content == SECRET.encode()
    assert (await owner.get("/chat/api/where", message=found["message"])).json()["room"] == CUSTOMER
    await owner.asks(CUSTOMER, "show", found["ticket"])
    await house.settle()
    assert "T-1" in (await house.shown(CUSTOMER, CUSTOMER))[-1]
    staff = await house[AGENT].post("/chat/api/search/chosen", {"room": AGENT, "subject": 1, "said": ""})
    await house.settle()
    assert staff.status_code == 200
    assert INTERNAL in str(await house.shown(AGENT, AGENT))


async def test_customers_are_not_told_who_there_is(house: Guarded) -> None:
    """Neither by the page's first state nor by trying names."""
    state = (await house[OTHER].get("/chat/api/state")).json()
    assert [person["user"] for person in state["people"]] == [OTHER]
    real, none = [await house[OTHER].post("/chat/api/directs", {"user": user}) for user in (CUSTOMER, "nobody")]
    assert (real.status_code, real.text) == (none.status_code, none.text)
