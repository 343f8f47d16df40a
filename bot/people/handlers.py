"""Joining accounts, choosing a language, asking for help."""

import secrets
from dataclasses import replace
from datetime import timedelta
from functools import cache

from bot.chat.context import Context
from bot.chat.events import ButtonPressed, ReachChanged
from bot.chat.text import bold, code, link, plain
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Post, Reply, Section
from bot.chat.words import folded
from bot.errors import Invalid, NotAllowed, NotFound
from bot.language.catalogue import LOCALES, Words, matched, table
from bot.people.permissions import Right, may
from bot.people.rules import Person, Role, Room

CODE_LIFE = timedelta(minutes=10)
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letter that reads as a digit


def join(context: Context) -> Reply | None:
    """`link` gives a code (and a link where the platform has one); `link CODE` on another platform joins the two."""
    given = plain(context.text).strip().upper()
    return _redeem(context, given) if given else _issue(context)


def _issue(context: Context) -> Reply | None:
    token = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    unit, words = context.unit, context.words
    unit.keys.put(f"link/{token}", {"person": context.who.id}, unit.now + CODE_LIFE)
    ways = [
        address
        for platform, invite in context.house.invitations.items()
        if platform != context.event.place.platform and (address := invite(f"link-{token}"))
    ]
    minutes = int(CODE_LIFE.total_seconds() // 60)
    body = spans(words("link.code", minutes=minutes), "\n", code(f"{words('words.link').split(',')[0]} {token}"))
    for address in ways:
        body = spans(body, "\n", link(address, address))
    context.tell_alone(Post(body))
    return None


def _redeem(context: Context, token: str) -> Reply | None:
    issuer = _issuer(context, token)
    if issuer is None or not issuer.active:
        raise NotFound("link.unknown_code")
    if issuer.id == context.who.id:
        raise Invalid("link.same_person")
    _join(context, issuer, context.who)
    return None


def _issuer(context: Context, token: str) -> Person | None:
    """Who made the code; it is good for one use."""
    kept = context.unit.keys.take(f"link/{token}", context.unit.now)
    number = int(kept["person"]) if kept else 0
    return context.unit.people.persons([number]).get(number)


def _join(context: Context, one: Person, other: Person) -> None:
    """Two persons are one from now on: the member of the staff if one of them is, else the one who made the code."""
    if one.role.staff and other.role.staff:
        raise NotAllowed("link.both_staff", one=one.name, other=other.name)
    kept, gone = (other, one) if other.role.staff else (one, other)
    people, words = context.unit.people, context.words
    people.merge_person(kept.id, gone.id)
    people.save_person(replace(kept, locale=kept.locale or gone.locale, email=kept.email or gone.email))
    platforms = sorted({account.platform for account in people.accounts(kept.id)})
    named = words.joined([words(f"platform.{platform}") for platform in platforms])
    context.whisper(Post(spans(words("link.joined", name=kept.name, platforms=named))))


def start(context: Context) -> Reply | None:
    """The first word on some platforms; with a payload it joins the account to the person who made the link."""
    payload = plain(context.text).strip()
    if payload.startswith("link-"):
        return _redeem(context, payload.removeprefix("link-").upper())
    key = "start.staff" if context.who.role.staff else "start.customer"
    context.whisper(Post(spans(context.words(key, name=context.who.name, workspace=context.workspace.name)),
                         controls=(Button(context.words("button.help"), "help", 0),)))  # fmt: skip
    return None


def language(context: Context) -> Reply | None:
    """`lang zh-TW` for oneself; `lang room zh-TW` for the room, by those who may; `lang` alone asks."""
    pressed = context.event.value if isinstance(context.event, ButtonPressed) else ""
    parts = (pressed or plain(context.text)).split()
    if not parts:
        context.whisper(Post(spans(context.words("lang.which")), controls=_languages()))
        return None
    if len(parts) > 1 and folded(parts[0]) in _room_words():
        return _speak_in_room(context, _locale("-".join(parts[1:])))
    locale = _locale("-".join(parts))
    context.unit.people.save_person(replace(context.who, locale=locale))
    return replace(context, words=Words(locale, context.workspace.zone)).tell("lang.set")


def _speak_in_room(context: Context, locale: str) -> Reply | None:
    if not may(context.who, Right.SET_ROOM_LANGUAGE):
        raise NotAllowed("lang.room_not_yours")
    place = context.event.place
    known = context.unit.people.room(place) or Room(place.whole)
    context.unit.people.save_room(replace(known, locale=locale))
    context.answer(Post(spans(Words(locale)("lang.room_set"))))
    return None


@cache
def _room_words() -> frozenset[str]:
    return frozenset(folded(word.strip()) for locale in LOCALES for word in table(locale)["lang.room_words"].split(","))


def _languages() -> tuple[Button, ...]:
    return tuple(Button(Words(locale)("lang.name"), "lang", 0, locale) for locale in LOCALES)


def _locale(said: str) -> str:
    by_name = {Words(locale)("lang.name").casefold(): locale for locale in LOCALES}
    found = matched(said) or by_name.get(said.casefold(), "")
    if not found:
        raise Invalid("lang.unknown", said=said[:20], names=", ".join(LOCALES))
    return found


# What help shows to whom, in groups; the sentence of each is `help.<command>`.
_HELP = (
    ("help.group_ask", "ticket mine show history"),
    ("help.group_lists", "queue board find why"),
    ("help.group_work", "take assign priority status type due tag team reply note solve close reopen merge"),
    ("help.group_duty", "duty rest busy leave"),
    ("help.group_collab", "collab accept eta ask hand return done resend withdraw skip where flow room"),
    ("help.group_alerts", "ack snooze delivery"),
    ("help.group_knowledge", "kb report"),
    ("help.group_self", "link lang help"),
)
_FOR_CUSTOMERS = frozenset(["ticket", "kb", "mine", "show", "link", "lang", "help"])
_FOR_ANALYSTS = _FOR_CUSTOMERS | {"board", "report"}


def help_card(context: Context) -> Card:
    """What this person can type here, grouped, each with one line."""
    words, role = context.words, context.who.role
    allowed = {Role.CUSTOMER: _FOR_CUSTOMERS, Role.ANALYST: _FOR_ANALYSTS}.get(role)
    sections = []
    for group, names in _HELP:
        lines = [
            spans(code(words("words." + name).split(",")[0]), " ", words(f"help.{name}"))
            for name in names.split()
            if allowed is None or name in allowed
        ]
        if lines:
            body = tuple(piece for at, line in enumerate(lines) for piece in (spans("\n") if at else ()) + line)
            sections.append(Section(words(group), body))
    buttons = [Button(words("button.new_ticket"), "ticket.open", 0, style="primary")]
    if role.staff:
        buttons.append(Button(words("button.mine"), "mine", 0))
    intro = words("help.staff" if role.staff else "help.customer")
    return Card(words("help.title"), spans(bold(intro)), sections=tuple(sections), controls=tuple(buttons))


def help_(context: Context) -> Reply | None:
    """Help in context."""
    context.whisper(help_card(context))
    return None


def reach_changed(context: Context, event: ReachChanged) -> Reply | None:
    """A person started or blocked the bot, or it was let into or put out of a room: who can be reached is known."""
    people = context.unit.people
    if event.direct:
        account = people.account(event.place.platform, event.user)
        if account is not None:
            people.save_account(replace(account, reachable=event.reachable, room=event.place.room))
        return None
    known = people.room(event.place) or Room(event.place.whole)
    people.save_room(replace(known, present=event.reachable, title=event.title or known.title))
    return None
