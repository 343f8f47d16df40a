"""Who comes in, who sees what, and what foreign pages can't do. Covers T8, G3."""

import pytest

from bot.unit import Unit
from tests.adapters.web.house import House
from tests.clock import ManualClock


async def rooms(chat: House, user: str) -> set[str]:
    """The rooms that a user is shown."""
    return {room["id"] for room in (await chat.browser(user).state())["rooms"]}


@pytest.mark.parametrize(
    ("user", "seen"),
    [
        ("zhang", {"zhang", "help", "lobby"}),
        ("lin", {"lin", "support", "help", "lobby"}),
        ("zhao", {"zhao", "tech", "help", "lobby"}),
        ("ana", {"ana", "help", "lobby"}),
        ("root", {"root", "support", "tech", "help", "lobby"}),
    ],
)
async def test_everybody_sees_the_rooms_of_his_duty(chat: House, user: str, seen: set[str]) -> None:
    assert await rooms(chat, user) == seen


@pytest.mark.parametrize("room", ["support", "tech", "lin", "nowhere", "lin~zhao"])
async def test_a_room_that_is_not_his_does_not_exist_for_a_customer(chat: House, room: str) -> None:
    zhang = chat.browser("zhang")
    assert (await zhang.get("/chat/api/timeline", room=room)).status_code == 404
    assert (await zhang.post("/chat/api/messages", {"room": room, "text": "x"})).status_code == 404
    assert (await zhang.post("/chat/api/read", {"room": room, "upto": 1})).status_code == 404
    assert (await zhang.post("/chat/api/command", {"room": room, "word": "help"})).status_code == 404
    assert await chat.events() == []


async def test_a_message_of_another_room_can_be_neither_found_nor_answered_nor_pressed(chat: House) -> None:
    said = await chat.browser("lin").say("support", "内部")
    zhang, ref = chat.browser("zhang"), said["id"]
    for path, body in (
        (f"/chat/api/messages/{ref}/react", {"emoji": "eyes", "on": True}),
        (f"/chat/api/messages/{ref}/ticket", {}),
        ("/chat/api/press", {"message": str(ref), "action": "ticket.take", "subject": 1}),
        ("/chat/api/messages", {"room": "lobby", "text": "x", "reply_to": str(ref)}),
    ):
        assert (await zhang.post(path, body)).status_code == 404, path
    assert (await zhang.get("/chat/api/where", message=ref)).status_code == 404


async def test_a_customer_is_told_of_nobody_but_himself(closed_chat: House) -> None:
    zhang = closed_chat.browser()
    await zhang.client.get(closed_chat.adapter.sign_in_link("zhang"))
    assert [person["user"] for person in (await zhang.state())["people"]] == ["zhang"]


async def test_somebody_out_of_service_is_shut_out_at_once(chat: House) -> None:
    zhang = chat.browser("zhang")
    await zhang.say("zhang", "还在")

    def disable(unit: Unit) -> None:
        account = unit.people.account("web", "zhang")
        assert account is not None
        person = unit.people.person(account.person)
        unit.people.save_person(type(person)(person.id, person.name, person.role, key=person.key, active=False))

    async with zhang.live() as stream:
        await chat.database.write(disable)
        await chat.browser("emma").say("lobby", "唤醒")
        assert (await stream.event())[0] == "anew"
    assert (await zhang.get("/chat/api/state")).status_code == 401
    assert (await zhang.post("/chat/api/messages", {"room": "zhang", "text": "x"})).status_code == 403


async def test_without_a_link_nobody_comes_in(closed_chat: House) -> None:
    stranger = closed_chat.browser("lin")
    for path in ("state", "rooms", "home", "live", "timeline?room=lobby"):
        assert (await stranger.get(f"/chat/api/{path}")).status_code == 401, path
    assert (await stranger.post("/chat/api/messages", {"room": "lobby", "text": "x"})).status_code == 401
    assert (await stranger.get("/chat")).status_code == 200, "the page itself holds no data"


