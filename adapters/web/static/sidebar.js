// The list of rooms: the bot first, then rooms with their topics, then persons. Arrow keys move in it.

import { fill, h, icon } from "/static/dom.js";
import { say } from "/static/words.js";
import { post } from "./api.js";
import { avatar, roleOf } from "./people.js";
import { close, popover } from "./popover.js";
import { on, state, unreadAt, unreadIn } from "./store.js";
import { toast } from "./toast.js";

const ICONS = { lobby: "hash", intake: "inbox", team: "lock", joint: "lock" };

/** Draws the list into `nav`; `go` leads to a view. */
export function mountSidebar(nav, go) {
  const draw = () => fill(nav, groups(go));
  for (const topic of ["rooms", "unread", "view", "me"]) on(topic, draw);
  nav.addEventListener("keydown", steer);
  draw();
}

function groups(go) {
  const focused = document.activeElement?.dataset?.entry;
  if (focused) queueMicrotask(() => document.querySelector(`[data-entry="${CSS.escape(focused)}"]`)?.focus());
  const bots = state.rooms.filter((room) => room.kind === "bot");
  const rooms = state.rooms.filter((room) => ICONS[room.kind]);
  const directs = state.rooms.filter((room) => room.kind === "direct");
  return [
    h("ul", { class: "rooms" }, bots.map((room) => roomEntry(room, go)), homeEntry(go)),
    group(say("sidebar.rooms"), rooms.flatMap((room) => [roomEntry(room, go), ...room.topics.map((topic) => topicEntry(room, topic, go))])),
    (directs.length > 0 || state.me.staff) && group(say("sidebar.directs"), directs.map((room) => roomEntry(room, go)), state.me.staff && newDirect(go)),
  ];
}

function group(title, entries, extra) {
  const id = `group-${title}`;
  return h("section", { "aria-labelledby": id }, h("h2", { id, class: "group-title" }, title, extra), h("ul", { class: "rooms" }, entries));
}

function entry({ name, face, label, unread, current, press, style = "" }) {
  const badge = unread.count > 0 && h("span", { class: unread.mentioned ? "badge loud" : "badge" }, unread.count > 99 ? "99+" : unread.count);
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: ["room", unread.count > 0 && "unread", style].filter(Boolean).join(" "),
        "aria-current": current ? "page" : false,
        "aria-label": unread.count > 0 ? say("sidebar.unread", { name: label, count: unread.count }) : false,
        dataset: { entry: name },
        on: { click: press },
      },
      face,
      h("span", { class: "room-name" }, label),
      badge,
    ),
  );
}

function roomEntry(room, go) {
  const { view } = state;
  const alone = room.kind === "bot" || room.kind === "direct";
  return entry({
    name: room.id,
    face: alone ? avatar(room.other, room.title) : icon(ICONS[room.kind]),
    label: room.title,
    unread: unreadIn(room.id),
    current: !view.home && view.room === room.id && !view.topic,
    press: () => go({ room: room.id }),
  });
}

function topicEntry(room, topic, go) {
  return entry({
    name: `${room.id}/${topic.ref}`,
    face: icon("ticket"),
    label: topic.title,
    unread: unreadAt(room.id, topic.ref),
    current: state.view.room === room.id && state.view.topic === topic.ref,
    press: () => go({ room: room.id, topic: topic.ref }),
    style: "topic",
  });
}

function homeEntry(go) {
  return entry({ name: "home", face: icon("home"), label: say("home.title"), unread: { count: 0 }, current: state.view.home, press: () => go({ home: true }) });
}

function newDirect(go) {
  const press = (event) => popover(event.currentTarget, people(go), { label: say("sidebar.new_direct") });
  return h("button", { type: "button", class: "icon-button small", "aria-label": say("sidebar.new_direct"), title: say("sidebar.new_direct"), "aria-haspopup": "dialog", on: { click: press } }, icon("plus"));
}

function people(go) {
  const others = [...state.people.values()].filter((person) => person.active && person.user !== state.me.user);
  const talk = async (user) => {
    close();
    try {
      const { room } = await post("/chat/api/directs", { user });
      go({ room });
    } catch (problem) {
      toast(problem.message, "problem");
    }
  };
  const rows = others.map((person) =>
    h("button", { type: "button", class: "menu-entry", on: { click: () => talk(person.user) } }, avatar(person.user), h("span", {}, person.name), h("span", { class: "suggest-about" }, roleOf(person.user))),
  );
  return h("div", { class: "menu tall" }, h("p", { class: "menu-title" }, say("sidebar.new_direct")), rows);
}

function steer(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const entries = [...event.currentTarget.querySelectorAll(".room")];
  const at = entries.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  entries[(at + step + entries.length) % entries.length].focus();
}
