"""From the outbox to the receiver: what is queued reaches it once, whatever stands in between."""

import contextlib
from collections.abc import AsyncIterator
from typing import cast

from adapters.notify.adapter import build_gateways
from bot.chat.contract import Order
from bot.chat.events import Place
from bot.gateways import Gateways
from bot.unit import Database, Unit
from tests.adapters.notify.postoffice import PostOffice, post_office
from tests.adapters.notify.receiver import receiver
from tests.adapters.notify.stage import ALERT
from tests.clock import ManualClock
from tests.workers.stage import Stage, stage
from tests.workers.wire import Wire

LIN, TECH = Place("mail", "lin@example.com"), Place("wecom", "tech")


@contextlib.asynccontextmanager
async def working(database: Database, clock: ManualClock, gateways: Gateways) -> AsyncIterator[Stage]:
    """The workers, with these gateways for platforms."""
    built = build_gateways(gateways, clock, {}, 5.0)
    platforms = [cast(Wire, adapter) for adapter in built.values()]  # the stage takes any adapter
    try:
        async with stage(database, clock, *platforms) as here:
            yield here
    finally:
        for adapter in built.values():
            await adapter.close()


def mail(office: PostOffice) -> Gateways:
    """The gateway that leads to this server."""
    return Gateways({"mail": f"mailto://127.0.0.1:{office.port}?from=baton@example.com&to={{address}}"})


def failures(unit: Unit) -> list[tuple[str, str]]:
    """What will never be sent: state and error."""
    return [(state, error) for _, state, error in unit.outbox.failures()]


async def test_an_order_for_a_person_is_one_mail(database: Database, clock: ManualClock) -> None:
    """Covers U16: through the same outbox as everything else; a newer state of it is no second mail."""
    async with post_office() as office, working(database, clock, mail(office)) as here:
        await here.put(Order("show", LIN, ALERT, key="alert:7"))
        await here.settle()
        await here.put(Order("show", LIN, ALERT, key="alert:7"), Order("remove", LIN, key="alert:7"))
        await here.settle(patience=60)
        assert [words for outcome, words in here.told if outcome == "sent"] == ["show", "show", "remove"]
        posted = await database.read(lambda unit: unit.posted.by_key("alert:7"))
    assert [message["To"] for message in office.mails] == ["lin@example.com"]
    assert posted is None, "what was removed is forgotten, though the mail stays where it is"


async def test_a_greylisted_mail_arrives_on_the_second_try(database: Database, clock: ManualClock) -> None:
    async with post_office() as office, working(database, clock, mail(office)) as here:
        office.contents = ["451 4.7.1 greylisted"]
        await here.put(Order("show", LIN, ALERT))
        await here.settle(patience=60)
        assert here.told == [("sent", "show")]
    assert len(office.mails) == 1


async def test_a_refused_person_is_told_apart_for_good(database: Database, clock: ManualClock) -> None:
    """Covers P13: whoever asked hears that this way is closed, at once."""
    async with post_office() as office, working(database, clock, mail(office)) as here:
        office.recipients["lin@example.com"] = "550 5.1.1 no such user"
        await here.put(Order("show", LIN, ALERT), Order("show", Place("mail", "wang@example.com"), ALERT))
        await here.settle(patience=60)
        assert sorted(here.told) == [("sent", "show"), ("unreachable", "show")]
        assert await database.read(failures) == [("refused", "unreachable: SMTP 550: 5.1.1 no such user")]
    assert [message["To"] for message in office.mails] == ["wang@example.com"]


async def test_a_robot_that_was_used_too_often_waits_and_says_everything(
    database: Database, clock: ManualClock
) -> None:
    """Covers U18: nothing is lost for a limit, and nothing said twice."""
    async with receiver("wecom") as service:
        gateways = Gateways(teams={"tech": {"wecom": f"wecombot://key?base={service.base}"}})
        async with working(database, clock, gateways) as here:
            service.answer(200, {"errcode": 45009, "errmsg": "api freq out of limit"})
            started = clock.now()
            await here.put(*(Order("show", TECH, ALERT) for _ in range(8)))
            await here.settle(patience=600)
            assert here.told == [("sent", "show")] * 8
    assert len(service.requests) == 9
    assert (clock.now() - started).total_seconds() > 60
