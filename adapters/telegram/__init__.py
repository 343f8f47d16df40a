"""Telegram: python-telegram-bot as a library, our own receiving loop, HTML out.

Five rooms: `adapter` (connect, receive, deliver), `inbound` (update to events, pure), `outbound` (view to HTML and
keyboard, pure), `limits` (sizes and how we cut), `client` (a call of the Bot API and what its failure means).
"""

PLATFORM = "telegram"
