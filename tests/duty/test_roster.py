"""Who is on duty, by calendars, exceptions, rest and leave."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

import pytest

from bot.duty import roster
from bot.duty.blocks import keep_away
from bot.duty.rules import Kind
from bot.people.rules import Person, Role, Team
from bot.unit import Unit
from bot.workspace import CALENDARS_KEY
from storage.unit import SqlDatabase
from tests.contracts.storage.samples import person, team, ticket
from tests.duty.office import shanghai

T = TypeVar("T")
OFFICE = {
    "timezone": "Asia/Shanghai",
    "hours": {day: ["09:00-12:00", "13:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    "closed": ["2026-12-02"],
}
NIGHT = {"timezone": "Asia/Shanghai", "hours": {day: ["20:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri")}}

TUESDAY = "2026-12-01 10:00"
CLOSED_DAY = "2026-12-02 10:00"
EVENING = "2026-12-01 21:00"
SATURDAY = "2026-12-05 10:00"


async def ask(database: SqlDatabase, question: Callable[[Unit, Team], T], **of_team: Any) -> T:
    """The answer, where 客服部 works office hours and the night shift has a calendar of its own."""

    def work(unit: Unit) -> T:
        unit.keys.put(CALENDARS_KEY, {"office": OFFICE, "night": NIGHT})
        return question(unit, team(unit, "support", **({"calendar": "office"} | of_team)))

    return await database.write(work)


@pytest.mark.parametrize(
    ("moment", "works"), [(TUESDAY, True), (CLOSED_DAY, False), (EVENING, False), (SATURDAY, False)]
)
async def test_somebody_works_when_his_team_does(database: SqlDatabase, moment: str, works: bool) -> None:
    """Covers B6: nothing was said of him, so he works as his team does."""

    def question(unit: Unit, support: Team) -> bool:
        return roster.on_duty(unit, person(unit, teams=frozenset({support.id})), shanghai(moment))

    assert await ask(database, question) is works


async def test_a_team_without_calendar_always_works(database: SqlDatabase) -> None:
    """Covers B6: nobody is left out because nobody stated hours."""

    def question(unit: Unit, support: Team) -> tuple[bool, datetime | None]:
        who = person(unit, teams=frozenset({support.id}))
        return (
            roster.on_duty(unit, who, shanghai("2026-12-06 03:00")),
            roster.off_duty_at(unit, who, shanghai(TUESDAY)),
        )

    assert await ask(database, question, calendar="") == (True, None)


async def test_his_own_calendar_and_exceptions_count_before_the_teams(database: SqlDatabase) -> None:
    """Covers B6: the night shift, and the Saturday that somebody works."""

    def question(unit: Unit, support: Team) -> list[bool]:
        teams = frozenset({support.id})
        night = person(unit, "夜", teams=teams, calendar="night")
        weekend = person(
            unit, "周末", teams=teams, closed=(date(2026, 12, 1),), opened=((date(2026, 12, 5), ((540, 1080),)),)
        )
        moments = [shanghai(each) for each in (TUESDAY, EVENING, SATURDAY)]
        return [roster.on_duty(unit, who, moment) for who in (night, weekend) for moment in moments]

    assert await ask(database, question) == [False, True, False, False, False, True]


async def test_a_daily_break_is_no_duty(database: SqlDatabase) -> None:
    """Covers B6."""

    def question(unit: Unit, support: Team) -> tuple[bool, datetime | None]:
        who = person(unit, teams=frozenset({support.id}), rest=((600, 630),))
        return (
            roster.on_duty(unit, who, shanghai("2026-12-01 10:10")),
            roster.next_on_duty(unit, who, shanghai("2026-12-01 10:10")),
        )

    assert await ask(database, question) == (False, shanghai("2026-12-01 10:30"))


async def test_leave_rest_and_the_calendar_together_say_when_he_is_back(database: SqlDatabase) -> None:
    """Covers B6: rest until the break, leave over the closed day, and then it is the next morning."""

    def question(unit: Unit, support: Team) -> tuple[datetime | None, datetime | None]:
        who = person(unit, teams=frozenset({support.id}))
        keep_away(unit, who.id, Kind.REST, shanghai(TUESDAY), shanghai("2026-12-01 12:30"))
        keep_away(unit, who.id, Kind.LEAVE, shanghai("2026-12-01 12:50"), shanghai("2026-12-04 00:00"))
        return roster.next_on_duty(unit, who, shanghai(TUESDAY)), roster.off_duty_at(unit, who, shanghai(TUESDAY))

    assert await ask(database, question) == (shanghai("2026-12-04 09:00"), shanghai(TUESDAY))


async def test_who_is_gone_or_has_no_hours_has_no_next_duty(database: SqlDatabase) -> None:
    """Covers B6: no made-up time."""

    def question(unit: Unit, support: Team) -> list[datetime | None]:
        unit.keys.put(CALENDARS_KEY, {"never": {"hours": {}}})
        gone = person(unit, "gone", teams=frozenset({support.id}), active=False)
        never = person(unit, "never", calendar="never")
        return [roster.next_on_duty(unit, who, shanghai(TUESDAY)) for who in (gone, never)]

    assert await ask(database, question) == [None, None]


@pytest.mark.parametrize(
    ("rest_from", "ends"), [("2026-12-01 11:00", "2026-12-01 11:00"), ("2026-12-01 14:00", "2026-12-01 12:00")]
)
async def test_duty_ends_at_closing_or_when_a_rest_begins(database: SqlDatabase, rest_from: str, ends: str) -> None:
    """Covers B6: whichever comes first."""

    def question(unit: Unit, support: Team) -> datetime | None:
        who = person(unit, teams=frozenset({support.id}))
        keep_away(unit, who.id, Kind.REST, shanghai(rest_from), shanghai("2026-12-01 15:00"))
        return roster.off_duty_at(unit, who, shanghai(TUESDAY))

    assert await ask(database, question) == shanghai(ends)


async def test_the_lead_counts_though_he_is_no_member(database: SqlDatabase) -> None:
    """Covers B6; customers in a team's room do not."""

    def question(unit: Unit, support: Team) -> list[str]:
        boss = person(unit, "boss", Role.SUPERVISOR)
        unit.people.save_team(led := Team(support.id, "support", "客服部", lead=boss.id))
        teams = frozenset({support.id})
        person(unit, "ann", Role.CUSTOMER, teams=teams)
        busy = person(unit, "a busy one", teams=teams)
        person(unit, "chen", teams=teams)
        away = person(unit, "away", teams=teams)
        keep_away(unit, busy.id, Kind.BUSY, shanghai(TUESDAY), shanghai("2026-12-01 11:00"))
        keep_away(unit, away.id, Kind.REST, shanghai(TUESDAY), shanghai("2026-12-01 11:00"))
        return [who.name for who in roster.on_duty_of(unit, led, shanghai(TUESDAY))]

    assert await ask(database, question) == ["chen", "boss", "a busy one"]


