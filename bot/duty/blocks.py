"""Setting and taking back stretches in which somebody is not to be had."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.duty.facts import AwayEnded, AwaySet
from bot.duty.rules import Block, Kind, joined
from bot.unit import Unit


def keep_away(unit: Unit, person: int, kind: Kind, starts_at: datetime, ends_at: datetime, note: str = "") -> Block:
    """Store the stretch, joined with those of the same kind that it overlaps or touches; gives what it became."""
    fresh = Block(0, person, starts_at, ends_at, kind, note)
    just_before = starts_at - timedelta(microseconds=1)  # one that ends exactly then touches it
    known = [block for block in unit.duty.of(person, just_before) if block.kind is kind and block.starts_at <= ends_at]
    whole = next(block for block in joined([*known, fresh]) if block.covers(starts_at))
    for block in known:
        if block.id != whole.id:
            unit.duty.drop(block.id)
    if whole.id:
        unit.duty.save(whole)
    else:
        whole = unit.duty.add(whole)
    unit.record(
        AwaySet(0, person=person, kind=kind.value, starts_at=starts_at.isoformat(), ends_at=ends_at.isoformat())
    )
    return whole


def end_away(unit: Unit, person: int, *kinds: Kind, first_only: bool = False) -> list[Block]:
    """Take back what is left of his stretches of these kinds, from now on; gives them as they were.

    With `first_only` no more than the one that is running, or else begins next.
    """
    found = [block for block in unit.duty.of(person, unit.now) if block.kind in kinds]
    for block in found[: 1 if first_only else None]:
        if block.starts_at < unit.now:
            unit.duty.save(replace(block, ends_at=unit.now))
        else:
            unit.duty.drop(block.id)
        unit.record(AwayEnded(0, person=person, kind=block.kind.value))
    return found[: 1 if first_only else None]