async def test_a_link_signs_one_person_in(closed_chat: House) -> None:
    browser = closed_chat.browser()
    response = await browser.client.get(closed_chat.adapter.sign_in_link("lin"))
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    state = await browser.state()
    assert (state["me"]["user"], state["demo"]) == ("lin", False)
    browser.user = "root"
    assert (await browser.state())["me"]["user"] == "lin", "nobody chooses who he is"


async def test_signing_out_ends_the_session(closed_chat: House) -> None:
    browser = closed_chat.browser()
    await browser.client.get(closed_chat.adapter.sign_in_link("lin"))
    await browser.client.post("/chat/leave")
    assert (await browser.get("/chat/api/state")).status_code == 401


@pytest.mark.parametrize(
    "spoil", [lambda link: link + "x", lambda link: link.replace("key=", "key=A"), lambda link: link[:-5]]
)
async def test_a_forged_link_signs_nobody_in(closed_chat: House, spoil: object) -> None:
    browser = closed_chat.browser()
    await browser.client.get(spoil(closed_chat.adapter.sign_in_link("lin")))  # type: ignore[operator]
    assert (await browser.get("/chat/api/state")).status_code == 401


async def test_a_link_is_good_for_a_week(closed_chat: House, clock: ManualClock) -> None:
    link = closed_chat.adapter.sign_in_link("lin")
    clock._now = clock.now().replace(day=8)
    early, late = closed_chat.browser(), closed_chat.browser()
    await early.client.get(link)
    assert (await early.get("/chat/api/state")).status_code == 200
    clock._now = clock.now().replace(day=9)
    await late.client.get(link)
    assert (await late.get("/chat/api/state")).status_code == 401


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"x-baton": ""}])
async def test_a_foreign_page_can_do_nothing(chat: House, headers: dict[str, str]) -> None:
    browser = chat.browser("zhang", **headers)
    if headers.get("x-baton") == "":
        del browser.client.headers["x-baton"]
    assert (await browser.post("/chat/api/messages", {"room": "zhang", "text": "x"})).status_code == 403
    assert await chat.events() == []


async def test_our_own_page_can(chat: House) -> None:
    browser = chat.browser("zhang", origin=chat.url)
    assert (await browser.post("/chat/api/messages", {"room": "zhang", "text": "x"})).status_code == 200


async def test_behind_a_proxy_the_page_is_known_by_its_public_address(chat: House) -> None:
    chat.adapter.sessions._host = "chat.example.com"
    ours = chat.browser("zhang", origin="https://chat.example.com")
    assert (await ours.post("/chat/api/messages", {"room": "zhang", "text": "x"})).status_code == 200


async def test_a_demonstration_answers_to_this_machine_only(chat: House) -> None:
    """A page of another site whose name was made to point here (DNS rebinding) gets nothing."""
    browser = chat.browser("zhang", host="evil.example")
    assert (await browser.get("/chat/api/state")).status_code == 401
    assert (await browser.post("/chat/api/messages", {"room": "zhang", "text": "x"})).status_code == 401


async def test_a_newcomer_to_a_demonstration_is_a_customer_who_speaks_his_language(chat: House) -> None:
    english = chat.browser("", **{"accept-language": "en-GB,en;q=0.8"})
    chinese = chat.browser("", **{"accept-language": "zh-CN"})
    assert (await english.client.get("/chat/api/state")).json()["me"]["user"] == "emma"
    assert (await chinese.client.get("/chat/api/state")).json()["me"]["user"] == "zhang"


@pytest.mark.parametrize(
    ("tag", "lobby"), [("zh-CN", "大厅"), ("zh-TW", "大廳"), ("zh-Hant-HK", "大廳"), ("en", "Lobby")]
)
async def test_the_page_speaks_the_language_that_was_asked_for(chat: House, tag: str, lobby: str) -> None:
    state = (await chat.browser("zhang").get("/chat/api/state", lang=tag)).json()
    assert lobby in {room["title"] for room in state["rooms"]}
    assert state["words"]["room.lobby"] == lobby


async def test_what_the_page_sends_is_guarded_against_what_it_shows(chat: House) -> None:
    page = await chat.browser().client.get("/chat")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "<script>" not in page.text, "no script stands in the page itself"
