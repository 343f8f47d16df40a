"""The fixed order in which an event is handled: who is it → in which words → which handler → what if it can't be done.

Seen before? is answered by the inbox, before this. Everything here is synchronous and runs inside one unit of work.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.chat import albums, dialogs, late, pickers
from bot.chat.context import Context
from bot.chat.events import (
    ButtonPressed,
    CommandGiven,
    Event,
    FormSubmitted,
    MessageReceived,
    Place,
    ReachChanged,
    ReactionAdded,
    RoomMoved,
    ShortcutUsed,
)
from bot.chat.ports import PostedStore
from bot.chat.router import Router
from bot.chat.text import plain
from bot.chat.text import text as spans
from bot.chat.views import FieldErrors, Post, Reply, Toast
from bot.chat.words import Spoken, named
from bot.errors import NotAllowed, UserError
from bot.language.catalogue import Words, chosen
from bot.people.rules import Person
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, House, Workspace

log = logging.getLogger(__name__)

Identify = Callable[[Unit, Event], Person]
MayCommand = Callable[[Context, MessageReceived], Spoken | None]

# Whoever has been told that he sends much at once is not told again for so long.
FLOOD_LASTS = timedelta(minutes=15)


class Pipeline:
    """Handles events. `identify` finds the person; `spoken` decides whether a message is a command, and which."""

    def __init__(self, router: Router, house: House, identify: Identify, spoken: MayCommand) -> None:
        self._router = router
        self._house = house
        self._identify = identify
        self._spoken = spoken

    def handle(self, unit: Unit, events: Sequence[Event], *, patient: bool = True) -> Reply | None:
        """Handle what one delivery says, in order; the last reply is the one that is given.

        Raises `TooEarly` when an event hangs on something that is just being sent; with `patient` off, such an event is
        taken as one that hangs on nothing.

        Raises `UserError` when the person can't have what he asked for: then nothing has happened, and `apologise` is
        to be run in a unit of its own.
        """
        if not patient:
            unit.posted = _AllArrived(unit.posted)
        reply: Reply | None = None
        for event in events:
            reply = self._handle_one(unit, event) or reply
        return reply

    def ahead(self, events: Sequence[Event]) -> list[Callable[[], object]]:
        """What can be worked out before a unit begins, so that nobody waits for it in there; to be run in any thread.
        Nothing depends on it but speed."""
        looks = (look(event) for event in events for look in self._router.ahead)
        return [work for work in looks if work is not None]

    def begin(self, unit: Unit, event: Event) -> None:
        """Wait for the turn of its conversation, and put on its way what is needed first. Twice is as good as once."""
        place = event.place
        unit.serialize(str(place), within=str(place.whole) if place.thread else "")
        if not isinstance(event, RoomMoved):
            unit.foresee(place, event.user, event.message if isinstance(event, MessageReceived) else "")

    def _handle_one(self, unit: Unit, event: Event) -> Reply | None:
        self.begin(unit, event)
        unit.source = str(event.place)
        if isinstance(event, RoomMoved):
            unit.people.move_room(event.place, event.room)
            unit.outbox.reroute(event.place, event.room)
            return None
        context = self._context(unit, event)
        if not context.who.active and not isinstance(event, ReachChanged):
            if _is_for_baton(event):
                raise NotAllowed("person.disabled")
            return None  # what he says to others is none of Baton's business
        return dialogs.shown(context, self._dispatch(context))

    def _context(self, unit: Unit, event: Event) -> Context:
        who = self._identify(unit, event)
        unit.actor = who.id
        workspace = Workspace.read(unit.keys.get(CONFIG_KEY))
        locale = who.locale or self._room_locale(unit, event.place) or workspace.locale
        return Context(unit, event, who, Words(chosen(locale), workspace.zone), workspace, self._house)

    def _room_locale(self, unit: Unit, place: Place) -> str:
        room = unit.people.room(place)
        return room.locale if room else ""

    def _dispatch(self, context: Context) -> Reply | None:
        event, router = context.event, self._router
        if isinstance(event, MessageReceived | CommandGiven):
            return self._dispatch_words(context, event)
        if isinstance(event, ButtonPressed):
            return self._press(context, event)
        if isinstance(event, FormSubmitted):
            return router.forms[event.form](context, event) if event.form in router.forms else None
        if isinstance(event, ShortcutUsed):
            shortcut = router.shortcuts.get(event.action)
            return shortcut(context, event) if shortcut else None
        special = router.emoji.get(event.emoji) if isinstance(event, ReactionAdded) else None
        listener = special or router.listeners.get(type(event))
        return listener(context, event) if listener else None

    def _dispatch_words(self, context: Context, event: MessageReceived | CommandGiven) -> Reply | None:
        router = self._router
        first = albums.first_of(context, event)
        if isinstance(event, CommandGiven):
            return self._command(context, event)
        if first and router.continued is not None and router.continued(context, event, first):
            return None
        answered = dialogs.answered(context, event, router)
        if answered.taken:
            return answered.reply
        if event.direct and self._answers(context, event):
            return None
        spoken = self._spoken(context, event)
        if spoken is not None and spoken.word in router.commands:
            return router.commands[spoken.word](context.saying(spoken.reference, spoken.rest))
        if router.unknown and event.addressed:
            return router.unknown(context.saying("", event.text))
        listener = router.listeners.get(MessageReceived)
        return listener(context, event) if listener else None

    def _answers(self, context: Context, event: MessageReceived) -> bool:
        """Whether it was said, alone with the bot, in reply to a message whose answers somebody takes; what begins with
        a slash is a command wherever it stands."""
        answered = event.reply_to or event.place.thread
        if not answered or plain(event.text).lstrip().startswith("/"):
            return False
        posted = context.unit.posted.at(event.place, answered)
        listener = self._router.answers.get(posted.key.partition(":")[0]) if posted is not None else None
        return posted is not None and listener is not None and listener(context, event, posted.key)

    def _command(self, context: Context, event: CommandGiven) -> Reply | None:
        router = self._router
        spoken = named(event.word, event.text)
        if spoken is None or spoken.word not in router.commands:
            return router.unknown(context.saying("", event.text)) if router.unknown else None
        return router.commands[spoken.word](context.saying(spoken.reference, spoken.rest))

    def _press(self, context: Context, event: ButtonPressed) -> Reply | None:
        router = self._router
        if event.action.startswith("dialog."):
            return dialogs.pressed(context, event, router)
        if event.action == pickers.OPEN:
            return pickers.opened(context, event, router)
        if event.action == pickers.CLOSE:
            pickers.served(context, event)
            return None
        handler = router.buttons.get(event.action)
        if handler is None:
            log.info("no handler for action %s", event.action)
            return context.tell("chat.old_button")
        reply = handler(context)
        pickers.served(context, event)
        return reply

    def late(self, unit: Unit, events: Sequence[Event], reply: Reply) -> None:
        """Give the reply to the one who acted, who does not wait for it any more."""
        unit.source = str(events[-1].place)
        late.sent_after(self._context(unit, events[-1]), reply)

    def apologise(self, unit: Unit, events: Sequence[Event], error: UserError) -> Reply | None:
        """Tell the person who acted what he can do instead; at the field of the form, where there is one."""
        for event in events:
            unit.source = str(event.place)
            context = self._context(unit, event)
            sentence = context.words(error.key, **error.values)
            if isinstance(event, FormSubmitted) and self._house.can(event.place.platform).forms and error.field:
                return FieldErrors(((error.field, sentence),))
            return self._tell(context, sentence)
        return None

    def reassure(self, unit: Unit, event: Event) -> None:
        """Tell a person who sends more at once than can be read that it arrives, and that others are served first.

        Once a flood; and where others would read it along, only if he spoke to Baton.
        """
        key = f"flood/{event.place.platform}/{event.user}"
        if unit.keys.get(key) or not (_is_for_baton(event) or self._house.can(event.place.platform).whispers):
            return
        unit.keys.put(key, True, unit.now + FLOOD_LASTS)
        unit.source = str(event.place)
        context = self._context(unit, event)
        if context.who.active:
            tell = context.confide if context.who.role.staff else context.whisper
            tell(Post(spans(context.words("chat.flood"))))

    def report_fault(self, unit: Unit, events: Sequence[Event], noted: str) -> None:
        """Tell the person who acted that it was our fault and has been noted under this id."""
        for event in events[:1]:
            unit.source = str(event.place)
            context = self._context(unit, event)
            self._tell(context, context.words("chat.fault", noted=noted))

    def _tell(self, context: Context, sentence: str) -> Reply | None:
        event = context.event
        if isinstance(event, ButtonPressed | FormSubmitted) and context.house.can(event.place.platform).toasts:
            return Toast(sentence)
        if _is_for_baton(event) or (isinstance(event, MessageReceived) and (plain(event.text) or event.attachments)):
            tell = context.confide if context.who.role.staff else context.whisper
            tell(Post(spans(sentence)))
        return None


class _AllArrived:
    """The messages that stand somewhere, seen by somebody who does not wait for any other."""

    def __init__(self, posted: PostedStore) -> None:
        self.by_key = posted.by_key
        self.at = posted.at

    def in_flight(self, room: Place) -> bool:
        """No."""
        return False


def _is_for_baton(event: Event) -> bool:
    """Whether somebody wants something of Baton, and is not just heard talking to others."""
    if isinstance(event, MessageReceived):
        return event.direct or event.addressed
    return isinstance(event, CommandGiven | ButtonPressed | FormSubmitted | ShortcutUsed)
