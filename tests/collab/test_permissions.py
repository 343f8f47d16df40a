"""Who may do what with a request, cell by cell.

A row is a person, a column what he may do: ask about the ticket, answer the request, steer it. Covers P9, C12.
"""

from datetime import UTC, datetime

import pytest

from bot.collab.permissions import may_answer, may_ask, may_steer
from bot.collab.rules import CollabRequest
from bot.people.rules import Person, Role, Team
from bot.tickets.rules import Ticket

SUPPORT, TECH, FINANCE, OTHER = 1, 2, 3, 4
ASKER, OWNER, LEAD, CUSTOMER = 10, 11, 12, 13
NOW = datetime(2026, 12, 1, tzinfo=UTC)
# The ticket has moved to finance since support asked tech.
TICKET = Ticket(1, "x", (), CUSTOMER, FINANCE, NOW, NOW)
REQUEST = CollabRequest(7, 1, TECH, SUPPORT, ASKER, (), NOW, NOW, owner=OWNER)
TEAM = Team(TECH, "tech", "技术部", lead=LEAD)

MATRIX = """
role        teams    id  ask answer steer
customer    -        13  -   -      -
agent       support  20  -   -      yes
agent       tech     20  -   yes    -
agent       finance  20  yes -      yes
agent       other    20  -   -      -
agent       -        10  -   -      yes
agent       other    11  -   yes    -
agent       other    12  -   yes    -
technician  tech     20  -   yes    -
technician  support  20  -   -      yes
technician  finance  20  yes -      yes
supervisor  tech     20  -   yes    -
supervisor  support  20  -   -      yes
supervisor  other    20  -   -      -
analyst     tech     20  -   -      -
analyst     support  20  -   -      -
admin       -        20  yes yes    yes
"""
NAMES = {"support": SUPPORT, "tech": TECH, "finance": FINANCE, "other": OTHER}
ROWS = [line.split() for line in MATRIX.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_each_cell(row: list[str]) -> None:
    role, team, number, *wanted = row
    teams = frozenset() if team == "-" else frozenset({NAMES[team]})
    person = Person(int(number), "x", Role(role), teams=teams)
    granted = (may_ask(person, TICKET), may_answer(person, REQUEST, TEAM), may_steer(person, REQUEST, TICKET))
    assert granted == tuple(cell == "yes" for cell in wanted)


@pytest.mark.parametrize("role", Role)
def test_who_was_disabled_may_nothing(role: Role) -> None:
    person = Person(OWNER, "x", role, active=False, teams=frozenset({SUPPORT, TECH, FINANCE}))
    assert not may_ask(person, TICKET)
    assert not may_answer(person, REQUEST, TEAM)
    assert not may_steer(person, REQUEST, TICKET)
