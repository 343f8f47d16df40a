"""`python -m bot` is the same as `baton`."""

from bot.cli.root import main

if __name__ == "__main__":
    main(prog_name="baton")
