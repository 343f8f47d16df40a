"""What stands in a calendar is done once, however many replicas there are; and what ended long ago is forgotten."""

import asyncio
from datetime import timedelta

from bot.chat.contract import Arrival
from bot.chat.events import Place
from bot.chat.ports import Dialog
from bot.chat.views import Field, Form
from bot.people.rules import Person, Role
from bot.unit import Database, Unit
from bot.workers.calendar import INBOX_KEPT, Calendar, forget_old
from tests.clock import ManualClock
from tests.databases import Opener


async def test_two_replicas_do_it_once_each_time(database: Database, opened: Opener, clock: ManualClock) -> None:
    """Covers C4: the database decides who; the next time is another run."""
    ran: list[int] = []

    def job(unit: Unit) -> bool:
        ran.append(1)
        return False

    calendars = [Calendar(database, clock), Calendar(await opened(mode="visit"), clock)]
    for calendar in calendars:
        calendar.add("digest", "0 * * * *", job)
    for turn in (1, 2):
        await asyncio.gather(*(calendar.run("digest") for calendar in calendars))
        assert len(ran) == turn
        clock.advance(3600)


async def test_a_handled_delivery_is_known_for_longer_than_a_week(database: Database, clock: ManualClock) -> None:
    """A platform may begin its numbering anew after a week; until then a repeat is known as one."""
    arrival = Arrival("telegram", "7:1", b"{}")
    now = clock.now()
    rows = await database.write(lambda unit: unit.inbox.add([arrival], now, "me", now))
    await database.write(lambda unit: unit.inbox.done(rows[0].id, unit.now))
    for kept, passed in ((True, timedelta(days=8)), (False, INBOX_KEPT)):
        clock.advance(passed.total_seconds())
        await database.write(forget_old)
        again = await database.write(lambda unit: unit.inbox.add([arrival], unit.now, "me", unit.now))
        assert (again == []) is kept


async def test_a_form_that_somebody_left_open_is_forgotten_after_a_month(
    database: Database, clock: ManualClock
) -> None:
    """What he had typed into it may be personal, and he will not come back to it."""
    form, place = Form("x", "Title", "Send", (Field("a", "A"),)), Place("telegram", "7")

    def ask(unit: Unit) -> int:
        who = unit.people.add_person(Person(0, "Ann", Role.CUSTOMER)).id
        unit.dialogs.save(Dialog(place, who, form, 0, {}), unit.now)
        return who

    who = await database.write(ask)
    for passed, kept in ((timedelta(days=29), True), (timedelta(days=2), False)):
        clock.advance(passed.total_seconds())
        await database.write(forget_old)
        found = await database.read(lambda unit: unit.dialogs.at(place, who))
        assert (found is not None) is kept
