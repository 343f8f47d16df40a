// What may be meant while somebody types: names after @, commands after / at the beginning.

import { fill, h } from "/static/dom.js";
import { say } from "/static/words.js";
import { avatar, roleOf } from "./people.js";
import { state } from "./store.js";

const MOST = 8;
let serial = 0;

/** Suggestions for a text area; `at` is the element above which they appear. */
export class Suggestions {
  constructor(input, at) {
    serial += 1;
    this.input = input;
    this.items = [];
    this.chosen = 0;
    this.list = h("ul", { class: "suggestions", role: "listbox", id: `suggestions-${serial}`, "aria-label": say("suggest.label"), hidden: true });
    at.append(this.list);
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
  }

  get open() {
    return !this.list.hidden;
  }

  /** Look at what stands before the caret. */
  update() {
    const before = this.input.value.slice(0, this.input.selectionStart);
    const command = before.match(/^\/([^\s/]*)$/u);
    const name = before.match(/(?:^|[^A-Za-z0-9])@([^\s@]{0,24})$/u);
    if (command) this.offer(commands(command[1]), command[1].length + 1);
    else if (name) this.offer(names(name[1]), name[1].length + 1);
    else this.hide();
  }

  offer(items, length) {
    this.items = items;
    this.length = length;
    this.chosen = 0;
    if (items.length) this.draw();
    else this.hide();
  }

  draw() {
    const options = this.items.map((item, at) =>
      h(
        "li",
        {
          id: `${this.list.id}-${at}`,
          role: "option",
          "aria-selected": at === this.chosen ? "true" : "false",
          on: { pointerdown: (event) => this.press(event, at) },
        },
        item.face,
        h("span", { class: "suggest-name" }, item.label),
        h("span", { class: "suggest-about" }, item.about),
      ),
    );
    fill(this.list, options);
    this.list.hidden = false;
    this.list.children[this.chosen].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.chosen}`);
  }

  press(event, at) {
    event.preventDefault();
    this.chosen = at;
    this.take();
  }

  hide() {
    this.list.hidden = true;
    this.input.removeAttribute("aria-activedescendant");
  }

  /** Keys while suggestions are open; true when the key was meant for them. */
  key(event) {
    if (!this.open) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.chosen = (this.chosen + step + this.items.length) % this.items.length;
      this.draw();
    } else if (event.key === "Enter" || event.key === "Tab") this.take();
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  take() {
    const caret = this.input.selectionStart;
    const text = `${this.items[this.chosen].text} `;
    this.input.setRangeText(text, caret - this.length, caret, "end");
    this.hide();
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function commands(typed) {
  const wanted = typed.toLowerCase();
  return state.commands
    .filter((command) => command.word.toLowerCase().startsWith(wanted) || command.english.startsWith(wanted))
    .slice(0, 20)
    .map((command) => ({ text: `/${command.word}`, label: `/${command.word}`, about: command.does }));
}

function names(typed) {
  const wanted = typed.toLowerCase();
  const bot = { user: state.bot, name: "Baton", role: say("role.bot") };
  const everybody = [bot, ...[...state.people.values()].filter((person) => person.active && person.user !== state.me.user)];
  return everybody
    .filter((person) => person.name.toLowerCase().includes(wanted) || person.user.toLowerCase().startsWith(wanted))
    .slice(0, MOST)
    .map((person) => ({
      text: `@${person.name}`,
      label: person.name,
      about: person.user === state.bot ? person.role : roleOf(person.user),
      face: avatar(person.user),
    }));
}
