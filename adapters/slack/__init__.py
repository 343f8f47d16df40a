"""Slack: events and interactions in, Block Kit out, over HTTP or Socket Mode.

The rooms: `adapter` puts everything together. In: `webhook` and `sockets` receive, `receiving` stores before it
acknowledges, `answers` replies within the request, `inbound` (with `messages` and `interactions`) says what a payload
means. Out: `sending` carries out orders, `outbound` (with `rich_text`, `mrkdwn`, `forms`) renders views, `limits` knows
sizes and paces. Beneath: `client` calls Slack, `failures` says what its errors mean, `directory` knows people, `rights`
what Baton asks for, `checks` what is wrong with a set-up.
"""
