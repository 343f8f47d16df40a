"""Gateways to people outside chat: mail, SMS, robots of WeCom, DingTalk and Feishu, webhooks; all through Apprise.

`adapter` (an order becomes a delivery), `channels` (what each channel takes), `endpoints` (addresses and what is secret
in them), `rendering` (a view as words, pure), `sending` (Apprise in a thread, with a limit), `wire` (what really
happened on the network, which Apprise does not tell), `verdicts` (what that means for the order, pure).
"""
