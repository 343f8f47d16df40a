// Cards and posts of the bot, with their buttons, menus and date pickers.

import { h } from "/static/dom.js";
import { newId, post } from "./api.js";
import { answered } from "./form.js";
import { confirmed } from "./popover.js";
import { plain, rich } from "./rich.js";
import { toast } from "./toast.js";
import { say } from "/static/words.js";

/** The body of a message (or of the home page); `message` is its number, 0 on the home page. */
export function body(content, message) {
  if (content.kind === "card") return card(content, message);
  if (content.kind === "post") return postBody(content, message);
  if (content.kind === "topic") return h("p", { class: "words topic-head" }, say("topic.begins", { title: content.title }));
  return content.text.length ? h("div", { class: "words" }, rich(content.text)) : null;
}

function postBody(content, message) {
  const words = content.text.length > 0 && h("div", { class: "words" }, rich(content.text));
  return h(
    "div",
    { class: content.author ? "post carried" : "post" },
    content.label && h("p", { class: "post-label" }, content.label),
    content.author && h("p", { class: "post-author" }, content.author),
    words,
    controls(content.controls, message),
    content.footer && h("p", { class: "small-print" }, content.footer),
  );
}

function card(content, message) {
  return h(
    "article",
    { class: "card", "aria-label": content.title },
    h("h3", {}, content.title),
    content.text.length > 0 && h("div", { class: "words" }, rich(content.text)),
    content.rows.length > 0 && h("dl", { class: "card-rows" }, content.rows.map(row)),
    content.sections.map((section) => part(section, message)),
    controls(content.controls, message),
    content.footer && h("p", { class: "small-print" }, content.footer),
  );
}

// A value of more characters than this gets a line of its own.
const WIDE = 22;

function row({ label, value }) {
  const words = plain(value).trim();
  return h("div", { class: words.length > WIDE ? "wide" : false }, h("dt", {}, label), h("dd", {}, words ? rich(value) : "–"));
}

function part(section, message) {
  return h(
    "section",
    { class: "card-part" },
    section.heading && h("h4", {}, section.heading),
    section.text.length > 0 && h("div", { class: "words" }, rich(section.text)),
    controls(section.controls, message),
  );
}

function controls(list, message) {
  if (!list?.length) return null;
  return h("div", { class: "controls" }, list.map((control, at) => CONTROLS[control.type](control, message, at)));
}

// Where focus returns to when the card is drawn anew.
const focusKey = (control, at) => ({ focus: `${control.action ?? "link"}:${control.value ?? ""}:${at}` });

const CONTROLS = {
  link: (control, message, at) =>
    h(
      "a",
      { class: `button ${control.style}`, href: control.url || "#", target: "_blank", rel: "noopener noreferrer", dataset: focusKey(control, at) },
      control.label,
    ),
  button: (control, message, at) => {
    const press = async (event) => {
      const button = event.currentTarget;
      if (control.confirm && !(await confirmed(control.confirm, control.label, control.style === "danger"))) return;
      await send(button, control, message, control.value);
    };
    return h("button", { type: "button", class: `button ${control.style}`, dataset: focusKey(control, at), on: { click: press } }, control.label);
  },
  menu: (control, message, at) => {
    const options = control.choices.map((choice) => h("option", { value: choice.value, selected: choice.value === control.chosen }, choice.label));
    const known = control.choices.some((choice) => choice.value === control.chosen);
    const blank = h("option", { value: "", disabled: true, selected: !known }, control.label);
    const change = (event) => event.currentTarget.value && send(event.currentTarget, control, message, event.currentTarget.value);
    const menu = h("select", { "aria-label": control.label, dataset: focusKey(control, at), on: { change } }, blank, options);
    return h("label", { class: "pick" }, known && h("span", { class: "pick-label", "aria-hidden": "true" }, control.label), menu);
  },
  date: (control, message, at) => {
    const change = (event) => event.currentTarget.value && send(event.currentTarget, control, message, event.currentTarget.value);
    const input = h("input", { type: "date", value: control.chosen, "aria-label": control.label, dataset: focusKey(control, at), on: { change } });
    return h("label", { class: "pick" }, h("span", { class: "pick-label", "aria-hidden": "true" }, control.label), input);
  },
};

/** Tell the bot; until it answers the control can't be used again. */
async function send(control, { action, subject }, message, value) {
  if (control.getAttribute("aria-busy") === "true") return;
  control.setAttribute("aria-busy", "true");
  try {
    answered(await post("/chat/api/press", { id: newId(), message: message ? String(message) : "", action, subject, value }));
  } catch (problem) {
    toast(problem.passing ? say("form.try_again") : problem.message, "problem");
  } finally {
    control.removeAttribute("aria-busy");
  }
}
