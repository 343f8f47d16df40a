"""Buttons, menus, forms, commands and the home page: what the page sends back is checked, the answer comes at once."""

import pytest

from adapters.web.outbound import view_body
from bot.chat.contract import Delivery, Order, Target
from bot.chat.events import ButtonPressed, CommandGiven, FormSubmitted, HomeOpened, Place, ShortcutUsed
from bot.chat.text import Span, plain, text
from bot.chat.views import (
    Button,
    Card,
    Choice,
    DatePicker,
    Field,
    FieldErrors,
    Form,
    Menu,
    OpenForm,
    Section,
    Toast,
    View,
)
from tests.adapters.web.house import House, new_act
from tests.contracts.desk import RecordingInlet

HELP = Place("web", "help")
CARD = Card(
    "T-1",
    sections=(Section("操作", controls=(Button("领取", "ticket.take", 1, "now"),)),),
    controls=(
        Menu("优先级", "ticket.priority", 1, (Choice("low", "低"), Choice("high", "高"))),
        DatePicker("截止", "ticket.due", 1),
    ),
)
FORM = Form(
    "ticket.open",
    "新工单",
    "提交",
    (
        Field("title", "标题", limit=10),
        Field("body", "说明", "text", required=False),
        Field("day", "日期", "date", required=False),
        Field("team", "部门", "choice", choices=(Choice("a", "客服部"), Choice("b", "技术部"))),
        Field("tags", "标签", "choices", required=False, choices=(Choice("x", "X"), Choice("y", "Y"))),
    ),
    subject=7,
    state="内部",
)


def inlet(chat: House) -> RecordingInlet:
    """What stands in for the bot."""
    assert isinstance(chat.inlet, RecordingInlet)
    return chat.inlet


async def shown(chat: House, view: View, place: Place = HELP, **order: str) -> Delivery:
    """Let the bot show something."""
    made = Order(order.pop("kind", "show"), place, view, **order)  # type: ignore[arg-type]
    return await chat.adapter.deliver(made, Target(place, new_act()))


async def press(chat: House, user: str, ref: str, action: str, subject: int = 1, value: str = "") -> tuple[int, str]:
    """Press something; status and problem."""
    body = {"message": ref, "action": action, "subject": subject, "value": value}
    response = await chat.browser(user).post("/chat/api/press", body)
    return response.status_code, response.json().get("problem", "")


@pytest.mark.parametrize(
    ("action", "value"), [("ticket.take", "now"), ("ticket.priority", "high"), ("ticket.due", "2026-12-24")]
)
async def test_what_stands_on_a_message_can_be_pressed(chat: House, action: str, value: str) -> None:
    ref = (await shown(chat, CARD)).ref
    assert await press(chat, "lin", ref, action, 1, value) == (200, "")
    (event,) = await chat.events()
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.subject, event.value, event.message) == (action, 1, value, ref)


@pytest.mark.parametrize(
    ("action", "subject", "value"),
    [
        ("ticket.close", 1, ""),
        ("ticket.take", 2, "now"),
        ("ticket.take", 1, "later"),
        ("ticket.priority", 1, "urgent"),
        ("", 1, ""),
    ],
)
async def test_what_does_not_stand_there_can_not(chat: House, action: str, subject: int, value: str) -> None:
    """Covers T8: a request made by hand reaches no further than the page does."""
    ref = (await shown(chat, CARD)).ref
    status, problem = await press(chat, "zhang", ref, action, subject, value)
    assert (status, problem) == (409, "This has changed in the meantime. Please look again.")
    assert await chat.events() == []


async def test_nobody_presses_what_was_whispered_to_another(chat: House) -> None:
    ref = (await shown(chat, CARD, kind="whisper", user="lin")).ref
    assert (await press(chat, "zhang", ref, "ticket.take", 1, "now"))[0] == 404
    assert (await press(chat, "lin", ref, "ticket.take", 1, "now"))[0] == 200


async def test_the_answer_to_a_press_is_a_few_words(chat: House) -> None:
    ref = (await shown(chat, CARD)).ref
    inlet(chat).reply = Toast("已领取 <b>")
    body = {"message": ref, "action": "ticket.take", "subject": 1, "value": "now"}
    assert (await chat.browser("lin").post("/chat/api/press", body)).json() == {"toast": "已领取 <b>"}


async def opened(chat: House, user: str = "lin") -> dict[str, object]:
    """The form, opened by a command."""
    inlet(chat).reply = OpenForm(FORM)
    response = await chat.browser(user).post("/chat/api/command", {"room": "help", "word": "ticket"})
    inlet(chat).reply = None
    inlet(chat).arrivals.clear()
    return dict(response.json()["form"])


