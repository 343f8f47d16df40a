"""`baton`: the list of commands, and nothing else."""

from importlib.metadata import version

import click

from bot.cli.lazy import LazyGroup

COMMANDS = {
    "run": ("run", "Migrate the database and start Baton."),
    "check": ("check", "Say what is wrong with configuration, database, tokens and team file."),
    "migrate": ("migrate", "Bring the database to this version's schema."),
    "config": ("config", "Apply or export the team file."),
    "people": ("people", "List, add, disable or enable people."),
    "kb": ("kb", "Import, export and search articles of the knowledge base."),
    "chat": ("chat", "Sign-in links for the built-in chat."),
    "bench": ("bench", "Measure events per second on both databases (in a checkout)."),
    "dlq": ("dlq", "Look after what could not be handled or delivered."),
    "backup": ("backup", "Write the whole database to a file, while Baton runs."),
    "restore": ("restore", "Read a backup into a database."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("baton-chat"), prog_name="baton")
def main() -> None:
    """Baton (接力): a ticket assistant that lives in your team's chat.

    Settings come from the environment and from .env; `baton check` explains what is missing.
    """
