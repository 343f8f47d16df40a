"""The built-in chat: its markup, its rules, its HTTP, its memory."""
