// Faces: initials on a colour that belongs to the person, and the bot's own sign.

import { h } from "/static/dom.js";
import { say } from "/static/words.js";
import { nameOf, state } from "./store.js";

// Even steps around the wheel, light enough for dark letters in both themes.
const HUES = [12, 38, 62, 96, 140, 168, 196, 222, 252, 282, 312, 340];

/** A person's picture. Decoration: the name always stands beside it. */
export function avatar(user, name = "", large = false) {
  const size = large ? "avatar large" : "avatar";
  if (user === state.bot) {
    return h("img", { class: `${size} bot`, src: "/static/baton.svg", alt: "", width: large ? 44 : 36, height: large ? 44 : 36 });
  }
  const face = h("span", { class: size, "aria-hidden": "true" }, initials(nameOf(user, name)));
  face.style.setProperty("--hue", HUES[hash(user) % HUES.length]);
  return face;
}

/** Chinese names are called by their last two characters, others by their initials. */
function initials(name) {
  const tidy = name.replace(/[(（].*$/u, "").trim();
  const han = tidy.match(/\p{Script=Han}/gu);
  if (han) return han.slice(-2).join("");
  const parts = tidy.split(/[\s._-]+/u).filter(Boolean);
  return parts.length ? parts.slice(0, 2).map((part) => [...part][0].toUpperCase()).join("") : "?";
}

function hash(text) {
  let sum = 7;
  for (const character of text) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return sum;
}

/** What somebody is to the house, in the reader's language. */
export function roleOf(user) {
  const person = state.people.get(user);
  return person ? say(`role.${person.role}`) : "";
}
