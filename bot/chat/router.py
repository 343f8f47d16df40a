"""Which handler gets which event: one event, one handler, looked up by name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.chat.context import Context
from bot.chat.contract import Delivery
from bot.chat.events import Event, FormSubmitted, MessageReceived
from bot.chat.lookup import Lookup
from bot.chat.ports import OutboxRow
from bot.chat.views import Choice, Reply, Section
from bot.facts import Reactions
from bot.findings import Finding
from bot.language.catalogue import Words
from bot.people.rules import Person
from bot.unit import Unit
from bot.workspace import (
    Availability,
    DueRows,
    FirstAnswers,
    House,
    NobodyFirst,
    RequestDueRows,
    everybody_works,
)

Handler = Callable[[Context], Reply | None]
FormHandler = Callable[[Context, FormSubmitted], Reply | None]
Chooser = Callable[[Context, int], tuple[str, tuple[Choice, ...]]]
Listener = Callable[[Context, Any], Reply | None]
Continued = Callable[[Context, MessageReceived, str], bool]
TimerWork = Callable[[Unit, Any], None]
Gather = Callable[[Unit, Sequence[int]], None]
Delivered = Callable[[Unit, OutboxRow, Delivery], None]
Audit = Callable[[Unit], Sequence[Finding]]
Ahead = Callable[[Event], Callable[[], object] | None]
Answered = Callable[[Context, MessageReceived, str], bool]
Sections = Callable[[Unit, Person, Words], Sequence[Section]]


@dataclass
class Router:
    """Capabilities register themselves here when the program is wired; a name can be taken once.

    `unknown` answers words that are no command, `lookup` the search box of a page. `continued` takes one more picture
    of the message that it is given the reference of, if it knows that message.

    `house` is set when the program is wired; whoever acts on a fact or a timer, without an event, finds it here.
    `availability` tells who is off duty, for whoever stands below the roster. `answers` take what is said in reply to a
    message of Baton's, by the beginning of that message's name. `due` tells on a ticket's card what is due when.

    `delivered` hears what became of each order, in the unit that marks it; `marking` locks before that what it reads;
    `first` answers customers before the team is disturbed; `ahead` give what can be worked out about an event before
    its unit begins. `sections` are what others add to the list of a person's open items, `queues` to that of what
    nobody in his teams has taken; `audits` are what the auditor checks for them.
    """

    commands: dict[str, Handler] = field(default_factory=dict)
    buttons: dict[str, Handler] = field(default_factory=dict)
    forms: dict[str, FormHandler] = field(default_factory=dict)
    shortcuts: dict[str, Listener] = field(default_factory=dict)
    choosers: dict[str, Chooser] = field(default_factory=dict)
    listeners: dict[type[Event], Listener] = field(default_factory=dict)
    reactions: Reactions = field(default_factory=Reactions)
    unknown: Handler | None = None
    continued: Continued | None = None
    house: House = field(default_factory=House)
    timers: dict[str, TimerWork] = field(default_factory=dict)
    gathering: dict[str, Gather] = field(default_factory=dict)
    delivered: list[Delivered] = field(default_factory=list)
    marking: list[Callable[[Unit, OutboxRow], None]] = field(default_factory=list)
    sections: list[Sections] = field(default_factory=list)
    queues: list[Sections] = field(default_factory=list)
    availability: Availability = everybody_works
    due: list[DueRows] = field(default_factory=list)
    due_of_request: list[RequestDueRows] = field(default_factory=list)
    answers: dict[str, Answered] = field(default_factory=dict)
    audits: list[Audit] = field(default_factory=list)
    emoji: dict[str, Listener] = field(default_factory=dict)
    lookup: Lookup | None = None
    reports: dict[str, Handler] = field(default_factory=dict)
    first: FirstAnswers = field(default_factory=NobodyFirst)
    ahead: list[Ahead] = field(default_factory=list)

    def command(self, word: str, handler: Handler) -> None:
        """`handler` carries out the command `word` (its English name)."""
        _once(self.commands, word, handler)

    def about(self, word: str, letter: str, handler: Handler) -> None:
        """`handler` carries out a word that is taken already where it is about something that is written with this
        letter (`show C-7`)."""
        others = self.commands[word]
        self.commands[word] = lambda context: (handler if context.reference.startswith(f"{letter}-") else others)(
            context
        )

    def report(self, name: str, handler: Handler) -> None:
        """`handler` shows the report of this name (its English one), for the command and the buttons under it."""
        _once(self.reports, name, handler)
        self.button(f"report.{name}", handler)

    def button(self, action: str, handler: Handler) -> None:
        """`handler` answers buttons, menus and date pickers with this action."""
        _once(self.buttons, action, handler)

    def form(self, name: str, handler: FormHandler) -> None:
        """`handler` takes the form `name` when it comes back."""
        _once(self.forms, name, handler)

    def shortcut(self, action: str, handler: Listener) -> None:
        """`handler` answers a shortcut of the platform's menus."""
        _once(self.shortcuts, action, handler)

    def chooser(self, action: str, chooser: Chooser) -> None:
        """`chooser` gives the question and the choices of a menu, for platforms that have only buttons."""
        _once(self.choosers, action, chooser)

    def answer(self, beginning: str, listener: Answered) -> None:
        """`listener` is given what is said in reply to a message whose name begins so (up to its first colon), with
        that name; it says whether it took it."""
        _once(self.answers, beginning, listener)

    def reaction(self, emoji: Iterable[str], listener: Listener) -> None:
        """`listener` hears of these emoji on a message, instead of whoever hears of all others."""
        for each in emoji:
            _once(self.emoji, each, listener)

    def timer(self, kind: str, work: TimerWork, gather: Gather | None = None) -> None:
        """`work` is done when a timer of this kind falls due; it sets it anew or clears it.

        `gather` is run first, once for all that are done together (by their subjects): it may fetch what they need.
        """
        _once(self.timers, kind, work)
        if gather is not None:
            self.gathering[kind] = gather

    def on(self, kind: type[Event], listener: Listener) -> None:
        """`listener` hears every event of this kind that is neither command, button, form nor shortcut."""
        _once(self.listeners, kind, listener)


def _once(names: dict[Any, Any], name: Any, handler: Any) -> None:
    if name in names:
        raise ValueError(f"{name} has a handler already")
    names[name] = handler
