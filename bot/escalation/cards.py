"""Alerts as people see them: one, enough to act on; many at once, a line and buttons each. Data in, views out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.text import Text, bold
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Choice, Control, Menu, Row, Section
from bot.escalation.rules import Alert, Remark
from bot.language.catalogue import Words
from bot.language.lengths import roughly
from bot.people.rules import Person
from bot.tickets.rules import Ticket

SNOOZES = ("15m", "30m", "1h")
# From how late on it is said that an alert comes late; the sweep itself needs a moment.
LATE = timedelta(minutes=1)
HELD = "morning"
"""The remark of what was kept for somebody until he works again: it comes late on purpose."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Somebody who was told before, or who was on it and nothing came of it."""

    name: str
    at: datetime
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What an alert tells besides itself. `naming` mentions those whom an alert in a thread or room is for."""

    alert: Alert
    ticket: Ticket
    team: str
    customer: str
    tier: str = ""
    owner: str = ""
    words: str = ""
    author: str = ""
    naming: Text = ()
    earlier: tuple[Earlier, ...] = ()
    answered_by: str = ""
    candidates: tuple[Person, ...] = ()
    address: str = ""


def alert_card(shown: Shown, words: Words, now: datetime) -> Card:
    """One alert."""
    alert, ticket = shown.alert, shown.ticket
    return Card(
        f"{_mark(alert, now)} {alert.reference} · {ticket.title}",
        body=_headline(shown, words, now),
        rows=_rows(shown, words, now),
        controls=_controls(shown, words, now),
        footer=_footer(shown, words),
    )


def _mark(alert: Alert, now: datetime) -> str:
    if alert.over:
        return "✅"
    if alert.taken_on(now):
        return "👀"
    return "💤" if alert.answered_now(now) else "⏰"


def _headline(shown: Shown, words: Words, now: datetime) -> Text:
    """What is the matter and how it stands now; in a thread also for whom it is."""
    standing = _standing(shown, words, now)
    if shown.alert.over:
        return spans(bold(standing))
    lines = [line for line in (_lost(shown, words), waiting(shown.alert, words, now)) if line]
    text = spans(_for(shown, words), bold("\n".join(lines)))
    return spans(text, "\n", standing) if standing else text


def _for(shown: Shown, words: Words) -> Text:
    """Whom it is meant for, mentioned where they are."""
    if not shown.naming:
        return ()
    before, _, after = words("alert.for", names="\n").partition("\n")
    return spans(before, shown.naming, f"{after}\n")


def waiting(alert: Alert, words: Words, now: datetime) -> str:
    """What waits, and by how much it is late or how long is left."""
    what = words(f"alert.waits.{_named(alert.measure)}") if alert.measure else ""
    if alert.target is None:
        return what
    if alert.target <= now:
        late = now - alert.target
        if late < LATE:
            return words("alert.now_due", what=what)
        return words("alert.late", what=what, span=roughly(words, late))
    return words("alert.ahead", what=what, span=roughly(words, alert.target - now))


def _named(measure: str) -> str:
    """A measure's name as the catalogue has it."""
    return measure.replace(".", "_")


def _lost(shown: Shown, words: Words) -> str:
    return words("alert.lost", who=shown.alert.lost) if shown.alert.lost else ""


def _standing(shown: Shown, words: Words, now: datetime) -> str:
    """Who is on it, or that it is settled; "" while nobody did anything."""
    alert = shown.alert
    if alert.over:
        own = f"alert.over.{_named(alert.measure)}_{alert.over}"
        return words(own if words.has(own) else f"alert.over.{alert.over}")
    if not alert.answered_now(now) or alert.answered_at is None:
        return ""
    return words(f"alert.answered.{alert.answer}", name=shown.answered_by, at=alert.answered_at,
                 until=alert.until or "")  # fmt: skip


def _rows(shown: Shown, words: Words, now: datetime) -> tuple[Row, ...]:
    alert, ticket = shown.alert, shown.ticket
    customer = words("alert.customer_tier", name=shown.customer, tier=shown.tier) if shown.tier else shown.customer
    since = _since(alert, words, now)
    said = words("alert.said", name=shown.author, words=shown.words) if shown.author and shown.words else shown.words
    rows = [
        ("card.requester", customer),
        ("card.priority", words(f"priority.{ticket.priority.value}")),
        ("card.assignee", shown.owner or words("card.nobody")),
        ("card.team", shown.team),
        ("alert.waiting_since", since),
        ("alert.due", words.moment(alert.target) if alert.target else ""),
        ("alert.last_words", said),
        ("alert.told", "\n".join(_told(each, words) for each in shown.earlier)),
    ]
    return tuple(Row(words(label), spans(value)) for label, value in rows if value)


