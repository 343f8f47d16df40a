"""`baton run` in a hurry: leases and terms last a tenth, and platforms are not spared.

A test need not wait then for the leases of a dead process, nor a second for each message in a room. Run it as
`python -m tests.replicas.hurried run`. Importing it changes nothing: the tests' own process is in no hurry.
"""

from datetime import timedelta

from adapters.slack import limits
from bot.cli import main
from bot.workers import courier, inbox, listener, outbox

SEND_LEASE = timedelta(seconds=2.5)
"""For so long a lane of orders stays with a replica that has died."""


def hurry() -> None:
    """Shorten everything in this process."""
    inbox.LEASE = timedelta(seconds=1.5)
    inbox.RENEW = 0.4
    inbox.CAREFUL = 0.0
    outbox.LEASE = SEND_LEASE
    outbox.MARGIN = timedelta(seconds=0.5)
    courier.SEND_WITHIN = 1.5
    listener.TERM = timedelta(seconds=1.5)
    listener.TRUST = 1.0
    listener.RENEW = 0.3
    listener.ASK_AGAIN = 0.2
    limits.paces = lambda order: []


if __name__ == "__main__":
    hurry()
    main()
