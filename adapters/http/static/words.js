// The page's sentences: they come from the server's catalogue, in the reader's language.

let sentences = {};
let current = "en";

/** Use these sentences from now on. */
export function useWords(locale, table) {
  sentences = table;
  current = locale;
  document.documentElement.lang = locale;
}

/** The page's language. */
export function locale() {
  return current;
}

/** A sentence with its values put in; with `count`, the form that fits the number. */
export function say(key, values = {}) {
  let name = key;
  if ("count" in values && sentences[`${key}.other`] !== undefined) {
    name = values.count === 1 && sentences[`${key}.one`] !== undefined ? `${key}.one` : `${key}.other`;
  }
  const sentence = sentences[name];
  if (sentence === undefined) return key;
  return sentence.replace(/\{(\w+)\}/g, (hole, value) => (value in values ? shown(values[value]) : hole));
}

function shown(value) {
  return typeof value === "number" ? new Intl.NumberFormat(current).format(value) : String(value);
}
