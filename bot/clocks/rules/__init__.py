"""Policies and clocks: what must happen by when. Pure: no clock of its own, no storage.

`policy` says what is wanted and which policy is chosen, `time` counts running time, `clock` is one deadline with all
that happened to it, `trace` explains how its due time came about.
"""

from bot.clocks.rules.clock import (
    Change,
    Clock,
    Extension,
    Fall,
    Fired,
    Outcome,
    Timetable,
    falling_due,
    next_due,
    overrun,
    settled,
    timetable,
)
from bot.clocks.rules.policy import Choice, Measure, Policy, Step, Subject, chosen, never_chosen
from bot.clocks.rules.time import Pause, before, reach, running_time
from bot.clocks.rules.trace import Leg, Stretch, Trace, margin, trace, whole_seconds

__all__ = [
    "Change",
    "Choice",
    "Clock",
    "Extension",
    "Fall",
    "Fired",
    "Leg",
    "Measure",
    "Outcome",
    "Pause",
    "Policy",
    "Step",
    "Stretch",
    "Subject",
    "Timetable",
    "Trace",
    "before",
    "chosen",
    "falling_due",
    "margin",
    "never_chosen",
    "next_due",
    "overrun",
    "reach",
    "running_time",
    "settled",
    "timetable",
    "trace",
    "whole_seconds",
]
