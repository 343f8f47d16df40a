"""A form on a platform without forms: asked field by field, with buttons to skip, go back and cancel.

The state stands in storage, so a restart or another replica goes on with the next question. An answer is the person's
next message in a direct conversation; in a group it must be a reply to the question, so that a remark to a colleague
never becomes an answer (or worse, a reply to a customer).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import ButtonPressed, Event, FormSubmitted, MessageReceived
from bot.chat.ports import Dialog
from bot.chat.router import Router
from bot.chat.text import bold, clean, plain
from bot.chat.text import text as spans
from bot.chat.views import Button, Choice, Field, Form, OpenForm, Post, Reply, Toast
from bot.errors import Invalid, UserError


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
        if isinstance(event, MessageReceived):  # nothing to hang a modal on: a button brings it
            form = reply.form
            button = Button(form.title, form.name, form.subject, style="primary")
            context.answer(Post(spans(context.words("dialog.press_to_open")), controls=(button,)))
            return None
    if isinstance(reply, Toast) and not can.toasts:
        context.whisper(Post(spans(reply.words)))
        return None
    return reply


def _key(context: Context) -> str:
    return f"dialog:{context.event.place}:{context.who.id}"


def _start(context: Context, form: Form) -> None:
    dialog = Dialog(context.event.place, context.who.id, form, 0, {})
    if form.intro:
        context.whisper(Post(spans(form.intro)))
    _ask(context, dialog)


def _ask(context: Context, dialog: Dialog, complaint: str = "") -> None:
    """Store the dialogue and put its next question."""
    unit, words, field = context.unit, context.words, dialog.form.fields[dialog.step]
    unit.dialogs.save(dialog, unit.now)
    progress = words("dialog.progress", title=dialog.form.title, step=dialog.step + 1, steps=len(dialog.form.fields))
    current = dialog.answers.get(field.name, field.value)
    body = spans(
        f"{complaint}\n" if complaint else "",
        bold(field.label),
        f"\n{field.hint}" if field.hint else "",
        "\n" + words("dialog.current", value=_label(field, current)) if current else "",
        "" if context.event.direct else "\n" + words("dialog.reply_to_this"),
    )
    reply_to = "" if context.event.direct else context.message
    order = Order("show", context.event.place, Post(body, label=progress, controls=_controls(context, dialog, field)),
                  reply_to=reply_to, key=f"{_key(context)}:{unit.now.timestamp():.0f}:{dialog.step}")  # fmt: skip
    unit.outbox.put(order, author=context.who.id)


def _label(field: Field, value: str) -> str:
    return next((choice.label for choice in field.choices if choice.value == value), value)


def _controls(context: Context, dialog: Dialog, field: Field) -> tuple[Button, ...]:
    words, step = context.words, dialog.step
    buttons = [
        Button(choice.label, "dialog.pick", step, str(index)) for index, choice in enumerate(_choices(context, field))
    ]
    current = dialog.answers.get(field.name, field.value)
    if current:
        buttons.append(Button(words("dialog.keep"), "dialog.keep", step))
    elif not field.required:
        buttons.append(Button(words("dialog.skip"), "dialog.skip", step))
    if step:
        buttons.append(Button(words("dialog.back"), "dialog.back", step))
    buttons.append(Button(words("dialog.cancel"), "dialog.cancel", step))
    return tuple(buttons)


def _choices(context: Context, field: Field) -> tuple[Choice, ...]:
    if field.kind == "date":
        return days(context)
    return field.choices if field.kind in ("choice", "choices") else ()


def days(context: Context) -> tuple[Choice, ...]:
    """The next seven days, as choices for platforms without a date picker."""
    today = context.unit.now.astimezone(context.workspace.zone).date()
    return tuple(
        Choice(day.isoformat(), context.words.day(day)) for day in (today + timedelta(days=count) for count in range(7))
    )


def answered(context: Context, event: MessageReceived, router: Router) -> Answered:
    """Take the message as the answer to an open question, if it is one."""
    unit = context.unit
    dialog = unit.dialogs.at(event.place, context.who.id)
    if dialog is None or not (event.direct or _replies_to_question(context, event)):
        return Answered(False)
    said = clean(plain(event.text)).strip()
    if said.startswith("/") and not event.attachments:
        return Answered(False)
    field = dialog.form.fields[dialog.step]
    if event.attachments:
        dialog = replace(dialog, files=(*dialog.files, *event.attachments))
    try:
        value = _valid(context, field, said, bool(event.attachments))
    except UserError as error:
        _ask(context, dialog, context.words(error.key, **error.values))
        return Answered(True)
    return Answered(True, _advance(context, dialog, value, router))


def _replies_to_question(context: Context, event: MessageReceived) -> bool:
    if not event.reply_to:
        return False
    posted = context.unit.posted.at(event.place, event.reply_to)
    return posted is not None and posted.key.startswith(_key(context) + ":")


def _valid(context: Context, field: Field, said: str, with_files: bool) -> str:
    if not said and field.required and not with_files:
        raise Invalid("dialog.required")
    if len(said) > field.limit:
        raise Invalid("dialog.too_long", limit=field.limit, length=len(said))
    if field.kind == "choice" and said:
        for choice in field.choices:
            if said.casefold() in (choice.value.casefold(), choice.label.casefold()):
                return choice.value
        raise Invalid("dialog.not_a_choice")
    if field.kind == "date" and said:
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError:
            raise Invalid("dialog.not_a_day") from None
    return said


def _advance(context: Context, dialog: Dialog, value: str, router: Router) -> Reply | None:
    field = dialog.form.fields[dialog.step]
    dialog = replace(dialog, answers={**dialog.answers, field.name: value}, step=dialog.step + 1)
    if dialog.step < len(dialog.form.fields):
        _ask(context, dialog)
        return None
    context.unit.dialogs.end(dialog.place, dialog.person)
    return _submit(context, dialog, router)


def _submit(context: Context, dialog: Dialog, router: Router) -> Reply | None:
    event, form = context.event, dialog.form
    values = {field.name: dialog.answers.get(field.name, field.value) for field in form.fields}
    submitted = FormSubmitted(
        event.event_id, event.place, event.user, event.at, profile=event.profile, trigger=event.trigger,
        direct=event.direct, form=form.name, subject=form.subject, values=values, attachments=dialog.files,
        state=form.state,
    )  # fmt: skip
    try:
        return context.unit.attempt(lambda: router.forms[form.name](replace(context, event=submitted), submitted))
    except UserError as error:
        step = next((at for at, field in enumerate(form.fields) if field.name == error.field), None)
        if step is None:
            raise
        _ask(context, replace(dialog, step=step), context.words(error.key, **error.values))
        return None


def pressed(context: Context, event: ButtonPressed, router: Router) -> Reply | None:
    """A button under a question: a choice, keep, skip, back or cancel."""
    unit, words = context.unit, context.words
    if event.action == "dialog.close":
        picked(context, event)
        return None
    dialog = unit.dialogs.at(event.place, context.who.id)
    if dialog is None or dialog.step != event.subject:
        return Toast(words("dialog.over"))
    verb = event.action.removeprefix("dialog.")
    _clear_question(context, event)
    if verb == "cancel":
        unit.dialogs.end(event.place, context.who.id)
        context.whisper(Post(spans(words("dialog.cancelled"))))
        return None
    if verb == "back":
        _ask(context, replace(dialog, step=max(dialog.step - 1, 0)))
        return None
    field = dialog.form.fields[dialog.step]
    if verb == "pick":
        choices = _choices(context, field)
        index = int(event.value) if event.value.isdigit() else len(choices)
        if index >= len(choices):
            return Toast(words("dialog.over"))
        return _advance(context, dialog, choices[index].value, router)
    kept = dialog.answers.get(field.name, field.value)
    if not kept and field.required:
        return Toast(words("dialog.required"))
    return _advance(context, dialog, kept, router)


def _clear_question(context: Context, event: ButtonPressed) -> None:
    posted = context.unit.posted.at(event.place, event.message) if event.message else None
    if posted is not None and posted.key.startswith("dialog:"):
        context.unit.outbox.put(Order("remove", event.place, key=posted.key))


def choose(context: Context, event: ButtonPressed, router: Router) -> Reply | None:
    """A menu on a platform that has only buttons: show its choices as buttons. `value` is the menu's action."""
    chooser = router.choosers.get(event.value)
    if chooser is None:
        return Toast(context.words("chat.old_button"))
    question, choices = chooser(context, event.subject)
    controls = tuple(Button(choice.label, event.value, event.subject, choice.value) for choice in choices[:40])
    close = Button(context.words("dialog.cancel"), "dialog.close", event.subject)
    context.unit.outbox.put(
        Order("show", event.place, Post(spans(question), controls=(*controls, close)), reply_to=event.message,
              key=f"menu:{event.event_id}"),
        author=context.who.id,
    )  # fmt: skip
    return None


def picked(context: Context, event: Event) -> None:
    """A choice was made: the buttons that offered it have served."""
    if isinstance(event, ButtonPressed) and event.message:
        posted = context.unit.posted.at(event.place, event.message)
        if posted is not None and posted.key.startswith("menu:"):
            context.unit.outbox.put(Order("remove", event.place, key=posted.key))
