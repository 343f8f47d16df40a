"""Slack: events and interactions in, Block Kit out, over HTTP or Socket Mode."""
