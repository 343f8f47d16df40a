// Making elements. Text always becomes a text node: there is no way from a string to markup in these pages.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with properties and children.
 * `props`: attributes by name; `on` a map of listeners; `dataset` a map; `false`, null and undefined are left out.
 * Children that are strings or numbers become text; null, undefined and false are left out; arrays are flattened.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(element, name, value);
  append(element, children);
  return element;
}

function set(element, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else if (name === "dataset") {
    Object.assign(element.dataset, value);
  } else if (name === "value") {
    element.value = value;
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Append children as `h` takes them. */
export function append(parent, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return parent;
}

/** Replace everything inside. */
export function fill(parent, ...children) {
  parent.replaceChildren();
  return append(parent, children);
}

/** An icon by its name in `ICONS`; decoration only, so readers of the screen skip it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  for (const shape of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}

/** A button that is an icon; `label` is what it does. */
export function iconButton(name, label, press, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: press }, ...props }, icon(name));
}

const ICONS = {
  menu: ["M4 7h16", "M4 12h16", "M4 17h16"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  back: ["M15 5l-7 7 7 7"],
  send: ["M4 12l16-8-6 16-3-7-7-1z"],
  attach: ["M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.7-7.7"],
  smile: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M8.5 14.5a4.5 4.5 0 0 0 7 0", "M9 9.5h.01", "M15 9.5h.01"],
  thread: ["M20 15a2 2 0 0 1-2 2H9l-5 4V6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2z", "M8 9h8", "M8 13h5"],
  ticket: ["M4 8a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v2a2 2 0 0 0 0 4v2a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-2a2 2 0 0 0 0-4z", "M14 6v12"],
  more: ["M6 12h.01", "M12 12h.01", "M18 12h.01"],
  edit: ["M4 20h4L19 9a2.8 2.8 0 0 0-4-4L4 16z", "M13.5 6.5l4 4"],
  trash: ["M5 7h14", "M10 11v6", "M14 11v6", "M6 7l1 12a2 2 0 0 0 2 2h6a2 2 0 0 0 2-2l1-12", "M9 7V4h6v3"],
  hash: ["M9 4L7 20", "M17 4l-2 16", "M4 9h16", "M3.5 15h16"],
  inbox: ["M4 13l3-8h10l3 8v5a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z", "M4 13h5l1.5 2.5h3L15 13h5"],
  lock: ["M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  home: ["M4 11l8-7 8 7", "M6 9.5V20h12V9.5"],
  plus: ["M12 5v14", "M5 12h14"],
  search: ["M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z", "M15.5 15.5L20 20"],
  book: ["M5 5.5A2.5 2.5 0 0 1 7.5 3H19v14H7.5A2.5 2.5 0 0 0 5 19.5z", "M5 19.5A2.5 2.5 0 0 0 7.5 21H19v-4"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  file: ["M7 3h7l5 5v13H7z", "M14 3v5h5"],
  download: ["M12 4v11", "M7.5 11l4.5 4.5 4.5-4.5", "M5 20h14"],
  swap: ["M7 4L3.5 7.5 7 11", "M3.5 7.5H17a3.5 3.5 0 0 1 3.5 3.5", "M17 20l3.5-3.5L17 13", "M20.5 16.5H7A3.5 3.5 0 0 1 3.5 13"],
  eye: ["M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z", "M12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"],
  clock: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 7v5l3 2"],
  window: ["M4 5h10v10H4z", "M18 9h2v11H9v-2"],
  settings: ["M4 7h10", "M18 7h2", "M16 5v4", "M4 17h2", "M10 17h10", "M8 15v4"],
  down: ["M6 9l6 6 6-6"],
  reply: ["M9 7L4 12l5 5", "M4 12h10a6 6 0 0 1 6 6"],
  leave: ["M14 4H6v16h8", "M10 12h10", "M17 8.5l3.5 3.5-3.5 3.5"],
};
