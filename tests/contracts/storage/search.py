"""Finding tickets by words that stand in them."""

from collections.abc import Sequence

import pytest

from bot.chat.text import text
from bot.tickets.rules import Message, Side, Ticket
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.contracts.storage.samples import moment, person, team, ticket


def say(unit: Unit, about: Ticket, words: str, *, public: bool = True, removed: bool = False) -> None:
    """An entry of the ticket's conversation."""
    gone = moment(9) if removed else None
    unit.tickets.add_message(
        Message(0, about.id, about.requester, Side.CUSTOMER, public, text(words), moment(1), removed_at=gone)
    )


def found(unit: Unit, *variants: str, teams: Sequence[int] | None = None, person: int = 0, limit: int = 9) -> list[int]:
    """The numbers of the tickets that are found."""
    return [each.id for each in unit.tickets.search(variants, teams=teams, person=person, limit=limit)]


class SearchContract:
    """Covers B7: the conversation is searchable, and nobody finds what he may not see."""

    async def test_words_are_found_in_titles_and_in_what_was_said(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            one, other = ticket(unit, title="Printer E-203"), ticket(unit, title="别的")
            say(unit, other, "打印机又卡纸了 ＡＢＣ")
            assert found(unit, "printer e-2") == [one.id]
            assert found(unit, "打印机") == [other.id]
            assert found(unit, "abc") == [other.id]
            assert found(unit, "印表機", "打印机") == [other.id]
            assert found(unit, "nowhere") == []

        await database.write(work)

    async def test_newest_first_and_no_more_than_asked_for(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            numbers = [ticket(unit, title=f"same {at}").id for at in range(4)]
            assert found(unit, "same", limit=3) == numbers[:0:-1]

        await database.write(work)

    async def test_everybody_finds_what_he_may_see(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            ours, theirs = team(unit), team(unit, "tech")
            ann = person(unit, "Ann")
            mine = ticket(unit, team=theirs.id, requester=ann.id, title="cable")
            one = ticket(unit, team=ours.id, title="cable")
            say(unit, mine, "internal word", public=False)
            assert found(unit, "cable", teams=[ours.id]) == [one.id]
            assert found(unit, "cable", teams=[], person=ann.id) == [mine.id]
            assert found(unit, "internal", teams=[], person=ann.id) == []
            assert found(unit, "internal", teams=[theirs.id]) == [mine.id]

        await database.write(work)

    async def test_what_was_deleted_is_not_found(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            say(unit, ticket(unit, title="t"), "regretted", removed=True)
            assert found(unit, "regretted") == []

        await database.write(work)

    @pytest.mark.parametrize("words", ["100%", "a_b", "back\\slash", "'; --", "\x00"])
    async def test_signs_mean_themselves(self, database: SqlDatabase, words: str) -> None:
        def work(unit: Unit) -> None:
            say(unit, ticket(unit, title="t"), f"x{words}y")
            say(unit, ticket(unit, title="u"), "1000 axb backslash")
            assert len(found(unit, words)) == 1

        await database.write(work)
