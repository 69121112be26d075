// The text of a letter: where its front matter ends, and edits of a line.

import { partOf } from "./faults.js";
import { cleanLine } from "./pasted.js";

/** Where the front matter ends: index of the first character of the text itself. */
export function bodyStart(text) {
  const match = /^---[ \t]*\n[\s\S]*?\n(?:---|\.\.\.)[ \t]*(?:\n\n?|$)/.exec(text);
  return match ? match[0].length : 0;
}

/** The text with an edit of one line, or with several cleaned of what a word processor has put there. */
export function edited(text, edit) {
  const all = text.split("\n");
  if (edit.cleaned) return all.map((line, at) => (edit.cleaned.includes(at + 1) ? cleanLine(line) : line)).join("\n");
  const at = edit.line - 1;
  const [first, last] = edit.span ?? [1, Infinity];
  all[at] = partOf(all[at], 1, first - 1) + edit.text + partOf(all[at], last + 1, Infinity);
  return all.join("\n");
}