async def test_a_stand_in_shares_skills_then_has_least_to_do_then_comes_first(database: SqlDatabase) -> None:
    """Covers B5: always the same for the same facts."""

    def question(unit: Unit, support: Team) -> list[str | None]:
        teams = frozenset({support.id})
        away, lonely = person(unit, "away", teams=teams, skills=("退款", "物流")), person(unit, "lonely")
        found: list[Person | None] = [roster.stand_in(unit, away, support, shanghai(TUESDAY))]
        laden = person(unit, "a laden one", teams=teams)
        ticket(unit, team=support.id, assignee=laden.id, requester=lonely.id)
        person(unit, "c free", teams=teams)
        person(unit, "b free", teams=teams)
        found.append(roster.stand_in(unit, away, support, shanghai(TUESDAY)))
        skilled = person(unit, "z skilled", teams=teams, skills=("退款",))
        found.append(roster.stand_in(unit, away, support, shanghai(TUESDAY)))
        keep_away(unit, skilled.id, Kind.BUSY, shanghai(TUESDAY), shanghai("2026-12-01 11:00"))
        found += [roster.stand_in(unit, away, support, shanghai(each)) for each in (TUESDAY, SATURDAY)]
        return [who.name if who else None for who in found]

    assert await ask(database, question) == [None, "b free", "z skilled", "b free", None]
