"""How much fits, and how we cut. The chat is our own, so these are sizes that people can still read."""

from dataclasses import replace

from bot.chat.contract import Capabilities, Pace
from bot.chat.text import plain, shortened
from bot.chat.views import Card, View

# Characters of a message, a title (card, topic), a label on a control, a name beside a value.
TEXT = 40_000
TITLE = 300
LABEL = 80
ROW_LABEL = 60
# Parts of a card.
ROWS = 40
SECTIONS = 100
CONTROLS = 25
CHOICES = 100
# Bytes of a file; files of one message; messages of one page.
FILE = 20_000_000
FILES = 10
PAGE = 50
# Reactions of different kinds on one message.
REACTIONS = 20
# Characters that may stand in the search box; how often one user may look, at once and then a second.
SEARCH = 1000
SEARCHES_AT_ONCE = 12
SEARCHES_PER_SECOND = 6.0
# How many files one user may upload, at once and then a second.
UPLOADS_AT_ONCE = 3 * FILES
UPLOADS_PER_SECOND = 0.5
# Users whose searches and uploads are counted.
COUNTED = 10_000
# Characters of an id that the page makes for each act.
ACT = 64

# Shown in the page; everything else is offered for download only. SVG is left out: it may hold scripts.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})

CAPABILITIES = Capabilities(
    topics=True,
    rooms=True,
    home=True,
    lookup=True,
    text_limit=TEXT,
    file_limit=FILE,
)

# Our own database is all that limits us; this keeps one lane from starving the others.
PACES = (Pace("web", per_second=200.0, burst=400),)


def too_long(view: View) -> bool:
    """Whether the words of a message are more than it may hold; everything else is cut."""
    return len(plain(view.body)) > TEXT


def fitting(view: View) -> View:
    """The view with at most as many parts as are shown."""
    if not isinstance(view, Card):
        return replace(view, controls=view.controls[:CONTROLS])
    return replace(
        view,
        title=shortened(view.title, TITLE),
        rows=view.rows[:ROWS],
        sections=tuple(replace(part, controls=part.controls[:CONTROLS]) for part in view.sections[:SECTIONS]),
        controls=view.controls[:CONTROLS],
    )
