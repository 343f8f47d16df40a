// Times, in the zone and the manner of whoever reads.

import { locale, say } from "/static/words.js";

const DAY = 86_400_000;
const kept = new Map();

function format(name, options) {
  const key = `${locale()} ${name}`;
  if (!kept.has(key)) kept.set(key, new Intl.DateTimeFormat(locale(), options));
  return kept.get(key);
}

/** Hour and minute. */
export function clock(at) {
  return format("clock", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** Day and time in full, for the title of a short one. */
export function exactly(at) {
  return format("exactly", { dateStyle: "full", timeStyle: "short" }).format(at);
}

/** The day as people call it: today, yesterday, or its date. */
export function day(at) {
  const days = Math.round((midnight(new Date()) - midnight(at)) / DAY);
  if (days === 0) return say("when.today");
  if (days === 1) return say("when.yesterday");
  const year = at.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
  return format(`day${year.year ?? ""}`, { month: "long", day: "numeric", weekday: "long", ...year }).format(at);
}

/** Day and time, as short as it can be understood. */
export function briefly(at) {
  return sameDay(at, new Date()) ? clock(at) : `${format("short", { month: "short", day: "numeric" }).format(at)} ${clock(at)}`;
}

/** Whether both are on the same day where the reader is. */
export function sameDay(one, other) {
  return midnight(one) === midnight(other);
}

function midnight(at) {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

/** A size that people can read. */
export function size(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: value < 10 && unit ? 1 : 0 }).format(value)} ${units[unit]}`;
}
