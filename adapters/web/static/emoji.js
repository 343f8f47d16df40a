// Reactions by their short names, as other platforms call them.

export const EMOJI = {
  "+1": "👍",
  heart: "❤️",
  joy: "😄",
  tada: "🎉",
  eyes: "👀",
  white_check_mark: "✅",
  pray: "🙏",
  ticket: "🎫",
  book: "📖",
};

/** The sign for a short name; unknown ones are shown by name. */
export function sign(name) {
  return EMOJI[name] ?? `:${name}:`;
}
