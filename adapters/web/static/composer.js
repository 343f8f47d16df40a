// Where people write. Enter sends (on a phone it breaks the line), Shift+Enter breaks the line, an arrow up edits the last.

import { fill, h, icon, iconButton } from "/static/dom.js";
import { say } from "/static/words.js";
import { newId, post, upload } from "./api.js";
import { answered } from "./form.js";
import { send } from "./outgoing.js";
import { Suggestions } from "./suggest.js";
import { put, state } from "./store.js";
import { toast } from "./toast.js";
import { size } from "./when.js";

const touch = matchMedia("(pointer: coarse)");
const NEAR_LIMIT = 0.95;

/** An input for one place. `hooks.lastOwn` finds the message that an arrow up edits. */
export class Composer {
  constructor(hooks) {
    this.hooks = hooks;
    this.files = [];
    this.input = h("textarea", { rows: 1, enterkeyhint: touch.matches ? "enter" : "send", spellcheck: true });
    this.chooser = h("input", { type: "file", multiple: true, hidden: true, tabindex: -1, on: { change: () => this.chosen() } });
    this.button = iconButton("send", say("composer.send"), () => this.submit(), { class: "icon-button send" });
    this.tray = h("div", { class: "tray", hidden: true });
    this.notice = h("div", { class: "composer-notice", hidden: true });
    const box = h(
      "div",
      { class: "composer-box" },
      this.tray,
      h("div", { class: "composer-row" }, iconButton("attach", say("composer.attach"), () => this.chooser.click()), this.input, this.button),
    );
    this.element = h("div", { class: "composer" }, this.notice, box, this.chooser);
    this.suggestions = new Suggestions(this.input, box);
    this.listen(box);
  }

