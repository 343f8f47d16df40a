"""Articles with every revision, the numbers of their changes, what people made of them, and what was asked."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.errors import NotFound, StaleWrite
from bot.knowledge.rules import (
    Article,
    Audience,
    Content,
    Gap,
    Kind,
    Opinion,
    Outcome,
    Question,
    Revision,
    Standing,
    State,
    Tally,
    Vote,
)
from bot.unit import Unit
from storage.encoding import storable
from storage.unit import SqlDatabase
from tests.contracts.storage.samples import NASTY, moment, person, team, ticket

FULL = Content(
    "怎么退款？",
    "打开 **订单**，点“退款”。\n\n1. 选原因\n2. 提交",
    ("退钱", "refund"),
    "售后",
    ("退款", "订单"),
    "zh-CN",
    Kind.SCRIPT,
    Audience.STAFF,
    (3, 4),
    date(2026, 12, 31),
)


def article(unit: Unit, content: Content | str = FULL, author: int = 0, **more: object) -> Article:
    """An article that is stored."""
    written = Content(content) if isinstance(content, str) else content
    made = Article(0, written, unit.now, unit.now, **more)  # type: ignore[arg-type]
    return unit.knowledge.add([made], author)[0]


class ArticlesContract:
    """Covers U7, G6: an article comes back as it was written, whoever changes it at the same time."""

    async def test_everything_comes_back(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> Article:
            who = person(unit)
            return article(
                unit, owner=who.id, team=team(unit).id, external_id="faq-1", pinned=True, review_on=date(2027, 3, 1)
            )

        made = await database.write(work)
        assert made.reference == f"K-{made.id}"
        assert await database.read(lambda unit: unit.knowledge.get(made.id)) == made

    @pytest.mark.parametrize("words", NASTY)
    async def test_nothing_that_people_write_is_refused(self, database: SqlDatabase, words: str) -> None:
        content = Content(f"a {words}", words, (words,), "c", (words,))
        made = await database.write(lambda unit: article(unit, content, external_id=f"x{words}"))
        stored = await database.read(lambda unit: unit.knowledge.get(made.id))
        kept = await database.read(lambda unit: unit.knowledge.revision(made.id, 1))
        said = replace(kept.content, title=storable(kept.content.title), body=storable(kept.content.body))
        assert stored.content == said
        assert stored.title[:2] == "a "

    async def test_a_change_is_saved_once(self, database: SqlDatabase) -> None:
        made = await database.write(article)
        later = replace(made, content=replace(FULL, body="new"), state=State.ARCHIVED, revision=2, latest=2)
        saved = await database.write(lambda unit: unit.knowledge.save(later, moment(9)))
        assert (saved.version, saved.updated_at) == (2, moment(9))
        assert await database.read(lambda unit: unit.knowledge.get(made.id)) == saved
        with pytest.raises(StaleWrite):
            await database.write(lambda unit: unit.knowledge.save(later, moment(10)))

    @pytest.mark.parametrize("id", [0, -1, 99, 10**30])
    async def test_what_is_not_there_is_named(self, database: SqlDatabase, id: int) -> None:
        with pytest.raises(NotFound) as raised:
            await database.read(lambda unit: unit.knowledge.get(id))
        assert raised.value.values == {"reference": f"K-{id}"}
        with pytest.raises(NotFound):
            await database.read(lambda unit: unit.knowledge.revision(id, 1))
        assert await database.read(lambda unit: unit.knowledge.many([id])) == {}

    async def test_they_are_found_by_title_and_by_their_name_elsewhere(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> list[Article]:
            old = article(unit, "Opening  Hours", state=State.ARCHIVED)
            return [old, article(unit, "ＯＰＥＮＩＮＧ hours", external_id="faq:7"), article(unit, "opening hours")]

        old, second, _ = await database.write(work)
        found = await database.read(lambda unit: unit.knowledge.by_title(["opening HOURS", "nothing"]))
        assert found == {"opening hours": second}
        found = await database.read(lambda unit: unit.knowledge.by_title(["opening hours"], archived=True))
        assert found == {"opening hours": old}
        found = await database.read(lambda unit: unit.knowledge.by_external(["faq:7", "faq:8", ""]))
        assert found == {"faq:7": second}

    async def test_they_are_read_page_by_page(self, database: SqlDatabase) -> None:
        made = await database.write(lambda unit: [article(unit, f"title {at}") for at in range(5)])
        pages = await database.read(lambda unit: (unit.knowledge.page(0, 3), unit.knowledge.page(made[2].id, 3)))
        assert [*pages[0], *pages[1]] == made


class RevisionsContract:
    """Covers U7: every revision is kept."""

    async def test_each_is_kept_newest_first(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> tuple[int, Revision]:
            who = person(unit)
            made = article(unit, author=who.id)
            second = Revision(made.id, 2, who.id, moment(5), replace(FULL, body="b"), Standing.PROPOSED)
            unit.knowledge.revise(second)
            unit.knowledge.revise(replace(second, standing=Standing.DECLINED))
            unit.knowledge.revise(Revision(made.id, 3, 0, moment(6), FULL, reverts=1))
            return made.id, second

        number, second = await database.write(work)
        kept = await database.read(lambda unit: unit.knowledge.revisions(number))
        assert [revision.number for revision in kept] == [3, 2, 1]
        assert kept[1] == replace(second, standing=Standing.DECLINED)
        assert (kept[0].reverts, kept[0].author, kept[2].content) == (1, 0, FULL)
        assert kept[2].author == second.author
        with pytest.raises(NotFound) as raised:
            await database.read(lambda unit: unit.knowledge.revision(number, 4))
        assert raised.value.values == {"reference": f"K-{number}", "number": 4}


class ChangesContract:
    """Covers G6: whoever follows the numbers sees each change, once it is committed, and misses none."""

    async def test_nothing_has_happened_yet(self, database: SqlDatabase) -> None:
        assert await database.read(lambda unit: (unit.knowledge.number(), unit.knowledge.changes((0, 0)))) == (0, [])

    async def test_each_unit_has_a_number_and_the_latest_change_counts(self, database: SqlDatabase) -> None:
        first, second = await database.write(lambda unit: [article(unit, "one"), article(unit, "two")])
        assert await database.read(lambda unit: unit.knowledge.number()) == 1
        first = await database.write(lambda unit: unit.knowledge.save(first, moment(3)))
        seen = await database.read(lambda unit: unit.knowledge.changes((0, 0)))
        assert seen == [(1, second), (2, first)]
        assert await database.read(lambda unit: unit.knowledge.changes((1, second.id))) == [(2, first)]
        assert await database.read(lambda unit: unit.knowledge.changes((2, first.id))) == []

    async def test_a_long_list_is_followed_in_pieces(self, database: SqlDatabase) -> None:
        made = await database.write(lambda unit: [article(unit, f"title {at}") for at in range(5)])

        def follow(unit: Unit) -> list[Article]:
            at, seen = (0, 0), []
            while piece := unit.knowledge.changes(at, 2):
                seen += [changed for _, changed in piece]
                at = (piece[-1][0], piece[-1][1].id)
            return seen

        assert await database.read(follow) == made

    async def test_nothing_is_missed_while_many_write(self, database: SqlDatabase) -> None:
        """A follower who reads in between sees each article, whoever commits first."""
        seen: list[tuple[int, int]] = [(0, 0)]

        async def follow() -> None:
            found = await database.read(lambda unit: unit.knowledge.changes(seen[-1]))
            seen.extend((number, changed.id) for number, changed in found)

        async def write(number: int) -> int:
            return (await database.write(lambda unit: article(unit, f"title {number}"))).id

        writing = [asyncio.create_task(write(number)) for number in range(30)]
        while not all(task.done() for task in writing):
            await follow()
        await follow()
        assert sorted(id for _, id in seen[1:]) == sorted(task.result() for task in writing)

    async def test_what_was_undone_has_no_number(self, database: SqlDatabase) -> None:
        def fail(unit: Unit) -> None:
            article(unit, "never")
            raise NotFound("no")

        def work(unit: Unit) -> Article:
            with pytest.raises(NotFound):
                unit.attempt(lambda: fail(unit))
            return article(unit, "stays")

        made = await database.write(work)
        assert await database.read(lambda unit: unit.knowledge.changes((0, 0))) == [(1, made)]
        assert await database.read(lambda unit: unit.knowledge.number()) == 1

    async def test_those_who_wait_are_woken(self, database: SqlDatabase) -> None:
        woken: list[str] = []
        database.on_commit(woken.extend)
        await database.write(article)
        assert "facts" in woken


class OpinionsContract:
    """Covers U9: of a person's opinions the latest counts, of his uses each."""

    async def test_votes_are_counted(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> int:
            number = article(unit).id
            for name in ("a", "b", "c"):
                who = person(unit, name).id
                for opinion in (Opinion.WRONG, Opinion.USED, Opinion.USED, Opinion.HELPED):
                    unit.knowledge.vote(Vote(number, who, opinion, unit.now))
            unit.knowledge.vote(Vote(number, who, Opinion.NOT_HELPED, unit.now))
            return number

        number = await database.write(work)
        tallies = await database.read(lambda unit: unit.knowledge.tallies([number, number + 1]))
        assert tallies == {number: Tally(used=6, helped=2, not_helped=1)}

    async def test_what_was_reported_since_then(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> tuple[int, Vote]:
            number = article(unit).id
            old, new = person(unit, "a").id, person(unit, "b").id
            unit.knowledge.vote(Vote(number, old, Opinion.WRONG, unit.now - timedelta(days=1), remark="old"))
            late = Vote(number, new, Opinion.WRONG, unit.now, question=4, remark="价格变了")
            unit.knowledge.vote(late)
            return number, late

        number, late = await database.write(work)
        assert await database.read(lambda unit: unit.knowledge.reports(number, late.at)) == [late]
        both = await database.read(lambda unit: unit.knowledge.reports(number, late.at - timedelta(days=2)))
        assert [vote.remark for vote in both] == ["old", "价格变了"]


class QuestionsContract:
    """Covers U10, U20: what was asked, and what came of it."""

    async def test_a_question_comes_back(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> Question:
            about = ticket(unit)
            asked = Question(0, unit.now, about.requester, "退款", True, (7, 3), about.id, about.team)
            return unit.knowledge.ask(asked)

        asked = await database.write(work)
        assert await database.read(lambda unit: unit.knowledge.question(asked.id)) == asked
        await database.write(lambda unit: unit.knowledge.settle(asked.id, Outcome.SENT))
        settled = await database.read(lambda unit: unit.knowledge.question(asked.id))
        assert settled == replace(asked, outcome=Outcome.SENT)

    @pytest.mark.parametrize("strange", [0, 99, 10**30])
    async def test_a_question_that_nobody_asked(self, database: SqlDatabase, strange: int) -> None:
        assert await database.read(lambda unit: unit.knowledge.question(strange)) is None
        await database.write(lambda unit: unit.knowledge.settle(strange, Outcome.SENT))

    async def test_what_nothing_answered_becomes_gaps(self, database: SqlDatabase) -> None:
        def ask(unit: Unit) -> list[Question]:
            who = person(unit).id
            said = [("发票", False), ("退款", True), ("开票", False), ("保修", False)]
            return [unit.knowledge.ask(Question(0, unit.now, who, words, sure)) for words, sure in said]

        bill, _, bill_again, warranty = await database.write(ask)
        assert await database.read(lambda unit: unit.knowledge.unanswered()) == [bill, bill_again, warranty]

        def group(unit: Unit) -> tuple[Gap, Gap]:
            often = Gap(0, "发票", 2, unit.now, unit.now, team(unit).id)
            once = Gap(0, "保修", 1, unit.now, unit.now)
            first = unit.knowledge.save_gap(often, [bill.id, bill_again.id])
            return first, unit.knowledge.save_gap(once, [warranty.id])

        often, once = await database.write(group)
        assert await database.read(lambda unit: (unit.knowledge.unanswered(), unit.knowledge.gaps())) == (
            [],
            [often, once],
        )
        joined = await database.read(lambda unit: unit.knowledge.question(bill_again.id))
        assert joined is not None
        assert joined.gap == often.id
        written = await database.write(
            lambda unit: unit.knowledge.save_gap(replace(often, article=article(unit).id, count=3))
        )
        assert written.id == often.id
        await database.write(lambda unit: unit.knowledge.save_gap(replace(once, dropped=True)))
        assert await database.read(lambda unit: unit.knowledge.gaps()) == []
