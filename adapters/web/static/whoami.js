// Who sits here: the switch between persons of a demonstration, language, light and dark, quiet from the bot, leaving.

import { fill, h, icon } from "/static/dom.js";
import { locale, say } from "/static/words.js";
import { newId, post } from "./api.js";
import { avatar, roleOf } from "./people.js";
import { close, popover } from "./popover.js";
import { on, state } from "./store.js";
import { toast } from "./toast.js";

const THEMES = ["auto", "light", "dark"];
const ROLES = ["customer", "agent", "technician", "supervisor", "analyst", "admin"];

/** Draws the foot of the sidebar. `become` changes the person, `speak` the language. */
export function mountWhoami(foot, { become, speak }) {
  const draw = () => fill(foot, whoButton(become), settingsButton(speak));
  on("me", draw);
  draw();
}

function whoButton(become) {
  const { me } = state;
  const inside = [
    avatar(me.user),
    h("span", { class: "who-text" }, h("span", { class: "who-name" }, me.name), h("span", { class: "who-role" }, roleOf(me.user))),
    state.demo && icon("swap"),
  ];
  if (!state.demo) return h("div", { class: "who" }, inside);
  const press = (event) => popover(event.currentTarget, persons(become), { label: say("who.switch") });
  return h("button", { type: "button", class: "who", id: "who", "aria-haspopup": "dialog", "aria-label": say("who.now", { name: me.name }), on: { click: press } }, inside);
}

function persons(become) {
  const everybody = [...state.people.values()].filter((person) => person.active);
  const groups = ROLES.map((role) => {
    const some = everybody.filter((person) => person.role === role);
    return some.length > 0 && h("section", {}, h("p", { class: "menu-title" }, say(`role.${role}`)), some.map((person) => personEntry(person, become)));
  });
  return h("div", { class: "menu tall persons" }, h("p", { class: "menu-about" }, say("who.about")), groups);
}

function personEntry(person, become) {
  const mine = person.user === state.me.user;
  const press = () => {
    close();
    if (!mine) become(person.user);
  };
  return h(
    "div",
    { class: "person-entry" },
    h("button", { type: "button", class: "menu-entry", "aria-current": mine ? "true" : false, autofocus: mine, on: { click: press } }, avatar(person.user), h("span", {}, person.name), mine && icon("check")),
    h("a", { class: "icon-button", href: `/chat?as=${encodeURIComponent(person.user)}`, target: "_blank", rel: "noopener", "aria-label": say("who.window", { name: person.name }), title: say("who.window", { name: person.name }) }, icon("window")),
  );
}

function settingsButton(speak) {
  const press = (event) => popover(event.currentTarget, settings(speak), { label: say("settings.title") });
  return h("button", { type: "button", class: "icon-button", "aria-label": say("settings.title"), title: say("settings.title"), "aria-haspopup": "dialog", on: { click: press } }, icon("settings"));
}

function settings(speak) {
  const languages = { "zh-CN": "简体中文", "zh-TW": "繁體中文", en: "English" };
  const theme = document.documentElement.dataset.theme;
  return h(
    "div",
    { class: "menu settings" },
    choice(say("settings.language"), Object.entries(languages), locale(), (tag) => {
      close();
      speak(tag);
    }),
    choice(say("settings.theme"), THEMES.map((name) => [name, say(`settings.theme_${name}`)]), theme, dress),
    h("button", { type: "button", class: "menu-entry", "aria-pressed": state.me.blocked ? "true" : "false", on: { click: quiet } }, say(state.me.blocked ? "settings.let_in" : "settings.shut_out")),
    !state.demo && h("button", { type: "button", class: "menu-entry", on: { click: leave } }, icon("leave"), say("settings.leave")),
  );
}

function choice(title, options, chosen, choose) {
  const buttons = options.map(([value, label]) => {
    const press = (event) => {
      for (const other of event.currentTarget.parentElement.children) other.setAttribute("aria-pressed", String(other === event.currentTarget));
      choose(value);
    };
    return h("button", { type: "button", class: "segment", lang: value.includes("zh") ? value : false, "aria-pressed": value === chosen ? "true" : "false", on: { click: press } }, label);
  });
  return h("div", { class: "choice", role: "group", "aria-label": title }, h("p", { class: "menu-title" }, title), h("div", { class: "segments" }, buttons));
}

function dress(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("baton.theme", theme);
  } catch {
    // It holds for this page then.
  }
}

async function quiet() {
  close();
  const blocked = !state.me.blocked;
  try {
    await post("/chat/api/me", { id: newId(), blocked });
    state.me.blocked = blocked;
    toast(say(blocked ? "settings.shut_out_done" : "settings.let_in_done"));
  } catch (problem) {
    toast(problem.message, "problem");
  }
}

async function leave() {
  await fetch("/chat/leave", { method: "POST", headers: { "x-baton": "chat" } });
  location.assign("/chat");
}
