"""Which words call a colleague."""

import pytest

from bot.chat.text import BLOCK, QUOTE, Span, Text, code, mention, text
from bot.mentions.calling import called
from bot.people.rules import Account, Role
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.contracts.storage.samples import person, team


async def who_is_called(
    database: SqlDatabase, words: Text, *, handles: bool = True
) -> tuple[list[str], list[str], list[str]]:
    """Names of those called, of those whom the platform tells, and names that several have."""

    def work(unit: Unit) -> tuple[list[str], list[str], list[str]]:
        team(unit, "lins", aliases=("技术",))
        lin = person(unit, "林晓", key="lin")
        unit.people.save_account(Account("slack", "U0LIN", lin.id, "林晓", "xiaolin"))
        person(unit, "林晓东", key="dong")
        person(unit, "Anna Lee", key="anna")
        person(unit, "王芳", key="wang1")
        person(unit, "王芳", key="wang2")
        person(unit, "gone", key="gone", active=False)
        ann = person(unit, "Ann", Role.CUSTOMER)
        unit.people.save_account(Account("slack", "U0ANN", ann.id, "Ann", "ann"))
        found = called(unit, words, "slack", handles=handles)
        rung = [unit.people.person(number).name for number in sorted(found.rung)]
        return [each.name for each in found.persons], rung, list(found.unsure)

    return await database.write(work)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (text("@林晓 看一下"), ["林晓"]),
        (text("请@林晓看一下"), ["林晓"]),
        (text("@林晓东看一下"), ["林晓东"]),
        (text("@林曉 看一下"), ["林晓"]),
        (text("＠LIN, please"), ["林晓"]),
        (text("@anna lee and @lin"), ["Anna Lee", "林晓"]),
        (text("@林晓 @lin @林晓"), ["林晓"]),
        (text("@linus is somebody else"), []),
        (text("write to help@lin.example"), []),
        (text("@技术 看一下, @lins too"), []),
        (text("@gone and @Ann"), []),
        (text("林晓 without the sign"), []),
        (text(code("@林晓")), []),
        (text(Span("@林晓", frozenset({QUOTE})), Span("@林晓", frozenset({BLOCK}))), []),
        (text(mention("whoever", "U0ANN")), []),
    ],
)
async def test_a_name_after_the_sign_calls_its_only_owner(database: SqlDatabase, words: Text, names: list[str]) -> None:
    """Covers U4: the longest name counts, teams and customers are not called, quotations and code call nobody."""
    found, rung, unsure = await who_is_called(database, words)
    assert found == names
    assert rung == unsure == []


@pytest.mark.parametrize("words", [text(mention("林晓", "U0LIN")), text("@xiaolin ?")])
async def test_a_mention_of_the_platform_and_a_handle_ring_by_themselves(database: SqlDatabase, words: Text) -> None:
    """Covers U4."""
    assert await who_is_called(database, words) == (["林晓"], ["林晓"], [])


async def test_a_handle_rings_only_where_the_platform_rings_by_handles(database: SqlDatabase) -> None:
    """Covers U4: elsewhere it is a name like any other, and he has to be told."""
    assert await who_is_called(database, text("@xiaolin ?"), handles=False) == (["林晓"], [], [])


async def test_a_name_of_several_calls_none_of_them(database: SqlDatabase) -> None:
    """Covers U4: better to ask than to tell the wrong one."""
    assert await who_is_called(database, text("@王芳 看一下")) == ([], [], ["王芳"])
