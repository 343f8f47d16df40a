"""Applying a team file: declarative, idempotent, and careful with what people did meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import storage
from bot.chat.events import Place
from bot.errors import Conflict, NotFound
from bot.language.catalogue import Words
from bot.people.leaving import disable
from bot.people.rules import Account, Person, Role, Visibility
from bot.teamfile.applied import Applied
from bot.teamfile.applying import apply, ever_applied
from bot.teamfile.changes import Change, ConfigurationChanged
from bot.teamfile.exporting import export
from bot.teamfile.joining import join
from bot.teamfile.reading import parse, person_table
from bot.teamfile.telling import told
from bot.tickets.facts import TicketAssigned
from bot.tickets.rules import Status, Ticket
from bot.unit import Database, Unit
from bot.workspace import CALENDARS_KEY, CONFIG_KEY, Workspace

DEMO = Path(__file__).parents[2] / "manifests" / "baton.toml"
WORDS = Words("en")

SUPPORT = '[[teams]]\nkey = "support"\nname = "客服部"\nslack_channel = "C0SUPPORT"\n'
LIN = '[[people]]\nkey = "lin"\nname = "林晓"\nrole = "agent"\nteams = ["support"]\nslack = "U0LIN"\n'
WANG = '[[people]]\nkey = "wang"\nname = "王芳"\nrole = "supervisor"\nslack = "U0WANG"\n'

EVERYTHING = """
[workspace]
name = "Aurora"
refused_types = []
[knowledge]
answer_customers = false
straight_to_person = ["押金"]
silence = "2h"
owner = "lin"
[[calendars]]
key = "c"
hours.mon = ["09:00-12:00"]
open = { "2026-12-26" = ["10:00-16:00"] }
[[teams]]
key = "support"
name = "客服部"
aliases = ["a", "b"]
calendar = "c"
lead = "lin"
telegram_chat = "-1001234/17"
web_room = ""
intake = ["slack:C0HELP", "telegram:-1007777"]
audience = "public"
topic_per_ticket = true
locale = "zh-TW"
[[teams]]
key = "tech"
name = "技术部"
web_room = "lab"
[[people]]
key = "lin"
name = "林 \\"晓\\""
role = "agent"
teams = ["tech", "support"]
skills = ["x", "y"]
slack = ["U0ONE", "U0TWO"]
telegram = 1001
web = "linxiao"
email = "lin@example.com"
locale = "en"
tier = "gold"
[[people]]
key = "old"
name = "Old"
role = "technician"
web = ""
active = false
"""


async def applied(database: Database, *texts: str) -> list[str]:
    """Apply a file made of these parts; what changed, as the operator reads it."""
    teamfile = parse("\n".join(texts), "baton.toml", WORDS)
    changes: list[Change] = await database.write(lambda unit: apply(unit, teamfile))
    return [told(WORDS, change) for change in changes]


async def person(database: Database, key: str) -> Person:
    """The person with this key."""
    found = await database.read(lambda unit: unit.people.by_key(key))
    assert found is not None
    return found


async def owner(database: Database, platform: str, user: str) -> Person:
    """Whoever has this account."""

    def look(unit: Unit) -> Person:
        account = unit.people.account(platform, user)
        assert account is not None
        return unit.people.person(account.person)

    return await database.read(look)


def wrote(platform: str, user: str, name: str) -> Callable[[Unit], Person]:
    """Somebody whom no file names writes to the bot, and gets a ticket."""

    def work(unit: Unit) -> Person:
        stranger = unit.people.add_person(Person(0, name, Role.CUSTOMER, locale="en"))
        unit.people.save_account(Account(platform, user, stranger.id, name=name, room="D1"))
        unit.tickets.add(ticket(unit, requester=stranger.id))
        return stranger

    return work


def ticket(unit: Unit, **fields: int) -> Ticket:
    """A ticket of the first team."""
    team = unit.people.teams()[0].id
    values = {"requester": 0, "team": team} | fields
    return Ticket(0, "broken", (), created_at=unit.now, updated_at=unit.now, **values)  # type: ignore[arg-type]


async def test_the_demo_team_is_made_once(database: Database) -> None:
    demo = DEMO.read_text("utf-8")
    assert not await database.read(ever_applied)
    lines = await applied(database, demo)
    assert "+ team support" in lines
    assert "+ person lin" in lines
    assert "+ calendar office" in lines
    assert "+ policy collab-default" in lines
    assert await database.read(ever_applied)
    assert await applied(database, demo) == []

    def look(unit: Unit) -> None:
        support = unit.people.teams()[0]
        assert (support.name, support.calendar, support.rooms) == ("客服部", "service", (Place("web", "support"),))
        assert support.intake == (Place("web", "help"),)
        assert unit.people.person(support.lead).name == "王芳"
        assert [one.name for one in unit.people.members(support.id)] == ["林晓", "王芳", "陈曦"]
        workspace = Workspace.read(unit.keys.get(CONFIG_KEY))
        assert (workspace.name, workspace.locale, workspace.default_team) == ("Aurora", "zh-CN", "support")
        assert workspace.reaction == "ticket"

    await database.read(look)


async def test_the_demo_team_has_all_departments_roles_and_languages() -> None:
    demo = parse(DEMO.read_text("utf-8"), "baton.toml", WORDS)
    assert [team.name for team in demo.teams] == ["客服部", "技术部", "财务部", "仓储部"]
    for team in demo.teams:
        assert 2 <= len([one for one in demo.people if team.key in one.teams]) <= 4
        assert team.lead in demo.keys("people")
    assert {one.role for one in demo.people} == set(Role)
    customers = [one for one in demo.people if one.role is Role.CUSTOMER]
    assert {one.locale for one in customers} == {"zh-CN", "zh-TW", "en"}


async def test_an_exported_file_changes_nothing_where_it_came_from(database: Database) -> None:
    await applied(database, DEMO.read_text("utf-8"))
    await database.write(wrote("slack", "U0NEW", "Somebody"))
    text = await database.read(export)
    assert await applied(database, text) == []
    assert await database.read(export) == text


async def test_an_exported_file_makes_the_same_team_elsewhere(database: Database, tmp_path: Path) -> None:
    await applied(database, EVERYTHING)
    text = await database.read(export)
    assert await applied(database, text) == []
    other = storage.open_database(f"sqlite:///{tmp_path / 'other.db'}")
    await other.start()
    try:
        await applied(other, text)
        assert await other.read(export) == text
    finally:
        await other.close()
    support = (await database.read(lambda unit: unit.people.teams()))[0]
    assert support.audience is Visibility.PUBLIC
    assert support.rooms == (Place("telegram", "-1001234", "17"),)


async def test_changes_are_said_field_by_field(database: Database) -> None:
    await applied(database, SUPPORT, LIN)
    lines = await applied(
        database,
        '[workspace]\nlocale = "zh-TW"\n',
        SUPPORT.replace("C0SUPPORT", "C0OTHER"),
        LIN.replace('"agent"', '"supervisor"').replace("U0LIN", "U0LIN2") + 'skills = ["refund"]\n',
    )
    assert lines == [
        '~ workspace: locale "en" → "zh-TW"',
        '~ team support: slack_channel "C0SUPPORT" → "C0OTHER"',
        '~ person lin: role "agent" → "supervisor", skills - → ["refund"], slack ["U0LIN"] → ["U0LIN2"]',
    ]


async def test_every_change_is_a_fact(database: Database) -> None:
    await applied(database, SUPPORT, LIN)
    facts = await database.read(lambda unit: unit.facts.of_ticket(0))
    changed = [record.fact for record in facts if isinstance(record.fact, ConfigurationChanged)]
    assert [(fact.change, fact.what, fact.key) for fact in changed] == [
        ("created", "team", "support"),
        ("created", "person", "lin"),
    ]


async def test_who_vanishes_from_the_file_is_disabled_and_his_tickets_go_back(database: Database) -> None:
    await applied(database, SUPPORT, LIN, WANG)
    lin = await person(database, "lin")
    mine = await database.write(lambda unit: unit.tickets.add(ticket(unit, requester=lin.id, assignee=lin.id)))
    assert await applied(database, SUPPORT, WANG) == ["- person lin disabled, 1 ticket back in the queue"]
    assert not (await person(database, "lin")).active

    def look(unit: Unit) -> None:
        kept = unit.tickets.get(mine.id)
        assert (kept.assignee, kept.status) == (0, Status.NEW)
        assert [record.fact for record in unit.facts.of_ticket(mine.id)] == [TicketAssigned(mine.id, lin.id, 0)]

    await database.read(look)
    assert await applied(database, SUPPORT, WANG) == []
    assert await applied(database, SUPPORT, LIN, WANG) == ["+ person lin is active again"]


async def test_who_was_never_in_the_file_is_left_alone(database: Database) -> None:
    await applied(database, SUPPORT, LIN)
    table = person_table({"key": "added", "name": "Added", "role": "technician", "teams": ["support"]}, WORDS)
    await database.write(lambda unit: join(unit, table))
    await database.write(wrote("slack", "U0CUST", "Customer"))
    assert await applied(database, SUPPORT, LIN, WANG) == ["+ person wang"]
    assert (await person(database, "added")).active
    assert (await owner(database, "slack", "U0CUST")).active


async def test_what_was_done_by_hand_stands_until_the_file_says_something_new(database: Database) -> None:
    await applied(database, SUPPORT, LIN + 'locale = "zh-CN"\n')
    lin = await person(database, "lin")

    def by_hand(unit: Unit) -> None:
        disable(unit, lin)
        unit.people.save_person(replace(unit.people.person(lin.id), locale="en"))
        unit.people.move_room(Place("slack", "C0SUPPORT"), "C0MOVED")

    await database.write(by_hand)
    assert await applied(database, SUPPORT, LIN + 'locale = "zh-CN"\n') == []
    lin = await person(database, "lin")
    assert (lin.active, lin.locale) == (False, "en")
    assert await applied(database, SUPPORT.replace("C0SUPPORT", "C0THIRD"), LIN + 'locale = "zh-TW"\n') == [
        '~ team support: slack_channel "C0MOVED" → "C0THIRD"',
        '~ person lin: locale "en" → "zh-TW"',
    ]


async def test_what_the_file_states_holds_and_what_it_leaves_open_is_left(database: Database) -> None:
    await applied(database, SUPPORT, LIN)
    lin = await person(database, "lin")
    changed = replace(lin, name="小林", email="lin@example.com")
    await database.write(lambda unit: unit.people.save_person(changed))
    assert await applied(database, SUPPORT, LIN) == ['~ person lin: name "小林" → "林晓"']
    assert (await person(database, "lin")).email == "lin@example.com"


async def test_what_the_file_no_longer_states_falls_back(database: Database) -> None:
    await applied(database, '[workspace]\nreaction = "fire"\n', SUPPORT + 'aliases = ["客服"]\n', LIN + 'tier = "x"\n')
    assert await applied(database, SUPPORT, LIN) == [
        '~ workspace: reaction "fire" → "ticket"',
        '~ team support: aliases ["客服"] → -',
        '~ person lin: tier "x" → -',
    ]


async def test_whoever_wrote_before_he_was_in_the_file_becomes_that_person(database: Database) -> None:
    await applied(database, SUPPORT)
    stranger = await database.write(wrote("slack", "U0LIN", "lin.x"))
    assert await applied(database, SUPPORT, LIN) == ["+ person lin"]
    lin = await person(database, "lin")
    assert (lin.id, lin.name, lin.role, lin.locale) == (stranger.id, "林晓", Role.AGENT, "en")
    account = (await database.read(lambda unit: unit.people.accounts(lin.id)))[0]
    assert (account.platform, account.room) == ("slack", "D1")


async def test_two_strangers_with_accounts_of_one_person_become_one(database: Database) -> None:
    await applied(database, SUPPORT)
    await database.write(wrote("slack", "U0LIN", "lin.x"))
    await database.write(wrote("telegram", "1001", "Lin"))
    await applied(database, SUPPORT, LIN + "telegram = 1001\n")
    lin = await person(database, "lin")
    assert await owner(database, "telegram", "1001") == lin
    assert len(await database.read(lambda unit: unit.tickets.requested_by(lin.id))) == 2


async def test_accounts_of_one_stranger_may_go_to_two_persons(database: Database) -> None:
    await applied(database, SUPPORT)
    stranger = await database.write(wrote("slack", "U0LIN", "shared"))
    await database.write(lambda unit: unit.people.save_account(Account("slack", "U0WANG", stranger.id)))
    await applied(database, SUPPORT, LIN, WANG)
    assert (await owner(database, "slack", "U0LIN")).key == "lin"
    assert (await owner(database, "slack", "U0WANG")).key == "wang"


async def test_two_persons_may_swap_accounts(database: Database) -> None:
    await applied(database, SUPPORT, LIN, WANG)
    lines = await applied(database, SUPPORT, LIN.replace("U0LIN", "U0WANG"), WANG.replace("U0WANG", "U0LIN"))
    assert lines == [
        '~ person lin: slack ["U0LIN"] → ["U0WANG"]',
        '~ person wang: slack ["U0WANG"] → ["U0LIN"]',
    ]
    assert (await owner(database, "slack", "U0WANG")).key == "lin"
    assert (await owner(database, "slack", "U0LIN")).key == "wang"
    assert len(await database.read(lambda unit: unit.people.all_persons(active=None))) == 2


async def test_an_account_that_is_taken_away_has_no_rights_left(database: Database) -> None:
    await applied(database, SUPPORT, LIN)
    await applied(database, SUPPORT, LIN.replace("U0LIN", "U0NEW"))
    assert (await owner(database, "slack", "U0NEW")).key == "lin"
    gone = await owner(database, "slack", "U0LIN")
    assert (gone.key, gone.role, gone.teams) == ("", Role.CUSTOMER, frozenset())


async def test_an_account_that_was_linked_in_chat_stays(database: Database) -> None:
    await applied(database, SUPPORT, LIN)
    lin = await person(database, "lin")
    await database.write(lambda unit: unit.people.save_account(Account("telegram", "1001", lin.id)))
    assert await applied(database, SUPPORT, LIN) == []
    assert (await owner(database, "telegram", "1001")).key == "lin"


async def test_a_team_that_vanishes_gives_up_its_rooms_and_members_but_not_its_tickets(database: Database) -> None:
    tech = '[[teams]]\nkey = "tech"\nname = "技术部"\nslack_channel = "C0TECH"\n'
    await applied(database, SUPPORT, tech)
    zhao = {"key": "zhao", "name": "赵磊", "role": "technician", "teams": ["tech"]}
    await database.write(lambda unit: join(unit, person_table(zhao, WORDS)))
    assert await applied(database, SUPPORT) == ["- team tech retired: it has no rooms any more, its tickets stay"]

    def look(unit: Unit) -> None:
        assert unit.people.team_of_room(Place("slack", "C0TECH")) is None
        assert unit.people.teams()[1].name == "技术部"
        assert Applied.read(unit).retired == ["tech"]

    await database.read(look)
    assert (await person(database, "zhao")).teams == frozenset()
    assert await applied(database, SUPPORT, tech) == ['~ team tech: slack_channel - → "C0TECH", web_room - → "tech"']
    await applied(database, SUPPORT)
    assert await applied(database, await database.read(export)) == []


async def test_leads_come_and_go(database: Database) -> None:
    await applied(database, SUPPORT + 'lead = "lin"\n', LIN, WANG)

    async def lead() -> str:
        team = (await database.read(lambda unit: unit.people.teams()))[0]
        return (await database.read(lambda unit: unit.people.person(team.lead).key)) if team.lead else ""

    assert await lead() == "lin"
    assert await applied(database, SUPPORT + 'lead = "wang"\n', LIN, WANG) == ['~ team support: lead "lin" → "wang"']
    assert await lead() == "wang"
    assert await applied(database, SUPPORT, LIN, WANG) == ['~ team support: lead "wang" → -']
    assert await lead() == ""


async def test_calendars_and_policies_come_and_go(database: Database) -> None:
    calendar = '[[calendars]]\nkey = "office"\nholidays = "CN"\nhours.mon = ["09:00-18:00"]\n'
    await applied(database, calendar)
    assert await applied(database, calendar.replace('holidays = "CN"\n', "").replace("18:00", "17:00")) == [
        '~ calendar office: hours { mon = ["09:00-18:00"] } → { mon = ["09:00-17:00"] }, holidays "CN" → -'
    ]
    assert await applied(database, "") == ["- calendar office"]
    assert await database.read(lambda unit: unit.keys.get(CALENDARS_KEY)) == {}


async def test_joining_refuses_what_is_taken(database: Database) -> None:
    await applied(database, SUPPORT, LIN)
    for row, refused in (
        ({"key": "lin"}, Conflict),
        ({"key": "new", "slack": "U0LIN"}, Conflict),
        ({"key": "new", "web": "lin"}, Conflict),
        ({"key": "new", "teams": ["nowhere"]}, NotFound),
    ):
        table = person_table({"name": "New", "role": "agent"} | row, WORDS)
        with pytest.raises(refused) as caught:
            await database.write(partial(join, table=table))
        assert WORDS(caught.value.key, **caught.value.values)
