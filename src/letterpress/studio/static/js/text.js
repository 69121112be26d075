// The letter as text: front matter and Markdown, with its faults.

import { h, refill } from "./dom.js";
import { t } from "./words.js";
import { faultBox, lackingBox, lacks } from "./faults.js";
import { fillingIn, wayToList } from "./fill.js";
import { listen } from "./frame.js";
import { bodyStart } from "./text-edits.js";
import { plainEditor } from "./editor.js";
import { insertButtons } from "./columns.js";

export class TextView {
  constructor(write) {
    [this.write, this.letter] = [write, write.letter];
    this.insert = h("div", { class: "insert" });
    this.below = h("div", { class: "below stack", role: "region", "aria-label": t("write.faults"), tabindex: "-1" });
    this.below.addEventListener("focusout", () => setTimeout(() => this.late && !this.closed && this.faults()));
    this.place = h("div", { class: "editor" });
    this.count = h("span", { class: "small soft num" });
    const foot = h("div", { class: "panelfoot" }, this.count, h("span", { class: "grow" }), h("span", { class: "small soft" }, t("write.leave")));
    const { panel } = write.frame;
    panel.classList.add("flush");
    panel.replaceChildren(h("div", { class: "panelhead" }, h("div", { class: "grow" }, write.head)), this.insert, this.place, this.below, foot);
    this.use(plainEditor);
    this.unlisten = listen(this.letter, { text: () => this.editor.setText(this.letter.text), faults: () => this.faults(), form: () => this.fields(), list: () => this.fields() });
    this.fields();
    this.richer();
  }

  close() {
    this.closed = true;
    this.unlisten();
    this.editor.close();
  }

  /** Take an editor. */
  use(make) {
    this.editor?.close();
    this.editor = make({
      letter: this.letter,
      typed: (text) => this.letter.setText(text, this),
      moved: (line, column) => this.moved(line, column),
      fault: (fault, main) => faultBox(fault, this.letter, { main }),
    });
    this.place.replaceWith(this.editor.element);
    this.place = this.editor.element;
    this.editor.setText(this.letter.text);
    if (this.asked) this.editor.goTo(this.asked);
    this.faults();
  }

  /** Take the editor with colours and chips, where it was built. */
  async richer() {
    const { richEditor } = await import("./rich-editor.js").catch(() => ({}));
    if (richEditor && !this.closed) this.use(richEditor);
    this.richest = true;
  }

  moved(line, column) {
    const body = this.letter.text.slice(bodyStart(this.letter.text));
    this.count.textContent = t("write.count", { line, n: body.split(/\s+/).filter(Boolean).length });
    this.write.cursor(line, column);
  }

  fields() {
    const buttons = insertButtons(this.letter, (text) => this.editor.insert(text));
    this.insert.hidden = !buttons;
    refill(this.insert, buttons ?? []);
    this.editor.mark(this.letter.faults);
  }

  /** Say the faults: below their lines where the editor can, else below the text. */
  faults() {
    const { faults, path } = this.letter;
    this.late = fillingIn(this.below);
    if (this.late) return;
    const inline = this.editor.mark(faults);
    const lacking = this.letter.source ? [] : faults.filter((fault) => !inline.has(fault) && lacks(fault));
    const rest = faults.filter((fault) => !inline.has(fault) && !lacking.includes(fault));
    let main = faults.some((fault) => fault.severity === "error") && !inline.size;
    const ofLacking = lacking.length ? lackingBox(lacking, this.letter, [], main) : null;
    if (ofLacking) main = false;
    refill(
      this.below,
      ofLacking,
      rest.map((fault) => {
        const line = fault.file === path && fault.line ? () => this.goToLine(fault.line) : null;
        const box = faultBox(fault, this.letter, { main: main && fault.severity === "error", more: wayToList(fault, this.letter), line });
        if (box.querySelector(".main")) main = false;
        return box;
      }),
    );
    this.editor.describe?.([...this.below.children].map((box) => box.id));
  }

  goToLine(line) {
    this.editor.goTo(line);
    if (!this.richest) this.asked = line; // the editor that comes goes there as well
    return true;
  }
}
