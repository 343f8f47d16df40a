"""Who may do what, cell by cell; and that no command and no button tells a customer of other people's tickets.

The table is read like this: a row is a right, a column a role; the cell names the tickets that it reaches: `all`, the
person's `team`'s (and those assigned to him), his `own` (those he asked for), `-` none. What a customer may do with his
own ticket, everybody may with his.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.people.permissions import Right, knows_of, may
from bot.people.rules import Person, Role
from bot.tickets.rules import Ticket
from bot.unit import Unit
from tests.tickets.stage import Stage, open_stage

ROLES = (Role.CUSTOMER, Role.TECHNICIAN, Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
MATRIX = """
right              customer  technician  agent  supervisor  analyst  admin
open               own       own         own    own         own      all
read               own       team        team   team        own      all
read_internal      -         team        team   team        -        all
write_as_customer  own       own         own    own         own      own
reply              -         team        team   team        -        all
note               -         team        team   team        -        all
withdraw           -         -           -      team        -        all
take               -         team        team   team        -        all
assign             -         -           team   team        -        all
edit               -         team        team   team        -        all
solve              own       team        team   team        -        all
close              -         -           team   team        -        all
reopen             own       team        team   team        -        all
merge              -         -           team   team        -        all
transfer           -         -           team   team        -        all
queue              -         team        team   team        -        all
figures            -         team        team   team        all      all
set_room_language  -         -           -      team        -        all
configure          -         -           -      -           -        all
"""

OURS, THEIRS = 1, 2
ME, SOMEBODY = 10, 11
NOW = datetime(2026, 12, 1, tzinfo=UTC)
TICKETS = {
    "own, here": Ticket(1, "x", (), ME, OURS, NOW, NOW),
    "own, elsewhere": Ticket(2, "x", (), ME, THEIRS, NOW, NOW),
    "team's": Ticket(3, "x", (), SOMEBODY, OURS, NOW, NOW),
    "other": Ticket(4, "x", (), SOMEBODY, THEIRS, NOW, NOW),
    "other, mine to do": Ticket(5, "x", (), SOMEBODY, THEIRS, NOW, NOW, assignee=ME),
}
REACHED = {
    "-": set[str](),
    "own": {"own, here", "own, elsewhere"},
    "team": {"own, here", "team's", "other, mine to do"},
    "all": set(TICKETS),
}


def rows() -> dict[str, list[str]]:
    """The table, by right."""
    _, *lines = MATRIX.strip().splitlines()
    return {right: cells for right, *cells in (line.split() for line in lines)}


def person(role: Role, *, active: bool = True) -> Person:
    """Somebody of our team with this role."""
    teams = frozenset({OURS}) if role.staff else frozenset[int]()
    return Person(ME, "x", role, teams=teams, active=active)


def test_the_table_has_every_right_and_every_role() -> None:
    """So that nobody adds a lever without saying whose it is."""
    assert set(rows()) == {right.value for right in Right}
    assert MATRIX.split()[1:7] == [role.value for role in ROLES]
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize("right", list(Right), ids=lambda right: right.value)
@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value)
def test_each_cell(role: Role, right: Right) -> None:
    """Covers T8, T9: for each kind of ticket, and for somebody who was disabled: nothing."""
    cell = rows()[right.value][ROLES.index(role)]
    reached = set(REACHED[cell])
    if rows()[right.value][ROLES.index(Role.CUSTOMER)] == "own":
        reached |= REACHED["own"]  # with his own ticket, everybody is a customer
    allowed = {name for name, ticket in TICKETS.items() if may(person(role), right, ticket)}
    assert allowed == reached
    assert may(person(role), right) is (cell != "-")
    gone = person(role, active=False)
    assert not any(may(gone, right, ticket) for ticket in [None, *TICKETS.values()])


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value)
def test_who_knows_that_a_ticket_exists(role: Role) -> None:
    """Covers T8: the whole staff does; a customer only of his own."""
    known = {name for name, ticket in TICKETS.items() if knows_of(person(role), ticket)}
    assert known == (set(TICKETS) if role.staff else REACHED["own"])
    assert not any(knows_of(person(role, active=False), ticket) for ticket in TICKETS.values())


# Through the wire: a customer tries everything that there is with a number that is not his.

WORDS = (
    "show", "history", "take", "assign 林晓", "priority urgent", "status solved", "note x", "reply x", "solve", "close",
    "reopen", "merge T-1", "due tomorrow", "tag x", "team 技术部",
)  # fmt: skip
ACTIONS = ("show", "take", "assign", "priority", "status", "due", "reply", "note", "solve", "close", "reopen")


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Stage]:
    """T-1 is Ann's, T-2 is Bo's and has been answered."""
    async with open_stage(tmp_path) as stage:
        await stage.say("ann", None, "打印机坏了")
        await stage.say("bo", None, "My salary slip is wrong")
        await stage.say("lin", stage.support, "reply we look at it", under=stage.card(2))
        yield stage


async def unchanged(stage: Stage, number: int) -> tuple[object, ...]:
    """Everything about a ticket that somebody could have changed."""
    ticket, said = await stage.ticket(number), await stage.conversation(number)
    return (ticket.version, len(said), [entry.fate for entry in said])


async def test_a_customer_learns_nothing_of_other_peoples_tickets_by_commands(two: Stage) -> None:
    """Covers T8: the answer is the same as for a number that does not exist."""
    before = await unchanged(two, 2)
    for word in WORDS:
        theirs = await two.command("ann", two.general, "/baton", f"T-2 {word}")
        nobodys = await two.command("ann", two.general, "/baton", f"T-99 {word}")
        assert theirs == nobodys.replace("T-99", "T-2"), word
        assert "T-2" in theirs
    assert await unchanged(two, 2) == before


async def test_a_customer_learns_nothing_of_other_peoples_tickets_by_forged_buttons(two: Stage) -> None:
    """Covers T8: pressed on a message of his own, with another number."""
    (mine, *_) = two.slack.sent(two.slack.dm(two["ann"]))
    before = await unchanged(two, 2)
    for action in ACTIONS:
        for value in ("", "1", "urgent", "solved", "2026-12-24"):
            theirs = await two.forge("ann", mine, f"ticket.{action}", 2, value)
            nobodys = await two.forge("ann", mine, f"ticket.{action}", 99, value)
            assert theirs == nobodys.replace("T-99", "T-2"), action
    for message in range(1, 6):
        assert "撤回" not in await two.forge("ann", mine, "reply.take_back", message)
        await two.forge("ann", mine, "menu", 2, "ticket.assign")
    assert two.slack.modal(two["ann"]) is None
    assert await unchanged(two, 2) == before
    seen = two.shown_to_customer("ann")
    assert not any(words in seen for words in ("salary", "Bo", "we look at it", "林晓", "陈曦"))


async def test_a_customer_pulls_no_lever_of_the_house_on_his_own_ticket(two: Stage) -> None:
    """Covers T8: not even which levers there are; he is told what he can do instead."""
    (mine, *_) = two.slack.sent(two.slack.dm(two["ann"]))
    before = await unchanged(two, 1)
    for action in ("take", "assign", "priority", "status", "due", "reply", "note", "close"):
        assert "林晓" not in await two.forge("ann", mine, f"ticket.{action}", 1, "1")
        await two.forge("ann", mine, "menu", 1, f"ticket.{action}")
    for word in ("take", "assign 林晓", "close", "note x", "tag x", "merge T-2", "queue", "board"):
        assert await two.command("ann", two.general, "/baton", f"{word} T-1")
    assert two.slack.modal(two["ann"]) is None
    assert await unchanged(two, 1) == before
    assert not any(name in two.shown_to_customer("ann") for name in ("林晓", "陈曦", "王芳"))


async def test_who_was_disabled_can_do_nothing(tmp_path: Path) -> None:
    """Covers T8: he is told so when he wants something, and left alone when he talks to others."""
    async with open_stage(tmp_path) as stage:
        await stage.say("ann", None, "打印机坏了")
        await stage.baton.baton.database.write(_disable_lin)
        assert "停用" in await stage.press("lin", stage.card(), "领取")
        assert "停用" in await stage.command("lin", stage.general, "/baton", "queue")
        said = await stage.say("lin", stage.general, "大家好")
        assert stage.under(said) == []
        assert await stage.owner() == ""


def _disable_lin(unit: Unit) -> None:
    lin = unit.people.by_key("lin")
    assert lin is not None
    unit.people.save_person(replace(lin, active=False))
