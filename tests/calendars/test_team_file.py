"""Calendars and exceptions as `baton.toml` says them: checked with their line, stored, exported, asked.

Covers C7 (personal rest blocks), U13 and issue 3, section 2.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import storage
from bot.calendars.reading import calendar_of, interval_of, interval_written, person_calendar, team_calendar
from bot.errors import ConfigurationProblem
from bot.language.catalogue import LOCALES, Words
from bot.people.rules import Person, Role, Team
from bot.teamfile.applying import apply
from bot.teamfile.checking import doubts
from bot.teamfile.exporting import export
from bot.teamfile.reading import parse
from bot.teamfile.telling import told
from bot.unit import Database, Unit
from bot.workspace import CALENDARS_KEY
from tests.calendars.minutes import local
from tests.clock import ManualClock

WORDS = Words("en")
ZONE = "Asia/Shanghai"
DECADE = 3652 * 86400.0

OFFICE = """\
[workspace]
timezone = "Asia/Shanghai"
[[calendars]]
key = "office"
hours.mon = ["09:00-12:00", "13:30-18:00"]
hours.tue = ["09:00-12:00", "13:30-24:00"]
holidays = "CN"
closed = ["2026-12-28"]
open = { "2026-12-27" = ["10:00-16:00"] }
"""
TEAM = """\
[[teams]]
key = "tech"
name = "技术部"
calendar = "office"
lead = "zhao"
closed = ["2026-12-21", "2026-12-15"]
open = { "2026-12-26" = ["10:00-11:00", "12:00-13:00"] }
"""
ZHAO = """\
[[people]]
key = "zhao"
name = "赵磊"
role = "technician"
teams = ["tech"]
"""
EXCEPTIONS = """\
phone = "+86 138-0013-8000"
closed = ["2026-12-22"]
open = { "2026-12-21" = ["20:00-22:00"] }
rest = ["12:00-14:00", "17:30-18:00"]
"""


@pytest.fixture
def clock() -> ManualClock:
    """Stands in December 2025: the holidays of that year and the next are known."""
    return ManualClock(datetime(2025, 12, 1, 2, tzinfo=UTC))


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Database]:
    """An empty, migrated database."""
    url = f"sqlite:///{tmp_path / 'baton.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = storage.open_database(url, clock=clock)
    await opened.start()
    yield opened
    await opened.close()


async def applied(database: Database, *texts: str) -> list[str]:
    """Apply a file made of these parts; what changed, as the operator reads it."""
    teamfile = parse("\n".join(texts), "baton.toml", WORDS)
    return [told(WORDS, change) for change in await database.write(lambda unit: apply(unit, teamfile))]


def person(unit: Unit, key: str) -> Person:
    """The person with this key."""
    found = unit.people.by_key(key)
    assert found
    return found


def problems(text: str) -> list[str]:
    """All that is wrong with it."""
    with pytest.raises(ConfigurationProblem) as problem:
        parse(text, "baton.toml", WORDS)
    return list(problem.value.lines)


class TestRows:
    """From the stored row to the calendar."""

    def test_everything_that_a_row_can_say(self) -> None:
        row = {
            "key": "office",
            "timezone": "Europe/Berlin",
            "hours": {"mon": ["09:00-12:00", "13:30-24:00"]},
            "holidays": "DE-BY",
            "closed": ["2026-12-28"],
            "open": {"2026-12-27": ["10:00-16:00"]},
        }
        calendar = calendar_of(row, default_zone=ZONE)
        assert (calendar.key, str(calendar.zone)) == ("office", "Europe/Berlin")
        assert calendar.intervals(date(2026, 11, 30)) == ((540, 720), (810, 1440))
        assert calendar.intervals(date(2026, 12, 27)) == ((600, 960),)
        for free in (date(2026, 4, 6), date(2026, 12, 28), date(2026, 12, 29)):
            assert calendar.intervals(free) == ()

    def test_a_row_that_says_nothing(self) -> None:
        calendar = calendar_of({}, default_zone=ZONE)
        assert str(calendar.zone) == ZONE
        assert calendar.next_open(local("2026-12-01 10:00", ZONE)) is None

    @pytest.mark.parametrize("written", ["00:00-24:00", "09:05-12:30", "23:59-24:00"])
    def test_intervals_read_as_they_are_written(self, written: str) -> None:
        assert interval_written(interval_of(written)) == written

    def test_who_has_no_calendar_works_always_but_for_his_exceptions(self) -> None:
        christmas = local("2026-12-25 03:00", ZONE)
        team, zhao = Team(1, "t", "T"), Person(1, "赵磊", Role.TECHNICIAN)
        assert team_calendar({}, team, default_zone=ZONE).is_open(christmas)
        assert person_calendar({}, zhao, None, default_zone=ZONE).is_open(christmas)
        team = replace(team, closed=(date(2026, 12, 25),))
        assert not person_calendar({}, zhao, team, default_zone=ZONE).is_open(christmas)

    def test_a_calendar_of_his_own_comes_before_the_team_s(self) -> None:
        calendars = {"night": {"hours": {"mon": ["00:00-06:00"]}}, "day": {"hours": {"mon": ["09:00-18:00"]}}}
        team, zhao = Team(1, "t", "T", calendar="day"), Person(1, "赵磊", Role.TECHNICIAN)
        monday = date(2026, 6, 8)
        assert person_calendar(calendars, zhao, team, default_zone=ZONE).intervals(monday) == ((540, 1080),)
        night = replace(zhao, calendar="night", rest=((180, 240),))
        assert person_calendar(calendars, night, team, default_zone=ZONE).intervals(monday) == ((0, 180), (240, 360))
        gone = replace(zhao, calendar="gone")
        assert person_calendar(calendars, gone, team, default_zone=ZONE).intervals(monday) == ((540, 1080),)


class TestStored:
    """What the file says of a team and a person is stored, told, exported, and works."""

    async def test_exceptions_are_stored_and_decide(self, database: Database) -> None:
        await applied(database, OFFICE, TEAM, ZHAO, EXCEPTIONS)

        def look(unit: Unit) -> None:
            team, zhao = unit.people.teams()[0], person(unit, "zhao")
            assert team.closed == (date(2026, 12, 21), date(2026, 12, 15))
            assert zhao.phone == "+8613800138000"
            assert unit.people.persons([zhao.id])[zhao.id] == zhao == unit.people.members(team.id)[0]
            assert unit.people.team(team.id) == team
            calendars = unit.keys.get(CALENDARS_KEY)
            works = person_calendar(calendars, zhao, team, default_zone=ZONE).intervals
            assert works(date(2026, 12, 14)) == ((540, 720), (840, 1050))
            assert works(date(2026, 12, 15)) == works(date(2026, 12, 22)) == ()
            assert works(date(2026, 12, 21)) == ((1200, 1320),)
            assert works(date(2026, 12, 26)) == ((600, 660),)
            assert works(date(2026, 12, 27)) == ((600, 720), (840, 960))

        await database.read(look)

    async def test_an_export_says_it_again(self, database: Database) -> None:
        await applied(database, OFFICE, TEAM, ZHAO, EXCEPTIONS + 'calendar = "office"\n')
        text = await database.read(export)
        assert 'rest = ["12:00-14:00", "17:30-18:00"]' in text
        assert await applied(database, text) == []
        assert await database.read(export) == text

    async def test_changes_are_told_and_what_is_no_longer_said_falls_back(self, database: Database) -> None:
        await applied(database, OFFICE, TEAM, ZHAO)
        assert await applied(database, OFFICE, TEAM, ZHAO, 'rest = ["12:00-13:00"]\ncalendar = "office"\n') == [
            '~ person zhao: calendar - → "office", rest - → ["12:00-13:00"]'
        ]
        assert await applied(database, OFFICE, TEAM.replace("open =", "#"), ZHAO) == [
            '~ team tech: open { 2026-12-26 = ["10:00-11:00", "12:00-13:00"] } → -',
            '~ person zhao: calendar "office" → -, rest ["12:00-13:00"] → -',
        ]
        zhao = await database.read(lambda unit: person(unit, "zhao"))
        assert (zhao.calendar, zhao.rest) == ("", ())


class TestRefused:
    """What can't be meant is refused with its line."""

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ('phone = "13800138000"', "baton.toml:6: people.phone: “13800138000” is no telephone number"),
            ('phone = "+86 12"', "baton.toml:6: people.phone: “+86 12” is no telephone number"),
            ('calendar = "offce"', "baton.toml:6: people.calendar: there is no calendar “offce”"),
            ('closed = ["2026-02-30"]', "baton.toml:6: people.closed: “2026-02-30” is no day"),
            ('open = { "26-12-26" = ["10:00-16:00"] }', "baton.toml:6: people.open.26-12-26: “26-12-26” is no day"),
            ('open = { "2026-12-26" = [] }', "baton.toml:6: people.open.2026-12-26: this must not be empty"),
            ('rest = "12:00-13:00"', "baton.toml:6: people.rest: this must be a list"),
            ('rest = ["12-13"]', "baton.toml:6: people.rest: “12-13” is no span of a day"),
            ('rest = ["12:00-13:00", "12:30-14:00"]', "baton.toml:6: people.rest: “12:30-14:00” begins before"),
        ],
    )
    def test_a_person(self, line: str, said: str) -> None:
        (problem,) = problems(ZHAO.replace('teams = ["tech"]\n', "") + "\n" + line)
        assert problem.startswith(said)

    def test_a_team(self) -> None:
        (problem,) = problems(TEAM.replace('calendar = "office"\nlead = "zhao"\n', "").replace("12:00-", "25:00-"))
        assert problem.startswith("baton.toml:5: teams.open.2026-12-26: “25:00-13:00” is no span of a day")

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            ("China", "“China” is no country"),
            ("XX", "no public holidays are known for “XX”"),
            ("DE-XX", "“XX” is no part of DE with holidays of its own; there are: BB, BE, BW, BY"),
            ("CN-GD", "the holidays of CN are the same everywhere"),
        ],
    )
    def test_a_country(self, code: str, said: str) -> None:
        (problem,) = problems(OFFICE.replace('"CN"', f'"{code}"'))
        assert problem.startswith(f"baton.toml:7: calendars.holidays: {said}")

    @pytest.mark.parametrize("locale", LOCALES)
    def test_in_every_language(self, locale: str) -> None:
        words = Words(locale)
        for key in ("country_unknown", "country_part", "country_whole", "phone"):
            assert "{" not in words(f"teamfile.{key}", value="V", country="C", known="K")


