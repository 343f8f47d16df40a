"""What `why` answers, as people read it. Data in, views out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.calendars.rules import BusinessCalendar
from bot.chat.text import text as spans
from bot.chat.views import Card, Section
from bot.clocks.cards.due import measured
from bot.clocks.cards.lengths import exact, written
from bot.clocks.rules import Change, Clock, Leg, Outcome, Pause, Stretch, Subject, Trace, timetable, whole_seconds
from bot.language.catalogue import Words

# Changes that stand in the trace by themselves: as a pause between two stretches, or as an allowance of its own.
_TOLD_OTHERWISE = frozenset({"pause", "resumed", "extended"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; `more` clocks are left out, `now` is when."""

    reference: str
    title: str
    more: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Explained:
    """A clock and all that explains it: `subject` is what policies are chosen by, in words; `names` of persons."""

    clock: Clock
    trace: Trace
    calendar: BusinessCalendar
    subject: Subject
    names: Mapping[int, str]


def why_card(asked: Asked, clocks: Sequence[Explained], words: Words) -> Card:
    """Each clock as a section with its lines."""
    title = words("why.title", reference=asked.reference, title=asked.title).strip(" ·")
    if not clocks:
        return Card(title, spans(words("why.nothing")))
    sections = tuple(Section(_heading(one, words), spans("\n".join(lines(one, asked.now, words)))) for one in clocks)
    footer = words("why.more", count=asked.more) if asked.more > 0 else ""
    return Card(title, sections=sections, footer=footer)


def lines(one: Explained, now: datetime, words: Words) -> list[str]:
    """How the due time of one clock came about."""
    clock = one.clock
    return [
        _policy(one, words),
        _counted(one, words),
        words("why.started", at=clock.started_at),
        *(line for leg in one.trace.legs for line in _leg(leg, one, now, words)),
        *(_pause(pause, words) for pause in one.trace.later),
        *_changes(one, words),
        *_steps(one, words),
        _verdict(one, now, words),
    ]


def _heading(one: Explained, words: Words) -> str:
    name = measured(words, one.clock.measure)
    return f"C-{one.clock.request} · {name}" if one.clock.request else name


def _policy(one: Explained, words: Words) -> str:
    policy, length = one.clock.policy.key, written(words, one.clock.policy.target)
    reasons = [words(f"why.because.{name}", value=one.subject.value(name)) for name in one.clock.because]
    if not reasons:
        return words("why.policy_for_all", policy=policy, length=length)
    return words("why.policy", policy=policy, length=length, reasons=words.joined(reasons))


def _counted(one: Explained, words: Words) -> str:
    if not any(length.business for length in (one.clock.policy.target, *(each.by for each in one.clock.extensions))):
        return words("why.all_day")
    key = "why.calendar" if one.calendar.key != "always" else "why.no_calendar"
    return words(key, calendar=one.calendar.key, zone=str(one.calendar.zone))


def _leg(leg: Leg, one: Explained, now: datetime, words: Words) -> Iterator[str]:
    extension = leg.extension
    if extension is not None:
        name = one.names.get(extension.person, words("history.baton"))
        by = written(words, extension.by)
        yield words("why.extended", at=extension.at, name=name, by=by, reason=extension.reason)
    tidy = whole_seconds([stretch.length for stretch in leg.stretches])
    told = [(stretch.since, _stretch(stretch, exact(words, length), one.clock.running, words)) for stretch, length in
            zip(leg.stretches, tidy, strict=True)]  # fmt: skip
    told += [(pause.since, _pause(pause, words)) for pause in leg.pauses]
    yield from (line for _, line in sorted(told, key=lambda item: item[0]))
    used, whole = exact(words, leg.sum), exact(words, leg.allowed)
    if leg.due is not None:
        yield words("why.sum", length=whole, due=leg.due)
    else:
        yield words("why.sum_left", used=used, length=whole, left=exact(words, leg.left))


def _stretch(stretch: Stretch, length: str, running: bool, words: Words) -> str:
    ahead = "why.will_run" if running else "why.not_needed"
    key = ahead if stretch.ahead else "why.ran"
    return words(key, since=stretch.since, until=stretch.until, length=length)


def _pause(pause: Pause, words: Words) -> str:
    known = words.has(f"why.stood.{pause.because}")
    reason = words(f"why.stood.{pause.because}" if known else "why.stood.other")
    if pause.until is None:
        return words("why.stands", since=pause.since, reason=reason)
    return words("why.stood_from", since=pause.since, until=pause.until, reason=reason)


def _changes(one: Explained, words: Words) -> Iterator[str]:
    for change in one.clock.changes:
        if change.because not in _TOLD_OTHERWISE:
            yield _change(change, one, words)


def _change(change: Change, one: Explained, words: Words) -> str:
    known = words.has(f"why.change.{change.because}")
    name = one.names.get(change.person, words("history.baton"))
    what = words(f"why.change.{change.because}" if known else "why.change.other", name=name)
    if change.before != change.after:
        before, after = (_called(name, words) for name in (change.before, change.after))
        what = words("why.from_to", what=what, before=before, after=after)
    if change.because in ("acknowledged", "snoozed") and change.due:
        return words("why.held", at=change.at, what=what, until=change.due)
    if change.was_due and change.due and change.was_due != change.due:
        return words("why.moved", at=change.at, what=what, was=change.was_due, due=change.due)
    return words("why.unmoved", at=change.at, what=what)


def _called(name: str, words: Words) -> str:
    """A policy's or calendar's key; that there is no calendar is said in words."""
    return words("why.always") if name == "always" else name


def _steps(one: Explained, words: Words) -> Iterator[str]:
    """What has fallen due so far, and what comes next."""
    for fired in one.clock.fired:
        step = one.clock.policy.steps[fired.step] if fired.step < len(one.clock.policy.steps) else None
        key = "why.step_passed" if fired.passed else "why.step_fired"
        yield words(key, at=fired.at, step=str(step.at) if step else str(fired.step + 1))
    if not one.clock.running or one.clock.paused:
        return
    due = timetable(one.clock, one.calendar).steps
    ahead = [(at, number) for number, at in enumerate(due) if at is not None and number not in one.clock.told]
    if ahead:
        at, number = min(ahead)
        yield words("why.step_next", at=at, step=str(one.clock.policy.steps[number].at))


def _verdict(one: Explained, now: datetime, words: Words) -> str:
    clock, margin = one.clock, one.trace.margin
    length = exact(words, margin) if margin is not None else ""
    if clock.outcome == Outcome.CANCELLED:
        return words("why.cancelled", at=clock.stopped_at)
    if clock.stopped_at is not None:
        late = clock.outcome == Outcome.LATE
        if margin is None:
            return words("why.met_standing", at=clock.stopped_at)
        return words("why.late" if late else "why.met", at=clock.stopped_at, length=length)
    if margin is None:
        return words("why.standing")
    late = one.trace.due is not None and one.trace.due <= now
    return words("why.overdue" if late else "why.left", length=length)
