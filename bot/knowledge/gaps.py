"""What is missing: questions that nothing sure answered, grouped and counted; closed by an article, dropped, or
answered meanwhile."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.knowledge.grouping import Groups, askable
from bot.knowledge.library import Library
from bot.knowledge.masking import KINDS, masked
from bot.knowledge.rules import TITLE_LIMIT, Article, Gap, Occasion, Outcome, Question
from bot.language.catalogue import Words
from bot.people.rules import Person
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, Workspace

SETTLED = timedelta(minutes=10)
"""So long after it was asked a question is looked at: until then somebody may say that what he found did help."""

AGAIN = 5
"""A gap that was dropped comes back when it has been asked so many times more."""

AT_ONCE = 20
"""Questions grouped, or gaps looked up, in one unit."""

_COMPARED = 300  # gaps with which a question is compared, those asked latest
_WAYS = 6  # ways in which a gap was put that are compared, the most common ones
_FOUND_ANYWAY = (Outcome.SENT, Outcome.HELPED, Outcome.QUIET)
_UPTO = "kb/gaps/grouped"
_LOOKED = "kb/gaps/looked"
_DROPPED = "kb/gaps/dropped/"
_PAUSE = timedelta(minutes=10)


# Grouping


def collect(unit: Unit) -> bool:
    """Group the next questions that nothing sure answered; whether there are more."""
    after = unit.keys.get(_UPTO) or 0
    questions = unit.knowledge.unanswered(AT_ONCE, after=after, until=unit.now - SETTLED)
    wanted = [question for question in questions if _is_missing(question)]
    if wanted:
        _group(unit, wanted)
    if questions:
        unit.keys.put(_UPTO, questions[-1].id)
    return len(questions) == AT_ONCE


def _is_missing(question: Question) -> bool:
    """Whether somebody asked it and was not helped; what agents were to be offered nobody asked for."""
    asked = question.occasion is not Occasion.SUGGESTION and question.outcome not in _FOUND_ANYWAY
    return asked and askable(question.said)


def _group(unit: Unit, questions: Sequence[Question]) -> None:
    known = {gap.id: gap for gap in unit.knowledge.latest_gaps(_COMPARED)}
    ways = unit.knowledge.phrasings(list(known))
    groups = Groups({gap: [way.said for way in ways.get(gap, ())][:_WAYS] for gap in known})
    for question in questions:
        number = groups.gap_of(question.said)
        gap = known[number] if number else Gap(0, question.said, 0, question.at, question.at)
        gap = unit.knowledge.save_gap(_with(unit, gap, question), [question.id])
        known[gap.id] = gap
        groups.put(gap.id, question.said)


def _with(unit: Unit, gap: Gap, question: Question) -> Gap:
    """The gap, asked once more."""
    team = gap.team or question.team or (unit.tickets.get(question.ticket).team if question.ticket else 0)
    grown = replace(gap, count=gap.count + 1, last_at=max(gap.last_at, question.at), team=team)
    if gap.dropped and grown.count >= (unit.keys.get(f"{_DROPPED}{gap.id}") or 0) + AGAIN:
        return replace(grown, dropped=False)
    return grown


def drop(unit: Unit, gap: Gap) -> None:
    """Nobody wants to write it: it is shown no more, unless it is asked for `AGAIN` more times."""
    unit.knowledge.save_gap(replace(gap, dropped=True))
    unit.keys.put(f"{_DROPPED}{gap.id}", gap.count)


# Answered meanwhile


def close_answered(unit: Unit, library: Library) -> bool:
    """Look up the next open gaps, now that articles have changed; whether there are more.

    All are looked at once after each change of articles, every ten minutes at most.
    """
    noted = unit.keys.get(_LOOKED) or {"number": 0, "at": 0.0, "after": 0}
    at, now = library.shelf.at[0], unit.now.timestamp()
    if not library.ready or (
        not noted["after"] and (noted["number"] == at or now - noted["at"] < _PAUSE.total_seconds())
    ):
        return False
    if not noted["after"]:
        noted = {"number": at, "at": now, "after": 0}
    open_gaps = sorted(unit.knowledge.gaps(_COMPARED), key=lambda gap: gap.id)
    batch = [gap for gap in open_gaps if gap.id > noted["after"]][:AT_ONCE]
    still_open(unit, library, batch)
    more = len(batch) == AT_ONCE
    unit.keys.put(_LOOKED, {**noted, "after": batch[-1].id if more else 0})
    return more


def still_open(unit: Unit, library: Library, gaps: Sequence[Gap]) -> list[Gap]:
    """Those of the gaps that nothing answers yet; the others are closed with the article that does."""
    askers = unit.knowledge.askers([gap.id for gap in gaps])
    persons = _persons(unit, askers.values())
    left = []
    for gap in gaps:
        staff = all(persons[number].role.staff for number in askers.get(gap.id, ()) if number in persons)
        article = _answer(unit, library, gap.said, staff=staff)
        if article is None:
            left.append(gap)
        else:
            unit.knowledge.save_gap(replace(gap, article=article.id))
    return left


def _answer(unit: Unit, library: Library, said: str, *, staff: bool) -> Article | None:
    """The article that surely answers a question now, if there is one."""
    found = library.search(said, limit=1, staff=staff)
    if not (library.ready and found.confident):
        return None
    article = unit.knowledge.many([found.hits[0].id]).get(found.hits[0].id)
    today = unit.now.astimezone(Workspace.read(unit.keys.get(CONFIG_KEY)).zone).date()
    return article if article is not None and article.found_by(staff=staff, today=today) else None


# As others may read them


@dataclass(frozen=True, slots=True)
class Told:
    """A gap as it may be shown to anybody on the staff: what identifies a customer is masked.

    `ways` are the ways in which it was put, the most common first; `people` is how many asked.
    """

    gap: Gap
    ways: tuple[str, ...]
    people: int

    @property
    def title(self) -> str:
        """How it was put most often."""
        return self.ways[0]


def told(unit: Unit, gaps: Sequence[Gap], words: Words) -> list[Told]:
    """These gaps for somebody's eyes."""
    numbers = [gap.id for gap in gaps]
    ways, askers = unit.knowledge.phrasings(numbers), unit.knowledge.askers(numbers)
    names = _names(unit, _persons(unit, askers.values()).values())
    instead = {kind: words(f"kb.masked.{kind}") for kind in KINDS}

    def shown(said: str) -> str:
        return " ".join(masked(said, names, instead).split())[:TITLE_LIMIT]

    found = []
    for gap in gaps:
        said = [shown(way.said) for way in ways.get(gap.id, ())] or [shown(gap.said)]
        found.append(Told(gap, tuple(dict.fromkeys(said)), len(askers.get(gap.id, ()))))
    return found


def _persons(unit: Unit, askers: Iterable[Mapping[int, object]]) -> dict[int, Person]:
    numbers = sorted({number for each in askers for number in each})
    return unit.people.persons(numbers) if numbers else {}


def _names(unit: Unit, persons: Iterable[Person]) -> list[str]:
    """What customers are called, here and on the platforms."""
    customers = [person for person in persons if not person.role.staff]
    names = [person.name for person in customers]
    for person in customers:
        names += [
            name for account in unit.people.accounts(person.id) for name in (account.name, account.handle) if name
        ]
    return names
