"""A menu on a platform that has only buttons: its choices as buttons of a message that goes when one was chosen."""

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import ButtonPressed
from bot.chat.router import Router
from bot.chat.text import text as spans
from bot.chat.views import Button, Post, Reply, Toast

OPEN = "menu"
"""The action of a button that stands for a menu; its value is the menu's own action."""
CLOSE = "menu.close"
MOST = 40

_KEY = "menu:"
# Menus whose subject is the number of a ticket; what is said in reply to their choices is said about it.
_OF_A_TICKET = "ticket."


def opened(context: Context, event: ButtonPressed, router: Router) -> Reply | None:
    """Show the choices of the menu `event.value`, under the message that it belongs to."""
    chooser = router.choosers.get(event.value)
    if chooser is None:
        return Toast(context.words("chat.old_button"))
    question, choices = chooser(context, event.subject)
    controls = [Button(choice.label, event.value, event.subject, choice.value) for choice in choices[:MOST]]
    controls.append(Button(context.words("dialog.cancel"), CLOSE, event.subject))
    view = Post(spans(question), controls=tuple(controls))
    order = Order(
        "show", event.place, view, reply_to=event.message, key=f"{_KEY}{event.place.platform}:{event.event_id}"
    )
    about = event.subject if event.value.startswith(_OF_A_TICKET) else 0
    context.unit.outbox.put(order, author=context.who.id, ticket=about)
    return None


def served(context: Context, event: ButtonPressed) -> None:
    """A choice was made, or none is wanted: if it stood in a menu's message, that message goes."""
    posted = context.unit.posted.at(event.place, event.message) if event.message else None
    if posted is not None and posted.key.startswith(_KEY):
        context.unit.outbox.put(Order("remove", posted.place, key=posted.key))