class TestDoubts:
    """What `baton check` says of calendars."""

    @staticmethod
    async def said(database: Database) -> list[str]:
        """The warnings about calendars."""
        found = await database.read(lambda unit: doubts(unit, ["web"]))
        return [WORDS(one.key, **dict(one.values)) for one in found if "calendar" in one.key or "holiday" in one.key]

    async def test_years_that_are_known_are_no_matter(self, database: Database) -> None:
        await applied(database, OFFICE, TEAM, ZHAO)
        assert await self.said(database) == []

    async def test_the_next_year_is_missing(self, database: Database, clock: ManualClock) -> None:
        clock.advance(DECADE)
        await applied(database, OFFICE, TEAM, ZHAO)
        assert [line[:58] for line in await self.said(database)] == [
            "The public holidays of CN for 2035 are not known yet, whic",
            "The public holidays of CN for 2036 are not known yet, whic",
        ]

    async def test_a_calendar_that_nobody_uses_may_lack_holidays(self, database: Database, clock: ManualClock) -> None:
        clock.advance(DECADE)
        await applied(database, OFFICE, TEAM.replace('calendar = "office"\n', ""), ZHAO)
        assert await self.said(database) == []

    async def test_a_calendar_whose_last_day_is_over(self, database: Database) -> None:
        await applied(
            database,
            '[[calendars]]\nkey = "fair"\nopen = { "2025-06-01" = ["10:00-16:00"] }\n',
            ZHAO.replace('teams = ["tech"]\n', ""),
        )
        assert await self.said(database) == ["The calendar “fair” has no open hours, so business time never passes."]

    async def test_a_calendar_that_is_gone(self, database: Database) -> None:
        await applied(database, OFFICE, TEAM, ZHAO)

        def by_hand(unit: Unit) -> None:
            unit.keys.put(CALENDARS_KEY, {})
            unit.people.save_person(replace(person(unit, "zhao"), calendar="office"))

        await database.write(by_hand)
        (line,) = await self.said(database)
        assert line.startswith("There is no calendar “office” any more, by which these work: 技术部, 赵磊.")