def _since(alert: Alert, words: Words, now: datetime) -> str:
    """For how long it has been waited for; of what is over nobody waits any more."""
    if alert.started_at is None or alert.over:
        return ""
    return words("alert.since", span=roughly(words, now - alert.started_at), at=alert.started_at)


def _told(earlier: Earlier, words: Words) -> str:
    key = "alert.was_on_it" if earlier.answered else "alert.was_told"
    return words(key, name=earlier.name, at=earlier.at)


def _footer(shown: Shown, words: Words) -> str:
    """Why it comes now, and to this person: late because Baton was down, in somebody's place."""
    alert = shown.alert
    notes = [remark(each, words) for each in alert.remarks]
    late = (alert.told_at or alert.created_at) - alert.due_at
    if alert.skipped:
        notes.append(words("alert.was_down", span=roughly(words, late), count=alert.skipped))
    elif late >= LATE and not any(each.key == HELD for each in alert.remarks):
        notes.append(words("alert.comes_late", span=roughly(words, late)))
    return " ".join(notes)


def remark(each: Remark, words: Words) -> str:
    """A remark as a sentence; the names in it that are words of a policy are put in the reader's."""
    values = dict(each.values)
    for name in ("who", "channel"):
        if name in values and words.has(f"alert.{name}.{values[name]}"):
            values[name] = words(f"alert.{name}.{values[name]}")
    return words(f"alert.because.{each.key}", **values)


def _controls(shown: Shown, words: Words, now: datetime) -> tuple[Control, ...]:
    alert = shown.alert
    see = open_button(shown, words)
    if not alert.open or not alert.clock:
        return (see,)
    controls: list[Control] = []
    if not alert.taken_on(now):
        controls.append(Button(words("button.on_it"), "alert.ack", alert.id, style="primary"))
    controls.append(snooze_menu(alert.id, words))
    if shown.candidates:
        controls.append(reassign_menu(alert.id, shown.candidates, words))
    controls.append(Button(words("button.extend"), "alert.extend", alert.id))
    return (*controls, see)


def open_button(shown: Shown, words: Words) -> Button:
    """To the thread itself where it has an address, else to the card."""
    if shown.address:
        return Button(words("button.open_thread"), "alert.show", shown.alert.id, url=shown.address)
    if shown.alert.request:
        return Button(words("button.show"), "collab.show", shown.alert.request)
    return Button(words("button.show"), "alert.show", shown.alert.id)


def snooze_menu(alert: int, words: Words) -> Menu:
    """For how long."""
    choices = tuple(Choice(length, words(f"alert.snooze.{length}")) for length in SNOOZES)
    return Menu(words("button.snooze"), "alert.snooze", alert, choices)


def reassign_menu(alert: int, candidates: Sequence[Person], words: Words) -> Menu:
    """To whom."""
    choices = tuple(Choice(str(person.id), person.name) for person in candidates[:100])
    return Menu(words("button.reassign"), "alert.reassign", alert, choices)


def group_card(first: Sequence[Shown], count: int, words: Words, now: datetime) -> Card:
    """Several alerts, the most pressing first: a line and buttons for the `first` few, all of them counted."""
    sections = [Section(body=_line(shown, words, now), controls=_line_controls(shown, words, now)) for shown in first]
    more = count - len(sections)
    return Card(
        words("alert.group", count=count),
        sections=tuple(sections),
        footer=words("alert.group_more", count=more) if more > 0 else "",
        controls=(Button(words("button.mine"), "mine"),) if more > 0 else (),
    )


def _line(shown: Shown, words: Words, now: datetime) -> Text:
    alert = shown.alert
    standing = _standing(shown, words, now)
    facts = [words(f"priority.{shown.ticket.priority.value}"), shown.customer, "" if alert.over else standing]
    lost = f"{_lost(shown, words)} " if alert.lost else ""
    head = f"{_mark(alert, now)} {alert.reference} "
    what = standing if alert.over else f"{lost}{waiting(alert, words, now)}"
    tail = f"\n{what} · {' · '.join(fact for fact in facts if fact)}"
    return spans(bold(head), shown.ticket.title, tail, " · " if shown.naming else "", shown.naming)


def _line_controls(shown: Shown, words: Words, now: datetime) -> tuple[Control, ...]:
    see = open_button(shown, words)
    alert = shown.alert
    if not alert.open or alert.taken_on(now):
        return (see,)
    return (Button(words("button.on_it"), "alert.ack", alert.id, style="primary"), see)
