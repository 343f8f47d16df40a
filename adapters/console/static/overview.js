// The open tickets by column. The server says when something happened; then the figures are read again.

import { fill, h } from "/static/dom.js";
import { locale, say, useWords } from "/static/words.js";

const board = document.getElementById("board");
const link = document.getElementById("link");
const query = keyless();
let shown = null;

/** What was asked for in the address. The sign-in link's key has done its work: it stays in no history. */
function keyless() {
  const asked = new URLSearchParams(location.search);
  if (asked.has("key")) {
    asked.delete("key");
    history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
  }
  return asked.size ? `?${asked}` : "";
}

async function draw() {
  const response = await fetch(`/overview${query}`, { headers: { accept: "application/json" } });
  if (response.status === 401) return refuse();
  if (!response.ok) return undefined;
  shown = await response.json();
  useWords(shown.locale, shown.words);
  return redraw();
}

function redraw() {
  board.removeAttribute("aria-busy");
  fill(board, shown.columns.map(column));
  board.style.setProperty("--columns", shown.columns.length);
}

function refuse() {
  board.removeAttribute("aria-busy");
  fill(board, h("p", { class: "note" }, board.dataset.refused));
  source.close();
}

function column({ key, title, count, oldest, tickets }) {
  const id = `column-${key}`;
  const since = oldest && h("p", { class: "since" }, say("oldest", { at: ago(oldest) }));
  const hidden = count - tickets.length;
  return h(
    "section",
    { class: `column ${key}`, "aria-labelledby": id },
    h("header", {}, h("h2", { id }, title), h("span", { class: "count", "aria-label": say("count", { count }) }, count), since),
    count === 0 && h("p", { class: "empty" }, say("empty")),
    h("ul", {}, tickets.map(ticket)),
    hidden > 0 && tickets.length > 0 && h("p", { class: "since" }, say("more", { count: hidden })),
  );
}

function ticket(item) {
  const pressing = item.priority === "urgent" || item.priority === "high";
  return h(
    "li",
    { class: `ticket ${item.priority}` },
    h("p", { class: "line" }, h("span", { class: "reference" }, item.reference), pressing && h("span", { class: "priority" }, item.priorityName), h("span", { class: "age" }, ago(item.opened))),
    h("h3", {}, item.title),
    h("p", { class: "line" }, h("span", { class: item.assignee ? "" : "nobody" }, item.assignee || say("nobody")), h("span", {}, item.team), item.due && h("span", {}, say("due", { day: day(item.due) }))),
    h("p", { class: "status" }, item.status),
  );
}

const STEPS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

function ago(at) {
  const seconds = (new Date(at) - Date.now()) / 1000;
  const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.round(seconds / length), unit);
}

function day(date) {
  return new Intl.DateTimeFormat(locale(), { month: "short", day: "numeric", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

const source = new EventSource(`/overview/live${query}`);
source.addEventListener("grown", draw);
source.addEventListener("open", () => fill(link, h("span", { class: "live" }), shown ? say("live") : ""));
source.addEventListener("error", () => shown && fill(link, say("stale")));
setInterval(() => shown && redraw(), 60_000);
draw().then(() => shown && source.readyState === EventSource.OPEN && fill(link, h("span", { class: "live" }), say("live")));
