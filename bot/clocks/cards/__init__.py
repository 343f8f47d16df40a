"""Clocks as people see them: rows on other cards, and the answer to `why`. Data in, views out."""
