"""`python -m tests.fuzz.commands --seconds 30`: look for an input that breaks the grammar.

Atheris instruments the readers, and grows its inputs by what they make the code do. What it finds is written to
`tests/fuzz/corpus/`, where `test_corpus.py` keeps trying it for ever.
"""

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path
from types import ModuleType

CORPUS = Path(__file__).parent / "corpus"
READERS = ["bot.chat.words", "bot.chat.text", "bot.collab.times", "bot.collab.arguments", "bot.duty.arguments",
           "bot.durations", "bot.language.numerals", "bot.tickets.arguments", "adapters.web.markup",
           "adapters.slack.mrkdwn"]  # fmt: skip
LONGEST = 256  # bytes; commands are short, and what is long is in the property tests


def fuzz(atheris: ModuleType, seconds: int) -> None:
    """Try inputs until the time is over; ends the process, with a failure as soon as one is found."""
    with atheris.instrument_imports(include=READERS):
        from tests.fuzz.grammar import understood

    def tried(data: bytes) -> None:
        try:
            understood(data)
        except BaseException:
            name = hashlib.sha256(data).hexdigest()[:12]
            (CORPUS / f"found-{name}").write_bytes(data)
            print(f"tests/fuzz/corpus/found-{name}: {data!r}", file=sys.stderr)
            raise

    with tempfile.TemporaryDirectory(prefix="baton-fuzz-") as grown:
        limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=5"]
        options = [*limits, "-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={grown}/"]
        atheris.Setup([sys.argv[0], *options, grown, str(CORPUS)], tried)
        atheris.Fuzz()


def main() -> int:
    """0 if nothing was found, or where there is no Atheris for this Python; that is said aloud."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.commands", description=__doc__)
    parser.add_argument("--seconds", type=int, default=30)
    seconds = parser.parse_args().seconds
    try:
        import atheris
    except ImportError as problem:
        print(f"SKIPPED: no coverage-guided fuzzing: {problem} (Atheris has no wheel for this Python)", file=sys.stderr)
        return 0
    fuzz(atheris, seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
