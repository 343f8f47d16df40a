"""The fixed order in which an event is handled, and what is said when something can't be done. Covers B1, P1."""

from dataclasses import replace

import pytest

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import FormSubmitted, MessageReceived, ReachChanged, RoomMoved, ShortcutUsed
from bot.chat.text import plain, text
from bot.chat.views import FieldErrors, Reply, Toast
from bot.errors import Invalid, NotAllowed, TooEarly
from bot.people.rules import Role, Room
from bot.unit import Unit
from tests.chat.desk import DIRECT, ROOM, Pigeons, says


def recording(into: list[str], name: str, reply: Reply | None = None):  # type: ignore[no-untyped-def]
    """A handler that notes what it was called with."""

    def handler(context: Context, *_: object) -> Reply | None:
        into.append(f"{name}:{context.reference}:{plain(context.text)}")
        return reply

    return handler


async def test_one_event_one_handler(pigeons: Pigeons) -> None:
    """Commands by their word, buttons by their action, shortcuts by their name, everything else by its kind."""
    heard: list[str] = []
    router = pigeons.router
    router.command("take", recording(heard, "take"))
    router.shortcut("trip", recording(heard, "shortcut"))
    router.on(MessageReceived, recording(heard, "message"))
    router.on(ReachChanged, recording(heard, "reach"))
    router.unknown = recording(heard, "unknown")
    await pigeons.command("领取", "T-3 now")
    await pigeons.say("T-4 take", place=ROOM, addressed=True)
    await pigeons.say("take it easy", place=ROOM)
    await pigeons.say("take off", place=ROOM, addressed=True)
    await pigeons.say("what?", place=ROOM, addressed=True)
    await pigeons.command("dance", "with me")
    now = pigeons.clock.now()
    await pigeons.happen(ShortcutUsed("s1", ROOM, "ann", now, action="trip"))
    await pigeons.happen(ShortcutUsed("s2", ROOM, "ann", now, action="other"))
    await pigeons.happen(ReachChanged("r1", ROOM, "ann", now, reachable=True))
    assert heard == [
        "take:T-3:now", "take:T-4:", "message::", "take::off", "unknown::what?", "unknown::with me", "shortcut::",
        "reach::",
    ]  # fmt: skip


async def test_a_refusal_undoes_everything_and_is_told(pigeons: Pigeons) -> None:
    """In the person's language, with what he can do instead."""

    def refuse(context: Context) -> Reply | None:
        context.answer(says("done!"))
        context.unit.keys.put("mark", 1)
        raise NotAllowed("lang.room_not_yours")

    pigeons.router.command("take", refuse)
    await pigeons.command("take")
    assert pigeons.words() == ["Only supervisors can change a room's language. For yourself: lang en"]
    assert await pigeons.read(lambda unit: unit.keys.get("mark")) is None


async def test_a_refused_form_is_told_at_the_field(pigeons: Pigeons) -> None:
    """Where the platform has forms; elsewhere, or without a field, in words."""

    def refuse(context: Context, event: FormSubmitted) -> Reply | None:
        raise Invalid("ticket.title_empty", field=str(event.values["field"]))

    pigeons.router.form("trip", refuse)
    pigeons.can = replace(pigeons.can, forms=True)
    sent = FormSubmitted("f1", ROOM, "ann", pigeons.clock.now(), form="trip", values={"field": "title"})
    assert await pigeons.happen(sent) == FieldErrors((("title", "Please give it a title."),))
    general = replace(sent, event_id="f2", values={"field": ""})
    assert await pigeons.happen(general) == Toast("Please give it a title.")


async def test_somebody_who_was_disabled_can_do_nothing(pigeons: Pigeons) -> None:
    """He is told when he asks for something, and left alone when he talks to others."""
    heard: list[str] = []
    pigeons.router.command("take", recording(heard, "take"))
    pigeons.router.on(MessageReceived, recording(heard, "message"))
    await pigeons.say("hello", place=ROOM)

    def disable(unit: Unit) -> None:
        account = unit.people.account("pigeon", "ann")
        assert account is not None
        unit.people.save_person(replace(unit.people.person(account.person), active=False))

    await pigeons.database.write(disable)
    await pigeons.say("hello again", place=ROOM)
    assert pigeons.words() == []
    await pigeons.command("take")
    assert len(pigeons.words()) == 1
    assert heard == ["message::"]


