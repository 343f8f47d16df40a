// Forms of the bot as dialogs: every problem stands at its field, what was typed stays until it is taken.

import { append, h, iconButton } from "/static/dom.js";
import { say } from "/static/words.js";
import { newId, post } from "./api.js";
import { toast } from "./toast.js";

// A text of more characters than this gets more room.
const LONG = 600;
let serial = 0;

/** Show what the bot answers at once to a press, a command or a form: a few words, or a form. */
export function answered(reply) {
  if (reply.toast) toast(reply.toast);
  if (reply.form) openForm(reply.form);
}

/** Ask the form's questions. */
function openForm(form) {
  serial += 1;
  const title = `form-${serial}`;
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": title });
  const notice = h("p", { class: "form-problem", role: "alert", hidden: true });
  const fields = form.fields.map((field) => drawField(field, `${title}-${field.name}`));
  const send = h("button", { type: "submit", class: "button primary" }, form.submit);
  const sheet = h(
    "form",
    { novalidate: true, on: { submit: (event) => submit(event, { form, dialog, fields, notice, send }) } },
    h("div", { class: "dialog-head" }, h("h2", { id: title }, form.title), iconButton("close", say("form.close"), () => dialog.close())),
    h("div", { class: "dialog-body" }, form.intro && h("p", { class: "intro" }, form.intro), notice, fields.map((field) => field.element)),
    h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, say("form.cancel")), send),
  );
  dialog.append(sheet);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  (fields[0]?.first ?? send).focus();
}

async function submit(event, { form, dialog, fields, notice, send }) {
  event.preventDefault();
  if (send.getAttribute("aria-busy") === "true") return;
  send.setAttribute("aria-busy", "true");
  notice.hidden = true;
  try {
    const values = Object.fromEntries(fields.map((field) => [field.name, field.value()]));
    const reply = await post("/chat/api/submit", { id: newId(), token: form.token, values });
    if (reply.errors) return showErrors(fields, notice, reply.errors);
    dialog.close();
    answered(reply);
  } catch (problem) {
    notice.textContent = problem.passing ? say("form.try_again") : problem.message;
    notice.hidden = false;
  } finally {
    send.removeAttribute("aria-busy");
  }
}

function showErrors(fields, notice, errors) {
  for (const field of fields) field.complain(errors[field.name] ?? "");
  const strange = Object.keys(errors).filter((name) => !fields.some((field) => field.name === name));
  notice.textContent = strange.map((name) => errors[name]).join(" ");
  notice.hidden = strange.length === 0;
  fields.find((field) => errors[field.name])?.first.focus();
}

function drawField(field, id) {
  const control = CONTROLS[field.kind](field, id);
  const error = h("p", { class: "field-error", id: `${id}-error` });
  const hint = field.hint && h("p", { class: "field-hint", id: `${id}-hint` }, field.hint);
  const optional = !field.required && h("span", { class: "optional" }, say("form.optional"));
  const group = field.kind === "choices";
  const element = append(h(group ? "fieldset" : "div", { class: "field" }), [
    h(group ? "legend" : "label", group ? {} : { for: id }, field.label, optional),
    control.element,
    hint,
    error,
  ]);
  const described = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" ");
  control.first.setAttribute("aria-describedby", described);
  if (field.required) control.first.setAttribute("aria-required", "true");
  return {
    name: field.name,
    element,
    first: control.first,
    value: control.value,
    complain(sentence) {
      error.textContent = sentence;
      element.classList.toggle("wrong", sentence !== "");
      control.first.setAttribute("aria-invalid", sentence ? "true" : "false");
    },
  };
}

const CONTROLS = {
  line: (field, id) => single(h("input", { type: "text", id, value: field.value, autocomplete: "off" })),
  text: (field, id) => single(h("textarea", { id, rows: field.value.length > LONG ? 14 : 5, value: field.value })),
  date: (field, id) => single(h("input", { type: "date", id, value: field.value })),
  choice: (field, id) => {
    const blank = (!field.required || !field.value) && h("option", { value: "" }, say("form.choose"));
    const options = field.choices.map((choice) => h("option", { value: choice.value, selected: choice.value === field.value }, choice.label));
    return single(h("select", { id }, blank, options));
  },
  choices: (field, id) => {
    const chosen = new Set(field.value.split(","));
    const boxes = field.choices.map((choice, at) =>
      h("input", { type: "checkbox", id: `${id}-${at}`, value: choice.value, checked: chosen.has(choice.value) }),
    );
    const rows = boxes.map((box, at) => h("label", { class: "check", for: box.id }, box, field.choices[at].label));
    const value = () => boxes.filter((box) => box.checked).map((box) => box.value).join(",");
    return { element: h("div", { class: "checks" }, rows), first: boxes[0] ?? h("input"), value };
  },
};

function single(element) {
  return { element, first: element, value: () => element.value };
}
