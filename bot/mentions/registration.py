"""What mentions answer to."""

from bot.chat.router import Router
from bot.duty.facts import AwayEnded
from bot.mentions import answering, telling
from bot.mentions.reactions import Attention
from bot.tickets.facts import MessageChanged, NoteAdded, PriorityChanged, ReplyWritten


def register(router: Router) -> None:
    """Take the names."""
    attention = Attention(router)
    router.reactions.on(NoteAdded, attention.noted)
    router.reactions.on(ReplyWritten, attention.noted)
    router.reactions.on(MessageChanged, attention.noted)
    router.reactions.on(PriorityChanged, attention.pressing)
    router.reactions.on(AwayEnded, attention.back)
    router.timer(telling.TIMER, attention.fell_due)
    router.delivered.append(attention.delivered)
    router.answer(telling.KEY, answering.heard)
    router.button("mention.answer", answering.pressed)
    router.form("mention.answer", answering.filled_in)
