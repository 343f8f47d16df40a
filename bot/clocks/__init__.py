"""Clocks: what must happen by when, how each due time came about, and which step of its policy falls due."""
