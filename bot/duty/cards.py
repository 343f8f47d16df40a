"""Duty as people see it. Data in, views out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.text import Text, bold
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Post, Section
from bot.durations import Duration
from bot.duty.rules import Block, Kind
from bot.language.catalogue import Words
from bot.people.rules import Team

# How many of those who come next a card names.
COMING = 3


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A team's duty, ready to be shown: names with the end of their duty (None: none known), the lead's name, and who
    comes when."""

    team: Team
    present: tuple[tuple[str, datetime | None], ...]
    coming: tuple[tuple[str, datetime], ...]
    lead: str = ""


def duty_card(teams: Sequence[OnDuty], words: Words) -> Card:
    """Who is on duty now, until when, and who comes next, a section for each team."""
    sections = tuple(Section(each.team.name, _lines(each, words)) for each in teams)
    resting = (
        Button(words("duty.button_rest"), "duty.rest", 0),
        Button(words("duty.button_refresh"), "duty", 0),
    )
    return Card(words("duty.title"), sections=sections, controls=resting)


def _lines(duty: OnDuty, words: Words) -> Text:
    lines = [_present(name, until, name == duty.lead, words) for name, until in duty.present]
    if not lines:
        lines.append(spans(words("duty.nobody")))
    lines += [spans(words("duty.comes", name=name, at=at)) for name, at in duty.coming[:COMING]]
    return tuple(span for at, line in enumerate(lines) for span in (spans("\n") if at else ()) + line)


def _present(name: str, until: datetime | None, leads: bool, words: Words) -> Text:
    known = words("duty.until", at=until) if until else words("duty.always")
    return spans("🟢 ", bold(name), words("duty.lead") if leads else "", known)


def names_on_duty(names: Sequence[str], words: Words) -> str:
    """Who is on duty, in a sentence."""
    return words("duty.now", names=words.joined(list(names))) if names else words("duty.nobody_now")


def away_post(block: Block, others: Sequence[str], words: Words) -> Post:
    """What somebody hears who said that he will be away: until when, and who is there meanwhile."""
    lines = [words(f"duty.set.{block.kind.value}", start=block.starts_at, end=block.ends_at)]
    if block.kind.away:
        lines.append(names_on_duty(others, words))
    back = Button(words("duty.button_back"), _ACTIONS[block.kind], 0, "off")
    return Post(spans("\n".join(lines)), controls=(back,))


_ACTIONS = {Kind.REST: "duty.rest", Kind.BUSY: "duty.busy", Kind.LEAVE: "duty.leave"}
# Offered to somebody who does not say for how long.
_RESTS = ("15m", "30m", "1h", "2h")


def asked_how_long(kind: Kind, blocks: Sequence[Block], words: Words) -> Post:
    """What stands, and what can be chosen, for somebody who only said `rest`, `busy` or `leave`."""
    own = [block for block in blocks if block.kind is kind]
    lines = [words(f"duty.stands.{kind.value}", start=block.starts_at, end=block.ends_at) for block in own]
    lines = lines or [words(f"duty.none.{kind.value}")]
    action = _ACTIONS[kind]
    choices = (
        ()
        if kind is Kind.LEAVE
        else tuple(Button(words.span(Duration.parse(each).length), action, 0, each) for each in _RESTS)
    )
    back = (Button(words("duty.button_back"), action, 0, "off", style="primary"),) if own else ()
    return Post(spans("\n".join(lines)), footer=words(f"duty.hint.{kind.value}"), controls=(*choices, *back))
