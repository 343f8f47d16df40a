"""A form on a platform without forms: asked field by field, with buttons to skip, go back and cancel.

The state stands in storage, so a restart or another replica goes on with the next question. An answer is the person's
next message in a direct conversation, for an hour; in a group it must be a reply to the question, so that a remark to a
colleague never becomes an answer (or worse, a reply to a customer). A press changes the question in place, typed words
are followed by the next one. A text that fills a message may go on in the next one, as apps cut what is pasted: the
question stays until the person says that this is all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.chat import questions
from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import ButtonPressed, CommandGiven, FormSubmitted, MessageReceived
from bot.chat.late import door
from bot.chat.ports import Dialog, Posted
from bot.chat.router import Router
from bot.chat.text import clean, plain
from bot.chat.text import text as spans
from bot.chat.views import Button, Form, OpenForm, Post, Reply, Toast
from bot.errors import TooEarly, UserError

# For how long a message in a direct conversation is taken for the answer to the open question. After that it could as
# well be about anything; a press, and a reply to the question, still are answers.
LISTENS_FOR = timedelta(hours=1)

# Under this name the answers hold what stands between an answer that fills whole messages and what is sent next.
_GROWING = "+"


@dataclass(frozen=True, slots=True)
class Answered:
    """Whether a message was the answer to a question, and what to reply."""

    taken: bool
    reply: Reply | None = None


def shown(context: Context, reply: Reply | None) -> Reply | None:
    """The reply as the platform of the event can show it: a form becomes a dialogue, a toast a whisper."""
    event = context.event
    can = context.house.can(event.place.platform)
    if isinstance(reply, OpenForm):
        if not can.forms:
            _start(context, reply.form)
            return None
        if isinstance(event, MessageReceived):  # nothing to hang a modal on
            context.answer(door(context, reply.form))
            return None
    if isinstance(reply, Toast) and not (can.toasts and isinstance(event, ButtonPressed | FormSubmitted)):
        context.whisper(Post(spans(reply.words)))
        return None
    return reply


# Asking


def _start(context: Context, form: Form) -> None:
    event = context.event
    earlier = context.unit.dialogs.at(event.place, context.who.id)
    if earlier is not None:
        _take_away(context, earlier)
    _ask(context, Dialog(event.place, context.who.id, form, 0, {}))


def _ask(context: Context, dialog: Dialog, complaint: str = "") -> None:
    """Store the dialogue and put its question: in place of the one that was pressed, else as a new message."""
    unit, event = context.unit, context.event
    pressed = isinstance(event, ButtonPressed) and bool(dialog.message)
    own = event.message if isinstance(event, MessageReceived | CommandGiven) else dialog.reply_to
    key = dialog.message if pressed else _key(context)
    if not pressed:
        _take_away(context, dialog)
    asked = replace(dialog, message=key, reply_to=own, asked_at=unit.now)
    unit.dialogs.save(asked, unit.now)
    reply_to = "" if event.direct else own or context.message
    order = Order("show", dialog.place, _question(context, asked, complaint), key=key, reply_to=reply_to)
    unit.outbox.put(order, author=context.who.id)


def _key(context: Context) -> str:
    event = context.event
    return f"dialog:{context.who.id}:{event.place.platform}:{event.event_id}"


def _question(context: Context, dialog: Dialog, complaint: str = "") -> Post:
    hint = "" if context.event.direct else context.words("dialog.reply_to_this")
    return questions.question(
        dialog.form, dialog.step, dialog.answers, context.words, _today(context), complaint=complaint, hint=hint,
        growing=_GROWING in dialog.answers,
    )  # fmt: skip


def _today(context: Context) -> date:
    return context.unit.now.astimezone(context.workspace.zone).date()


def _take_away(context: Context, dialog: Dialog) -> None:
    """A question that was answered by words goes, so that nobody presses its buttons any more."""
    if dialog.message:
        context.unit.outbox.cancel(dialog.message)
        context.unit.outbox.put(Order("remove", dialog.place, key=dialog.message))


# Answers


def answered(context: Context, event: MessageReceived, router: Router) -> Answered:
    """Take the message as the answer to an open question, if it is one."""
    dialog = context.unit.dialogs.at(event.place, context.who.id)
    if dialog is not None and event.album and event.album == dialog.album:  # one more picture of the answer before
        more = replace(dialog, files=(*dialog.files, *event.attachments))
        context.unit.dialogs.save(more, context.unit.now)
        return Answered(True)
    asked = _answered_question(context, event)
    if asked is not None and (dialog is None or asked.key != dialog.message):
        context.whisper(Post(spans(context.words(_why_not(context, asked)))))
        return Answered(True)
    if dialog is None or not (asked or _listening(context, event, dialog)):
        return Answered(False)
    return Answered(True, _take(context, event, dialog, router))


def _answered_question(context: Context, event: MessageReceived) -> Posted | None:
    """The question that the message replies to, whoever was asked it."""
    posted = context.unit.posted.at(event.place, event.reply_to) if event.reply_to else None
    return posted if posted is not None and posted.key.startswith("dialog:") else None


def _why_not(context: Context, asked: Posted) -> str:
    return "dialog.over" if asked.key.startswith(f"dialog:{context.who.id}:") else "dialog.not_yours"


def _listening(context: Context, event: MessageReceived, dialog: Dialog) -> bool:
    """Whether words that reply to nothing are the answer: alone with the bot, while the question is fresh."""
    if not event.direct or (event.reply_to and context.unit.posted.at(event.place, event.reply_to) is not None):
        return False
    if plain(event.text).lstrip().startswith("/") and not event.attachments:
        return False
    return dialog.asked_at is None or context.unit.now - dialog.asked_at < LISTENS_FOR


def _take(context: Context, event: MessageReceived, dialog: Dialog, router: Router) -> Reply | None:
    said = clean(plain(event.text)).strip()
    named = questions.named(_buttons(context, dialog), said) if said else None
    if named is not None:
        return _act(context, dialog, named.action, named.value, router)
    dialog = replace(dialog, files=(*dialog.files, *event.attachments), album=event.album)
    field = dialog.form.fields[dialog.step]
    try:
        value = questions.valid(field, _so_far(dialog) + said, with_files=bool(event.attachments))
    except UserError as error:
        _ask(context, dialog, context.words(error.key, **error.values))
        return None
    most = context.house.can(event.place.platform).text_limit
    if field.kind == "text" and field.limit > most and len(said) > most // 2:
        _ask(context, replace(dialog, answers={**dialog.answers, field.name: value, _GROWING: _joint(said, most)}))
        return None
    return _advance(context, dialog, value, router)


def _so_far(dialog: Dialog) -> str:
    """What was said to this question already, if this goes on from it."""
    field = dialog.form.fields[dialog.step]
    return dialog.answers[field.name] + dialog.answers[_GROWING] if _GROWING in dialog.answers else ""


def _joint(said: str, most: int) -> str:
    """What stood between this message and the next one: apps cut at the end of a line where one is near, and drop it;
    a message that is full to the last place was cut within a word."""
    return "" if len(said.encode("utf-16-le", "replace")) // 2 >= most else "\n"


def _buttons(context: Context, dialog: Dialog) -> tuple[Button, ...]:
    return tuple(control for control in _question(context, dialog).controls if isinstance(control, Button))


def pressed(context: Context, event: ButtonPressed, router: Router) -> Reply | None:
    """A button under a question: a choice, keep, skip, back or cancel."""
    unit = context.unit
    asked = unit.posted.at(event.place, event.message)
    if asked is None and unit.posted.in_flight(event.place.whole):
        raise TooEarly(event.message)
    dialog = unit.dialogs.at(event.place, context.who.id)
    if asked is None or dialog is None or asked.key != dialog.message or dialog.step != event.subject:
        return Toast(context.words(_why_not(context, asked) if asked else "dialog.over"))
    return _act(context, dialog, event.action, event.value, router)


def _act(context: Context, dialog: Dialog, action: str, value: str, router: Router) -> Reply | None:
    """Do what a button says."""
    field = dialog.form.fields[dialog.step]
    current = dialog.answers.get(field.name, field.value)
    if action == "dialog.cancel":
        _end(context, dialog)
        return None
    if action == "dialog.back":
        _ask(context, replace(dialog, step=max(dialog.step - 1, 0), answers=_settled(dialog)))
        return None
    if action == "dialog.skip":
        return _advance(context, dialog, "", router)
    if action == "dialog.keep":
        return _advance(context, dialog, current, router)
    choices = questions.choices(field, context.words, _today(context))
    index = int(value) if value.isascii() and value.isdigit() else len(choices)
    if index >= len(choices):
        return Toast(context.words("dialog.over"))
    if field.kind != "choices":
        return _advance(context, dialog, choices[index].value, router)
    several = questions.toggled(current, choices[index].value)
    _ask(context, replace(dialog, answers={**dialog.answers, field.name: several}))
    return None


def cancel(context: Context) -> Reply | None:
    """The command: end the dialogue that is open here."""
    dialog = context.unit.dialogs.at(context.event.place, context.who.id)
    if dialog is None:
        return context.tell("dialog.nothing_open")
    _end(context, dialog)
    return None


def _end(context: Context, dialog: Dialog) -> None:
    """Forget the dialogue and say so, where the question stood if a button under it was pressed."""
    context.unit.dialogs.end(dialog.place, dialog.person)
    told = Post(spans(context.words("dialog.cancelled")))
    if isinstance(context.event, ButtonPressed):
        context.unit.outbox.put(Order("show", dialog.place, told, key=dialog.message))
        return
    _take_away(context, dialog)
    context.whisper(told)


def _advance(context: Context, dialog: Dialog, value: str, router: Router) -> Reply | None:
    """Note the answer; ask the next question, or hand in the form."""
    field = dialog.form.fields[dialog.step]
    dialog = replace(dialog, answers={**_settled(dialog), field.name: value})
    if dialog.step + 1 < len(dialog.form.fields):
        _ask(context, replace(dialog, step=dialog.step + 1))
        return None
    return _submit(context, dialog, router)


def _settled(dialog: Dialog) -> dict[str, str]:
    """The answers, none of which goes on."""
    return {name: answer for name, answer in dialog.answers.items() if name != _GROWING}


def _submit(context: Context, dialog: Dialog, router: Router) -> Reply | None:
    """Hand the answers to the form's handler. Where it names a field at fault, that field is asked again."""
    form = dialog.form
    submitted = _submitted(context, dialog)
    try:
        reply = context.unit.attempt(lambda: router.forms[form.name](replace(context, event=submitted), submitted))
    except UserError as error:
        complaint = context.words(error.key, **error.values)
        step = next((at for at, field in enumerate(form.fields) if error.field and field.name == error.field), None)
        if step is not None:
            _ask(context, replace(dialog, step=step), complaint)
            return None
        reply = Toast(complaint)
    context.unit.dialogs.end(dialog.place, dialog.person)
    _take_away(context, dialog)
    return reply


def _submitted(context: Context, dialog: Dialog) -> FormSubmitted:
    event, form = context.event, dialog.form
    own = event.message if isinstance(event, MessageReceived) else dialog.reply_to
    return FormSubmitted(
        event.event_id,
        event.place,
        event.user,
        event.at,
        profile=event.profile,
        trigger=event.trigger,
        direct=event.direct,
        form=form.name,
        subject=form.subject,
        values=_values(form, dialog.answers),
        attachments=dialog.files,
        state=form.state,
        message=own,
    )


def _values(form: Form, answers: Mapping[str, str]) -> dict[str, str]:
    return {field.name: answers.get(field.name, field.value) for field in form.fields}
