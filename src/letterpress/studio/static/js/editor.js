// The editor of the text: a text area, behind what another editor can give as well.
//
// An editor has `element`, `text`, `setText`, `goTo`, `insert`, `line`, `mark` and `focus`; `mark` takes faults, and gives
// those that it shows below their lines; one that shows none is told the ids of their boxes (`describe`). It calls `typed` with the text and
// `moved` with the line of the cursor, and how many characters of it stand before it.

import { h } from "./dom.js";
import { t } from "./words.js";
import { cleansPasted } from "./pasted.js";
import { bodyStart } from "./text-edits.js";

export function plainEditor({ typed, moved }) {
  const area = h("textarea", { "aria-label": t("write.text"), spellcheck: "true", "data-key": "editor" });
  const before = () => area.value.slice(0, area.selectionStart).split("\n");
  const line = () => before().length;
  let leaving = false;
  cleansPasted(area, () => area.selectionStart >= bodyStart(area.value));
  area.addEventListener("input", () => typed(area.value));
  for (const event of ["keyup", "click", "focus"]) area.addEventListener(event, () => moved(line(), before().at(-1).length));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaving = true;
    else if (event.key === "Tab" && !event.shiftKey && !leaving) {
      event.preventDefault();
      area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
      typed(area.value);
    } else leaving = false;
  });
  return {
    element: h("div", { class: "editor" }, area),
    get text() {
      return area.value;
    },
    get line() {
      return line();
    },
    setText(text) {
      if (text === area.value) return;
      const [start, end] = [area.selectionStart, area.selectionEnd];
      area.value = text;
      area.setSelectionRange(start, end);
    },
    goTo(at) {
      const before = area.value.split("\n").slice(0, at - 1).join("\n");
      const start = before.length + (at > 1 ? 1 : 0);
      area.focus();
      area.setSelectionRange(start, start);
      area.scrollTop = Math.max(0, (at - 5) * 24);
      moved(at);
    },
    insert(text) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.focus();
      typed(area.value);
    },
    mark() {
      return new Set();
    },
    describe(ids) {
      if (ids.length) area.setAttribute("aria-describedby", ids.join(" "));
      else area.removeAttribute("aria-describedby");
    },
    focus() {
      area.focus();
    },
    close() {},
  };
}
