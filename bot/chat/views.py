"""What people see, as data: cards, posts, forms. Adapters render them; nothing here knows a platform.

All words are already in the reader's language. Sizes are not limited here: each adapter cuts to its platform's limits.
"""

from dataclasses import dataclass
from typing import Literal

from bot.chat.text import Text


@dataclass(frozen=True, slots=True)
class Button:
    """Does `action` to `subject` (a number) with a short `value`; or leads to `url` where one is given.

    `action:subject:value` must fit in 64 bytes (the strictest platform); `confirm` is asked first where possible.
    """

    label: str
    action: str
    subject: int = 0
    value: str = ""
    style: Literal["", "primary", "danger"] = ""
    confirm: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: what comes back, and what is shown."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Choose one of at most 100; comes back as `ButtonPressed` with the choice's value."""

    label: str
    action: str
    subject: int
    choices: tuple[Choice, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class DatePicker:
    """Choose a day; comes back as `ButtonPressed` with `value` as YYYY-MM-DD."""

    label: str
    action: str
    subject: int
    chosen: str = ""


Control = Button | Menu | DatePicker


@dataclass(frozen=True, slots=True)
class Row:
    """A name and its value, shown side by side."""

    label: str
    value: Text


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a card with a heading, a few lines and its own controls."""

    heading: str = ""
    body: Text = ()
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """An object that people act on: a ticket, a board, a list. `title` is plain; `footer` is small print."""

    title: str
    body: Text = ()
    rows: tuple[Row, ...] = ()
    sections: tuple[Section, ...] = ()
    controls: tuple[Control, ...] = ()
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A message: somebody's words carried from elsewhere (`author` says whose), or the bot's own.

    `label` is small print before the text that tells who will see it; `footer` small print after it.
    """

    body: Text
    author: str = ""
    label: str = ""
    footer: str = ""
    controls: tuple[Control, ...] = ()


View = Card | Post


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `limit` in characters. Choices for the kinds `choice` and `choices` only."""

    name: str
    label: str
    kind: Literal["line", "text", "choice", "choices", "date"] = "line"
    required: bool = True
    value: str = ""
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    limit: int = 3000


@dataclass(frozen=True, slots=True)
class Form:
    """Questions asked at once (a modal) or one after the other (a dialogue). `state` comes back as it was given."""

    name: str
    title: str
    submit: str
    fields: tuple[Field, ...]
    subject: int = 0
    state: str = ""
    intro: str = ""


@dataclass(frozen=True, slots=True)
class Toast:
    """A few words for the one who pressed, at once."""

    words: str


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Show this form to the one who acted, at once."""

    form: Form


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """The form can't be taken as it is: a sentence for each field at fault."""

    errors: tuple[tuple[str, str], ...]


Reply = Toast | OpenForm | FieldErrors
