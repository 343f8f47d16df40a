// Talking to the server. Every act carries an id of its own, so that sending it again never does it twice.

import { locale } from "/static/words.js";
import { state } from "./store.js";

let asked = new URLSearchParams(location.search).get("as") ?? "";

/** Who the page asks to be (a demonstration only). */
export function askedUser() {
  return asked;
}

/** Be somebody else from the next request on. */
export function become(user) {
  asked = user;
}

/** A problem that the server explained; `status` 0 means that it could not be reached. */
export class Problem extends Error {
  constructor(status, sentence, field = "") {
    super(sentence);
    this.status = status;
    this.field = field;
  }

  /** Whether the same request may well succeed a little later. */
  get passing() {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

/** An id for an act. */
export function newId() {
  return crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint32Array(6))].map((n) => n.toString(36)).join("-");
}

/** An address of ours with who asks, in which language, and `values`. */
export function address(path, values = {}) {
  const query = new URLSearchParams();
  if (asked) query.set("as", asked);
  if (state.me) query.set("lang", locale());
  for (const [name, value] of Object.entries(values)) if (value !== "" && value !== undefined) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** Read something; `signal` gives it up. Raises `Problem`. */
export async function get(path, values = {}, { signal } = {}) {
  return answer(await reach(address(path, values), { headers: { accept: "application/json" }, signal }));
}

/** Do something. Raises `Problem`. */
export async function post(path, body = {}) {
  const request = {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", "x-baton": "chat" },
    body: JSON.stringify(body),
  };
  return answer(await reach(address(path), request));
}

async function reach(url, request) {
  try {
    return await fetch(url, request);
  } catch (problem) {
    throw new Problem(0, String(problem));
  }
}

async function answer(response) {
  const body = response.headers.get("content-type")?.includes("json") ? await response.json() : {};
  if (!response.ok) throw new Problem(response.status, body.problem ?? response.statusText, body.field ?? "");
  return body;
}

/** Upload a file; `progress` hears the share that has left, 0 to 1. Raises `Problem`. */
export function upload(file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address("/chat/api/files", { name: file.name }));
    request.setRequestHeader("x-baton", "chat");
    request.setRequestHeader("content-type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve(request.response.file);
      else reject(new Problem(request.status, request.response?.problem ?? ""));
    });
    request.addEventListener("error", () => reject(new Problem(0, "")));
    request.send(file);
  });
}

/** Where a file can be seen or saved. */
export function fileAddress(ref, download = false) {
  return address(`/chat/files/${encodeURIComponent(ref)}`, { download: download ? "true" : "" });
}