async def test_a_form_comes_back_with_what_it_was_and_what_was_answered(chat: House) -> None:
    form = await opened(chat)
    assert "内部" not in str({name: value for name, value in form.items() if name != "token"})
    values = {"title": " 打印机 ", "team": "b", "tags": "x,y", "day": "2026-12-24", "evil": "x"}
    response = await chat.browser("lin").post("/chat/api/submit", {"token": form["token"], "values": values})
    assert response.json() == {}
    (event,) = await chat.events()
    assert isinstance(event, FormSubmitted)
    assert (event.form, event.subject, event.state, event.place) == ("ticket.open", 7, "内部", HELP)
    assert event.values == {"title": "打印机", "body": "", "day": "2026-12-24", "team": "b", "tags": "x,y"}


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({}, {"title": "Please fill this in.", "team": "Please fill this in."}),
        ({"title": "x" * 11, "team": "a"}, {"title": "That is 11 characters; at most 10 fit."}),
        ({"title": "x", "team": "c"}, {"team": "Please choose one of the list."}),
        ({"title": "x", "team": "a", "tags": "x,z"}, {"tags": "Please choose one of the list."}),
        ({"title": "x", "team": "a", "day": "morgen"}, {"day": "Please give a day like 2026-01-31."}),
        ({"title": "   ", "team": "a"}, {"title": "Please fill this in."}),
    ],
)
async def test_a_problem_stands_at_its_field(chat: House, values: dict[str, str], errors: dict[str, str]) -> None:
    form = await opened(chat)
    response = await chat.browser("lin").post("/chat/api/submit", {"token": form["token"], "values": values})
    assert response.json() == {"errors": errors}
    assert await chat.events() == []


async def test_the_bots_own_objections_come_back_too(chat: House) -> None:
    form = await opened(chat)
    inlet(chat).reply = FieldErrors((("title", "有人先用了这个标题。"),))
    values = {"title": "x", "team": "a"}
    response = await chat.browser("lin").post("/chat/api/submit", {"token": form["token"], "values": values})
    assert response.json() == {"errors": {"title": "有人先用了这个标题。"}}


@pytest.mark.parametrize("spoiled", [True, False])
async def test_a_form_of_another_or_a_forged_one_is_not_taken(chat: House, spoiled: bool) -> None:
    form = await opened(chat)
    user, token = ("lin", f"{form['token']}x") if spoiled else ("zhang", form["token"])
    response = await chat.browser(user).post(
        "/chat/api/submit", {"token": token, "values": {"title": "x", "team": "a"}}
    )
    assert (response.status_code, response.json()["problem"]) == (
        422,
        "This form is out of date. Please open it again.",
    )
    assert await chat.events() == []


async def test_a_command_is_seen_by_nobody_else(chat: House) -> None:
    response = await chat.browser("zhang").post(
        "/chat/api/command", {"room": "lobby", "word": "工单", "text": "*急* @林晓"}
    )
    assert response.status_code == 200
    (event,) = await chat.events()
    assert isinstance(event, CommandGiven)
    assert (event.word, event.private, event.place) == ("工单", True, Place("web", "lobby"))
    assert event.text[-1] == Span("林晓", account="lin")
    assert await chat.browser("emma").timeline("lobby") == []


async def test_the_menu_of_a_message_makes_a_ticket_of_it(chat: House) -> None:
    said = await chat.browser("zhang").say("lobby", "打印机坏了")
    inlet(chat).arrivals.clear()
    assert (await chat.browser("lin").post(f"/chat/api/messages/{said['id']}/ticket")).status_code == 200
    (event,) = await chat.events()
    assert isinstance(event, ShortcutUsed)
    assert (event.action, event.user) == ("ticket.open", "lin")
    assert event.quoted is not None
    assert (plain(event.quoted.text), event.quoted.user, event.quoted.profile.name) == ("打印机坏了", "zhang", "张伟")


async def test_the_home_page_is_asked_for_shown_and_pressed(chat: House) -> None:
    lin = chat.browser("lin")
    assert (await lin.get("/chat/api/home")).json() == {"body": None}
    assert (await lin.post("/chat/api/home")).status_code == 200
    (event,) = await chat.events()
    assert isinstance(event, HomeOpened)
    assert event.place == Place("web", "lin")
    async with lin.live() as stream:
        await shown(chat, CARD, Place("web", "lin"), kind="home", user="lin")
        assert [change["kind"] for change in await stream.changes()] == ["home"]
    assert (await lin.get("/chat/api/home")).json()["body"]["title"] == "T-1"
    assert (await press(chat, "lin", "", "ticket.take", 1, "now"))[0] == 200
    assert (await press(chat, "zhang", "", "ticket.take", 1, "now"))[0] == 409


async def test_without_the_bot_an_act_is_to_be_tried_again(chat: House) -> None:
    ref = (await shown(chat, CARD)).ref
    inlet(chat).down = True
    assert (await press(chat, "lin", ref, "ticket.take", 1, "now"))[0] == 503


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chat/api/messages", {"room": "help", "text": 7}),
        ("/chat/api/messages", {"id": "short", "room": "help", "text": "x"}),
        ("/chat/api/messages", {"id": "not allowed!", "room": "help", "text": "x"}),
        ("/chat/api/press", {"action": "x", "subject": 2**63}),
        ("/chat/api/messages/1/react", {"emoji": "<b>", "on": True}),
        ("/chat/api/read", {"room": "help", "upto": -1}),
    ],
)
async def test_what_no_page_of_ours_sends_is_turned_away(chat: House, path: str, body: dict[str, object]) -> None:
    response = await chat.browser("lin").post(path, body)
    assert response.status_code == 422
    assert response.json() == {"problem": "The page sent something that can't be read. Please load it again."}


def test_links_in_cards_lead_nowhere_harmful() -> None:
    body = view_body(Card("T", text(Span("x", link="javascript:alert(1)")), controls=(Button("y", "", url="data:x"),)))
    assert "javascript" not in str(body)
    assert body["controls"][0]["url"] == ""
