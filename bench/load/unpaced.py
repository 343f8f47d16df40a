"""`baton run` that does not spare the platforms: a rush of hours is played within minutes, and their limits are not.

With them, forty rooms would take forty messages a second, and this would be all that is measured.
Run as `python -m bench.load.unpaced run`.
"""

from adapters.slack import limits as slack
from adapters.telegram import limits as telegram
from bot.cli import main

if __name__ == "__main__":
    slack.paces = lambda order: []
    telegram.paces = lambda order: ()
    main()