async def test_a_room_that_moved_takes_waiting_orders_along(pigeons: Pigeons) -> None:
    """Nobody's act: it is handled before anybody is looked at."""
    await pigeons.database.write(lambda unit: unit.outbox.put(Order("show", ROOM, says("late"), reply_to="u9")))
    await pigeons.happen(RoomMoved("m1", ROOM, "", pigeons.clock.now(), room="new-loft"))
    (late,) = pigeons.shown
    assert late.order.place == replace(ROOM, room="new-loft")
    assert late.order.reply_to == "", "messages of the new room are counted anew"


async def test_what_is_too_early_is_handled_in_the_end(pigeons: Pigeons) -> None:
    """While patience lasts the inbox is told; after that it is handled as if nothing were on its way."""
    heard: list[str] = []

    def hangs(context: Context, event: MessageReceived) -> Reply | None:
        if context.unit.posted.in_flight(event.place):
            raise TooEarly("u1")
        heard.append(plain(event.text))
        return None

    pigeons.router.on(MessageReceived, hangs)

    def begin(unit: Unit) -> None:
        (lane,) = unit.outbox.claim_lanes(unit.now, "somebody", unit.now, 1)
        assert unit.outbox.next_row(lane, "somebody", unit.now) is not None

    await pigeons.database.write(lambda unit: unit.outbox.put(Order("show", ROOM, says("card"), key="card")))
    await pigeons.database.write(begin)
    event = MessageReceived("e1", ROOM, "ann", pigeons.clock.now(), message="u1", text=text("hi"))
    with pytest.raises(TooEarly):
        await pigeons.database.write(lambda unit: pigeons.pipeline.handle(unit, [event]))
    await pigeons.database.write(lambda unit: pigeons.pipeline.handle(unit, [event], patient=False))
    assert heard == ["hi"]


async def test_our_own_faults_are_owned_up_to(pigeons: Pigeons) -> None:
    """The person hears under which number it was noted."""
    event = MessageReceived("e1", DIRECT, "ann", pigeons.clock.now(), direct=True, message="u1", text=text("hi"))
    await pigeons.database.write(lambda unit: pigeons.pipeline.report_fault(unit, [event], "in-7"))
    await pigeons.show()
    assert "in-7" in pigeons.words()[0]


async def test_the_language_is_the_persons_then_the_rooms_then_the_workspaces(pigeons: Pigeons) -> None:
    """Covers G3."""
    seen: list[str] = []

    def look(context: Context, event: MessageReceived) -> Reply | None:
        seen.append(context.words.locale)
        return None

    pigeons.router.on(MessageReceived, look)
    await pigeons.say("hi", place=ROOM)

    def speak(room: str, person: str):  # type: ignore[no-untyped-def]
        def work(unit: Unit) -> None:
            unit.people.save_room(Room(ROOM, locale=room))
            account = unit.people.account("pigeon", "ann")
            assert account is not None
            unit.people.save_person(replace(unit.people.person(account.person), locale=person))

        return work

    await pigeons.database.write(speak("zh-CN", ""))
    await pigeons.say("hi", place=ROOM)
    await pigeons.database.write(speak("zh-CN", "zh-TW"))
    await pigeons.say("hi", place=ROOM)
    assert seen == ["en", "zh-CN", "zh-TW"]


async def test_strangers_become_customers(pigeons: Pigeons) -> None:
    """The least that one can be."""
    seen: list[Role] = []

    def look(context: Context, event: MessageReceived) -> Reply | None:
        seen.append(context.who.role)
        return None

    pigeons.router.on(MessageReceived, look)
    await pigeons.say("hi")
    await pigeons.say("hi again")
    assert seen == [Role.CUSTOMER] * 2
