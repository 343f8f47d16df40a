"""One question of a dialogue: how it reads, which buttons stand under it, and what is an answer to it."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.chat.text import Span, bold, shortened
from bot.chat.text import text as spans
from bot.chat.views import Button, Choice, Field, Form, Post
from bot.errors import Invalid
from bot.language.catalogue import Words

_CHOSEN = "✓ "
_DAYS = 7

SHOWN = 1500
"""Characters of the current answer that are shown with its question."""


def days(words: Words, today: date) -> tuple[Choice, ...]:
    """The next seven days, as choices for platforms without a date picker."""
    return tuple(
        Choice(day.isoformat(), words.day(day)) for day in (today + timedelta(days=count) for count in range(_DAYS))
    )


def choices(field: Field, words: Words, today: date) -> tuple[Choice, ...]:
    """What can be chosen by a button; nothing for a question that wants words."""
    if field.kind == "date":
        return days(words, today)
    return field.choices if field.kind in ("choice", "choices") else ()


def question(
    form: Form,
    step: int,
    answers: Mapping[str, str],
    words: Words,
    today: date,
    *,
    complaint: str = "",
    hint: str = "",
    growing: bool = False,
) -> Post:
    """The question `step` of a form. `complaint` says what is wrong with the last answer, `hint` how to answer here;
    `growing`: the answer so far filled whole messages, and more of it may follow."""
    field = form.fields[step]
    current = answers.get(field.name, field.value)
    offered = choices(field, words, today)
    shown = shortened(current, SHOWN) if current and not offered and not growing else ""
    lines: list[str | Span] = [
        f"⚠️ {complaint}" if complaint else "",
        form.intro if not step else "",
        bold(field.label),
        field.hint,
        words("dialog.current", value=shown) if shown else "",
        words("dialog.growing", length=len(current)) if growing else "",
        hint,
    ]
    told: list[str | Span] = [piece for line in lines if line for piece in ("\n", line)]
    body = spans(*told[1:])
    progress = words("dialog.progress", title=form.title, step=step + 1, steps=len(form.fields))
    return Post(body, label=progress, controls=_buttons(field, step, current, offered, words, growing))


def _buttons(
    field: Field, step: int, current: str, offered: tuple[Choice, ...], words: Words, growing: bool
) -> tuple[Button, ...]:
    chosen = set(current.split(",")) if field.kind == "choices" else {current}
    buttons = [
        Button(_CHOSEN * (choice.value in chosen) + choice.label, "dialog.pick", step, str(index))
        for index, choice in enumerate(offered)
    ]
    if current and (not offered or field.kind != "choice"):
        label = words("dialog.done" if field.kind == "choices" or growing else "dialog.keep")
        buttons.append(Button(label, "dialog.keep", step))
    if not field.required and not (current and not offered):
        buttons.append(Button(words("dialog.skip"), "dialog.skip", step))
    if step:
        buttons.append(Button(words("dialog.back"), "dialog.back", step))
    buttons.append(Button(words("dialog.cancel"), "dialog.cancel", step))
    return tuple(buttons)


def named(buttons: tuple[Button, ...], said: str) -> Button | None:
    """The button whose label somebody typed instead of pressing it."""
    wanted = said.strip().casefold()
    return next((button for button in buttons if button.label.removeprefix(_CHOSEN).casefold() == wanted), None)


def toggled(current: str, value: str) -> str:
    """Several choices with one of them added, or taken out."""
    values = [each for each in current.split(",") if each]
    return ",".join(each for each in values if each != value) if value in values else ",".join([*values, value])


def valid(field: Field, said: str, *, with_files: bool) -> str:
    """The value that typed words stand for. Raises `Invalid` with what is wrong about them."""
    if not said:
        if field.required and not (with_files and field.kind == "text"):
            raise Invalid("dialog.required")
        return ""
    if len(said) > field.limit:
        raise Invalid("dialog.too_long", limit=field.limit, length=len(said))
    if field.kind in ("choice", "choices"):
        return _chosen(field, said)
    if field.kind == "date":
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError:
            raise Invalid("dialog.not_a_day") from None
    return said


def _chosen(field: Field, said: str) -> str:
    known = {name.casefold(): choice.value for choice in field.choices for name in (choice.value, choice.label)}
    parts = said.replace("，", ",").replace("、", ",").split(",") if field.kind == "choices" else [said]
    try:
        return ",".join(dict.fromkeys(known[part.strip().casefold()] for part in parts if part.strip()))
    except KeyError:
        raise Invalid("dialog.not_a_choice") from None
