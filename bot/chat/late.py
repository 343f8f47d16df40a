"""Replies that can't be given at once: a form that has nothing to open on, an answer nobody waits for any more."""

from bot.chat.context import Context
from bot.chat.text import text as spans
from bot.chat.views import Button, Form, OpenForm, Post, Reply, Toast

# What names something that is kept is short enough to travel with a button; other states are made anew.
_TOKEN = 16


def door(context: Context, form: Form) -> Post:
    """A button that brings the form."""
    value = form.state if len(form.state) <= _TOKEN else ""
    button = Button(form.title, form.name, form.subject, value, style="primary")
    return Post(spans(context.words("dialog.press_to_open")), controls=(button,))


def sent_after(context: Context, reply: Reply) -> None:
    """Give the reply to one who stopped waiting for it: words as a whisper, for a form the button that brings it."""
    if isinstance(reply, OpenForm):
        context.whisper(door(context, reply.form))
    elif isinstance(reply, Toast):
        context.whisper(Post(spans(reply.words)))
    else:
        context.whisper(Post(spans("\n".join(sentence for _, sentence in reply.errors))))
