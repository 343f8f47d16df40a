"""What Baton asks for in a Slack workspace. `manifests/slack.yaml` asks for exactly this; `baton check` compares."""

# Bot scopes, and what each is for (docs.slack.dev/reference/scopes).
SCOPES = {
    "app_mentions:read": "hear when somebody mentions the bot",
    "channels:history": "hear messages in public channels it is in; read the one that a reaction is about",
    "channels:join": "join a public channel that it has to post in",
    "channels:read": "names of public channels; being added, removed, archived",
    "chat:write": "post, change and take back its own messages",
    "commands": "slash commands and shortcuts",
    "files:read": "fetch attachments",
    "files:write": "carry attachments to the other side, and take them back",
    "groups:history": "the same as channels:history, in private channels it is in",
    "groups:read": "the same as channels:read, for private channels it is in",
    "groups:write": "open a private channel for two departments, bring their people in, archive it",
    "im:history": "hear direct messages",
    "im:write": "open a direct conversation",
    "mpim:history": "the same as channels:history, in group conversations it is in",
    "reactions:read": "hear the reaction that opens a ticket",
    "users:read": "names and languages of people",
    "users:read.email": "join accounts of one person by their e-mail address",
}

# Events, and which scopes let the bot have each: one of them, for the conversations that it covers
# (docs.slack.dev/reference/events; `message.*` are the subscriptions to `message` by kind of conversation).
EVENTS = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "channel_archive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_id_changed": ("channels:read", "groups:read"),
    "channel_left": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_left": ("groups:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
}

# The command under which all others can be typed: `/baton mine`.
UMBRELLA = "baton"
# Slash commands; all but the first are words of Baton's own.
COMMANDS = (UMBRELLA, "ticket", "collab", "kb")
# Shortcuts by their name in the manifest: in which menu they stand, and what they mean.
SHORTCUTS = {
    "ticket_open": ("message", "ticket.open"),
    "ticket_new": ("global", "ticket.open"),
    "kb_write": ("message", "kb.new"),
}
