// The text of a letter: where its front matter ends, and edits of a line.

import { partOf } from "./faults.js";

/** Where the front matter ends: index of the first character of the text itself. */
export function bodyStart(text) {
  const match = /^---[ \t]*\n[\s\S]*?\n(?:---|\.\.\.)[ \t]*(?:\n\n?|$)/.exec(text);
  return match ? match[0].length : 0;
}

/** The text with an edit of one line. */
export function edited(text, edit) {
  const all = text.split("\n");
  const at = edit.line - 1;
  const [first, last] = edit.span ?? [1, Infinity];
  all[at] = partOf(all[at], 1, first - 1) + edit.text + partOf(all[at], last + 1, Infinity);
  return all.join("\n");
}
