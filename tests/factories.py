"""Small builders for what many tests begin with."""

from pathlib import Path

TEAM_FILE = """
[workspace]
name = "Aurora"
locale = "zh-CN"
timezone = "Asia/Shanghai"
default_policies = false

[[teams]]
key = "support"
name = "客服部"
aliases = ["客服", "support"]
lead = "wang"
{support}

[[teams]]
key = "tech"
name = "技术部"
aliases = ["技术"]
{tech}

[[people]]
key = "lin"
name = "林晓"
role = "agent"
teams = ["support"]
slack = "U0LIN"
telegram = "1001"

[[people]]
key = "chen"
name = "陈曦"
role = "agent"
teams = ["support"]
slack = "U0CHEN"
telegram = "1002"

[[people]]
key = "wang"
name = "王芳"
role = "supervisor"
teams = ["support"]
slack = "U0WANG"
telegram = "1003"

[[people]]
key = "zhao"
name = "赵磊"
role = "technician"
teams = ["tech"]
slack = "U0ZHAO"
telegram = "1004"

[[people]]
key = "ana"
name = "何静"
role = "analyst"
slack = "U0ANA"

[[people]]
key = "root"
name = "管理员"
role = "admin"
slack = "U0ROOT"
"""

SLACK_ROOMS = {
    "support": 'slack_channel = "C0SUPPORT"\nintake = ["slack:C0HELP"]',
    "tech": 'slack_channel = "C0TECH"',
}


def team_file(folder: Path, *, support: str = "", tech: str = "", more: str = "") -> Path:
    """A team file with the rooms of two teams (lines of TOML) and `more` at its end."""
    path = folder / "baton.toml"
    path.write_text(TEAM_FILE.format(support=support, tech=tech) + more, "utf-8")
    return path
