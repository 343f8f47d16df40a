"""Texts that come and go as files, for those that no form takes: out to the one who edits, back with his words.

A file's content has to be fetched first. Until it is here, the form that it belongs to is kept; then it is handed in as
if its text had been typed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from bot.chat.context import Context
from bot.chat.contract import Content, Delivery, Order
from bot.chat.events import Attachment, CommandGiven, FormSubmitted, MessageReceived, Place
from bot.chat.ports import OutboxRow
from bot.chat.router import Router
from bot.chat.text import text as spans
from bot.chat.viewjson import attachments_from_json, attachments_to_json
from bot.chat.views import Post
from bot.errors import Invalid, UserError
from bot.knowledge.encoding import text_of
from bot.knowledge.rules import Article
from bot.people.reaching import direct_place, reachable
from bot.people.rules import Person
from bot.tickets.relay import accept_files
from bot.unit import Unit

TEXT_FILES = (".md", ".markdown", ".txt")
"""What their names end with."""

WAITS = timedelta(days=2)
"""For how long a form waits for its file; a platform that has not given it by then never will."""

_VERSION = re.compile(r"^(K-\d+)\.v(\d{1,9})\b", re.IGNORECASE)


# Out


def hand_over(context: Context, article: Article) -> None:
    """Send the whole text of an article as a file to the one who acts, where nobody else reads it.

    Its name says which version it is, so that it overwrites nobody's change when it comes back.
    """
    place = _alone(context)
    if place is None:
        context.whisper(Post(spans(context.words("chat.ask_in_private"))))
        return
    unit, data = context.unit, article.content.body.encode("utf-8", "replace")
    name = f"{article.reference}.v{article.version}.md"
    ref = f"article:{article.id}.{article.version}"
    file = unit.files.add(context.event.place.platform, Attachment(ref, name, "text/markdown", len(data)), unit.now)
    if file.state != "stored":
        unit.files.keep(file.id, data, "text/markdown")
    unit.outbox.put(Order("file", place, file=file.id), author=context.who.id)


def _alone(context: Context) -> Place | None:
    if context.event.direct:
        return context.event.place
    accounts = reachable(context.unit, context.house, context.who, context.event.place.platform)
    return direct_place(accounts[0]) if accounts else None


# In


def text_file(attachments: tuple[Attachment, ...]) -> Attachment | None:
    """The first of these files that is a text."""
    return next((each for each in attachments if each.name.casefold().endswith(TEXT_FILES)), None)


def submitted(context: Context, form: str, article: Article | None = None, title: str = "") -> FormSubmitted | None:
    """The form that a message stands for which brings a text along; None if it brings none."""
    event = context.event
    file = text_file(event.attachments) if isinstance(event, MessageReceived | CommandGiven) else None
    if file is None or not isinstance(event, MessageReceived | CommandGiven):
        return None
    values = {} if article else {"title": title or PurePosixPath(file.name).stem}
    return FormSubmitted(
        event.event_id, event.place, event.user, event.at, profile=event.profile, trigger=event.trigger,
        direct=event.direct, form=form, subject=article.id if article else 0, values=values,
        attachments=event.attachments, state=_version(file.name, article), message=event.message,
    )  # fmt: skip


def _version(name: str, article: Article | None) -> str:
    """Which version of the article a file with this name was made from ("" if it does not say)."""
    found = _VERSION.match(name)
    return found[2] if found and article and found[1].upper() == article.reference else ""


def with_text(context: Context, event: FormSubmitted) -> FormSubmitted | None:
    """The form with the text that came as a file instead of being typed; None while that is still to be fetched: then
    `Arrivals` hands it in again. Raises `Invalid` for what is no text."""
    file = text_file(event.attachments) if not event.values.get("body", "").strip() else None
    if file is None:
        return event
    others = tuple(each for each in event.attachments if each is not file)
    rest = replace(event, attachments=others)
    numbers = accept_files(context, event.place.platform, (file,))
    if not numbers:  # too large, or of a kind that is not taken; that was said
        return None
    content = context.unit.files.content(numbers[0])
    if content is not None:
        return _filled(rest, content)
    key = _key(numbers[0])
    waiting = context.unit.keys.get(key) or []
    record = {"person": context.who.id, **_to_json(rest)}
    context.unit.keys.put(key, [*waiting, record], context.unit.now + WAITS)
    return None


def _key(file: int) -> str:
    return f"kb/text/{file}"


def _filled(event: FormSubmitted, content: Content) -> FormSubmitted:
    return replace(event, values={**event.values, "body": decoded(content)})


def decoded(content: Content) -> str:
    """The text of a file. Raises `Invalid` for what is no Unicode text."""
    try:
        return text_of(content.data)
    except Invalid:
        raise Invalid("kb.file_not_text", name=content.name, field="body") from None


def _to_json(event: FormSubmitted) -> dict[str, Any]:
    return {
        "event": event.event_id, "place": str(event.place), "user": event.user, "at": event.at.isoformat(),
        "direct": event.direct, "form": event.form, "subject": event.subject, "values": dict(event.values),
        "files": attachments_to_json(event.attachments).decode(), "state": event.state, "message": event.message,
    }  # fmt: skip


def _from_json(record: Mapping[str, Any], unit: Unit) -> FormSubmitted:
    return FormSubmitted(
        record["event"], Place.parse(record["place"]), record["user"], unit.now, direct=record["direct"],
        form=record["form"], subject=record["subject"], values=record["values"],
        attachments=attachments_from_json(record["files"].encode()), state=record["state"], message=record["message"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Hands forms in again when the texts that they wait for are here."""

    router: Router

    def heard(self, unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        """An order had its end; run by the outbox in the unit that marks it."""
        waiting = unit.keys.take(_key(row.order.file), unit.now) if row.order.kind == "fetch" else None
        for record in waiting or ():
            person = unit.people.persons([record["person"]]).get(record["person"])
            if person is not None and person.active:
                self._hand_in(unit, person, _from_json(record, unit), unit.files.content(row.order.file))

    def _hand_in(self, unit: Unit, person: Person, event: FormSubmitted, content: Content | None) -> None:
        """As if the person had sent the form in now; what is wrong with it he is told."""
        context = Context.background(unit, self.router.house, event.place)
        context = replace(context, event=event, who=person, words=context.words_for(person, event.place))

        def handled() -> None:
            if content is None:
                raise Invalid("kb.file_lost")
            filled = _filled(event, content)
            self.router.forms[event.form](replace(context, event=filled), filled)

        try:
            unit.attempt(handled)
        except UserError as error:
            context.confide(Post(spans(context.words(error.key, **error.values))))
