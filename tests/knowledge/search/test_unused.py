"""A Baton without articles does not pay for the engine: it starts within a second and stays small. Covers G3."""

import subprocess
import sys


def test_without_articles_no_array_is_made() -> None:
    """In a process of its own, for here numpy is long loaded."""
    program = """
import sys
from bot.knowledge.library import Library
library = Library()
assert library.search("退款", limit=3, staff=True).hits == ()
library.foresee("refund", limit=3, staff=False)
assert not len(library.shelf.index) and not library.shelf.index.merge_is_due
print("numpy" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
