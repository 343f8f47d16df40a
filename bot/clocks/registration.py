"""What clocks answer to: the facts that move them, their timers, `why`, and the rows on tickets' cards."""

from bot.chat.router import Router
from bot.clocks import auditing, describing, firing, reconsidering, running, why
from bot.clocks.reactions import Keeper


def register(router: Router) -> None:
    """Take the names."""
    Keeper(router).listen()
    router.timer(running.TIMER, firing.firing(router), firing.gather)
    router.timer(reconsidering.TIMER, reconsidering.Reconsidering(router))
    router.command("why", why.why)
    router.audits.append(auditing.clocks_unarmed)
    router.due.append(describing.rows)
    router.due_of_request.append(describing.of_request)