  listen(box) {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("click", () => this.suggestions.update());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("paste", (event) => {
      if (event.clipboardData?.files.length) this.add([...event.clipboardData.files]);
    });
    box.addEventListener("dragover", (event) => event.preventDefault());
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      this.add([...event.dataTransfer.files]);
    });
  }

  /** Write to this place; what was begun there before is still there. */
  show(room, thread, label) {
    this.place = { room, thread };
    this.editing = null;
    this.files = [];
    this.input.setAttribute("aria-label", label);
    this.input.setAttribute("placeholder", label);
    this.input.value = this.draft();
    this.button.setAttribute("aria-label", say("composer.send"));
    this.drawTray();
    this.tell();
    this.typed(false);
  }

  focus() {
    this.input.focus();
  }

  /** Put words in, as if they had been typed. */
  fillIn(words) {
    this.input.value = words;
    this.typed();
    this.focus();
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method is at work: Enter belongs to it
    if (this.suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && (!touch.matches || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "ArrowUp" && !this.input.value) {
      const last = this.hooks.lastOwn();
      if (last) {
        event.preventDefault();
        this.edit(last);
      }
    } else if (event.key === "Escape" && this.editing) {
      event.stopPropagation();
      this.stopEditing();
    }
  }

  typed(suggest = true) {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 220)}px`;
    if (!this.editing) this.keepDraft();
    const over = this.input.value.length - state.limits.text;
    if (over > 0 || this.input.value.length > state.limits.text * NEAR_LIMIT) this.tell(say("composer.length", { length: this.input.value.length, limit: state.limits.text }));
    else if (!this.editing) this.tell();
    this.button.disabled = !this.input.value.trim() && !this.files.length;
    if (suggest) this.suggestions.update();
  }

  submit() {
    const text = this.input.value;
    if (this.files.some((file) => !file.ref)) return toast(say("composer.uploading"));
    if (!text.trim() && !this.files.length) return undefined;
    if (text.length > state.limits.text) return this.tell(say("composer.length", { length: text.length, limit: state.limits.text }));
    if (this.editing) return this.saveEdit(text);
    const command = text.match(/^\/(\S+)\s*([\s\S]*)$/u);
    if (command && !this.files.length && this.hooks.takesCommands()) return this.command(text, command[1], command[2]);
    send({ ...this.place, text, files: this.files.map((file) => file.stored) });
    this.files = [];
    this.drawTray();
    return this.empty();
  }

  empty() {
    this.input.value = "";
    this.typed();
    this.focus();
  }

  async command(whole, word, text) {
    this.input.disabled = true;
    try {
      answered(await post("/chat/api/command", { id: newId(), ...this.place, word, text }));
      this.input.disabled = false;
      this.empty();
    } catch (problem) {
      this.input.disabled = false;
      this.fillIn(whole);
      toast(problem.passing ? say("form.try_again") : problem.message, "problem");
    }
  }

  /** Change a message of one's own. */
  edit(message) {
    this.editing = message;
    this.button.setAttribute("aria-label", say("composer.save"));
    this.tell(say("composer.editing"), h("button", { type: "button", class: "link-button", on: { click: () => this.stopEditing() } }, say("form.cancel")));
    this.fillIn(message.body.source ?? "");
  }

  stopEditing() {
    this.editing = null;
    this.button.setAttribute("aria-label", say("composer.send"));
    this.tell();
    this.fillIn(this.draft());
  }

  async saveEdit(text) {
    const message = this.editing;
    try {
      const { message: now } = await post(`/chat/api/messages/${message.id}/edit`, { id: newId(), text });
      put(now);
      this.stopEditing();
    } catch (problem) {
      this.tell(problem.passing ? say("form.try_again") : problem.message);
    }
  }

  tell(words = "", button = null) {
    this.notice.hidden = !words;
    fill(this.notice, words && h("span", { role: "status" }, words), button);
  }

  draftName() {
    return `baton.draft.${state.me.user}.${this.place.room}.${this.place.thread}`;
  }

  draft() {
    try {
      return sessionStorage.getItem(this.draftName()) ?? "";
    } catch {
      return "";
    }
  }

  keepDraft() {
    try {
      if (this.input.value) sessionStorage.setItem(this.draftName(), this.input.value);
      else sessionStorage.removeItem(this.draftName());
    } catch {
      // Without storage a draft lives as long as the page.
    }
  }

  chosen() {
    this.add([...this.chooser.files]);
    this.chooser.value = "";
  }

  add(files) {
    for (const file of files) {
      if (this.files.length >= state.limits.files) return toast(say("composer.too_many", { limit: state.limits.files }), "problem");
      if (file.size > state.limits.file) toast(say("composer.too_large", { name: file.name, size: size(file.size), limit: size(state.limits.file) }), "problem");
      else this.take(file);
    }
    return this.focus();
  }

  async take(file) {
    const entry = { name: file.name, size: file.size, share: 0, ref: "" };
    this.files.push(entry);
    this.drawTray();
    try {
      entry.stored = await upload(file, (share) => {
        entry.share = share;
        this.drawTray();
      });
      entry.ref = entry.stored.ref;
    } catch (problem) {
      this.files = this.files.filter((other) => other !== entry);
      toast(problem.passing ? say("composer.upload_failed", { name: file.name }) : problem.message, "problem");
    }
    this.drawTray();
    this.typed(false);
  }

  drawTray() {
    this.tray.hidden = this.files.length === 0;
    fill(this.tray, this.files.map((file) => this.chip(file)));
  }

  chip(file) {
    const drop = () => {
      this.files = this.files.filter((other) => other !== file);
      this.drawTray();
      this.typed(false);
      this.focus();
    };
    const bar = !file.ref && h("progress", { max: 1, value: String(file.share), "aria-label": say("composer.uploading") });
    return h("span", { class: "chip" }, icon("file"), h("span", { class: "file-name" }, file.name), bar || h("span", { class: "file-size" }, size(file.size)), iconButton("close", say("composer.drop_file", { name: file.name }), drop));
  }
}
