// The form: address first, then subject, salutation and text; date, signers and enclosures folded to a line each.

import { h, button, enter, id, refill } from "./dom.js";
import { t, day } from "./words.js";
import { faultBox, lackingBox, lacks, partTitle } from "./faults.js";
import { fillingIn, isLacking, wayToList } from "./fill.js";
import { listen } from "./frame.js";
import { choices } from "./setup.js";
import { bodyStart } from "./text-edits.js";
import { enclosuresOf, signersOf } from "./form-signers.js";
import { codesLine, codesOf, firstCode } from "./codes.js";
import { mark, still } from "./sample.js";
import { listValues, recipient, senderName, senderOf, text } from "./form-address.js";
import { insertButtons } from "./columns.js";
import { cleansPasted } from "./pasted.js";
import { shows, staysInSight } from "./form-scroll.js";

const PAUSE = 1500; // ms after the last key in a field before it is said what is wrong with it; or once it is left

export class FormView {
  constructor(write) {
    [this.write, this.letter] = [write, write.letter];
    this.inputs = new Map(); // path of a field -> its input
    this.open = new Set(); // what is unfolded
    this.mending = null;
    this.senders = []; // organisations of the project
    this.chosen = choices().then((start) => {
      this.senders = start.senders;
      if (!this.closed) this.draw();
    }, () => {});
    this.top = h("div", { class: "stack" });
    this.to = h("section", { class: "stack" });
    this.parts = h("section", { class: "stack" });
    this.values = h("section", { class: "stack" });
    this.folds = h("div");
    this.bodyFaults = h("div", { class: "stack" });
    this.body = this.#body();
    const { panel } = write.frame;
    panel.classList.remove("flush");
    panel.classList.add("form");
    panel.replaceChildren(h("div", { class: "formhead" }, write.head), h("div", { class: "formparts" }, this.top, this.to, this.values, h("div", { class: "formtext" }, this.parts, this.body), this.folds));
    this.unlisten = listen(this.letter, { form: () => this.draw(), text: () => this.#text(), faults: () => this.faults(), row: () => this.draw(), list: () => this.draw() });
    panel.addEventListener("click", this.clicks = (event) => (this.clicked = event.target.closest(".fault [data-mend]") ? performance.now() : this.clicked));
    panel.addEventListener("keydown", this.keyed = (event) => this.#passOn(event));
    panel.addEventListener("pointerdown", this.presses = () => (this.pressed = true));
    addEventListener("pointerup", this.lets = () => {
      this.pressed = false;
      setTimeout(() => this.late && this.draw());
    });
    addEventListener("pointercancel", this.lets);
    panel.addEventListener("focusin", this.enters = (event) => {
      const path = event.target.closest("[data-path]")?.dataset.path;
      if (path && path !== "body") this.write.followField(path);
    });
    panel.addEventListener("focusout", this.leaves = () => setTimeout(() => this.late && this.draw()));
    this.stays = staysInSight(panel);
    this.draw();
  }

  close() {
    this.closed = true;
    this.stays();
    this.write.frame.panel.classList.remove("form");
    this.write.frame.panel.removeEventListener("click", this.clicks);
    this.write.frame.panel.removeEventListener("keydown", this.keyed);
    this.write.frame.panel.removeEventListener("focusin", this.enters);
    this.write.frame.panel.removeEventListener("focusout", this.leaves);
    this.write.frame.panel.removeEventListener("pointerdown", this.presses);
    removeEventListener("pointerup", this.lets);
    removeEventListener("pointercancel", this.lets);
    this.unlisten();
  }

  // --- the fields ---------------------------------------------------------------------------------------------------

  /** An input of a field; one that is there already stays, with the cursor in it. */
  input(path, value, { label = partTitle(path), change = null, type = "text", area = false, told = false, ...more } = {}) {
    const now = value ?? "";
    let made = this.inputs.get(path);
    if (!made) {
      const name = id("input");
      const input = h(area ? "textarea" : "input", { class: "input", id: name, type: area ? null : type, autocomplete: "off", ...more });
      const words = h("label", { for: name, class: told ? "unseen" : null }, label); // told: the line above it says so
      const note = h("p", { class: "small badly", role: "status", hidden: true }, t("form.date.whole"));
      made = { input, words, note, typed: -Infinity, box: h("div", { class: "field", "data-path": path }, words, input, type === "date" ? note : null) };
      input.value = String(now);
      input.addEventListener("input", () => {
        made.typed = performance.now();
        if (type !== "date" || whole(input.value)) made.change(input.value);
        made.note.hidden = true;
        if (input.hasAttribute("aria-describedby")) this.faults(); // what was said of it is not said of what is typed now
      });
      input.addEventListener("focus", () => this.#at(path));
      input.addEventListener("blur", () => this.#left(made, type));
      this.inputs.set(path, made);
    }
    made.words.textContent = label;
    made.change = change ?? ((text) => this.letter.change([{ path, value: text === "" ? null : text }], this));
    // What was typed is older in the answer of the studio than in the field, as long as more is on its way.
    if (document.activeElement !== made.input && made.note.hidden && !this.letter.pending && made.input.value !== String(now)) made.input.value = String(now);
    return made.box;
  }

  /** A field was left: a date that is not whole is no date, and an empty one is none. */
  #left(made, type) {
    if (type === "date") {
      const { value, validity } = made.input;
      const part = value ? !whole(value) : validity.badInput;
      made.note.hidden = !part;
      if (!part && made.typed > -Infinity && value === "") made.change("");
    }
    if (made.typed > -Infinity) setTimeout(() => this.faults());
    made.typed = -Infinity;
  }

  draw() {
    const { letter } = this;
    if (!letter.form) return this.faults();
    const { values } = letter.form;
    this.mending = this.#mending();
    this.late = false;
    this.keep(this.to, () => recipient(this, values));
    this.keep(this.parts, () => [h("div", { class: "cols" }, this.input("subject", text(values.subject)), this.#greeting("salutation", values.salutation))]);
    this.#values(values);
    this.#folds(values);
    this.#inserts();
    this.#marks();
    return this.faults();
  }

  /** Go to a field as soon as the form is there; what is in it can be typed over. */
  async reveal(path) {
    await this.chosen; // it is drawn anew then, and what somebody is in is not
    if (!this.closed) this.fill(path);
  }

  /** A salutation or closing; one that is found by the recipient's name stands on the page, and the field says so. */
  #greeting(path, value, more = {}) {
    const automatic = value === "auto";
    const box = this.input(path, automatic ? "" : text(value), more);
    this.inputs.get(path).input.placeholder = automatic ? t("form.auto") : "";
    return box;
  }

  /** Mark the fields that are still the sample's; also the one that somebody types in. */
  #marks() {
    const paths = new Set(still(this.letter));
    for (const [path, made] of [...this.inputs, ["body", this.bodyField]]) {
      if (paths.has(path) === Boolean(made.still)) continue;
      made.still?.remove();
      made.still = paths.has(path) ? mark() : null;
      if (made.still) made.words.after(made.still);
    }
  }

  /**
   * Show these children in a section; one in which somebody types is left as it is until they leave it. A field that is
   * taken out and put back has forgotten which part of a date was being typed.
   */
  keep(section, made) {
    const now = document.activeElement;
    const typing = section.contains(now) && now.matches("input, textarea, select");
    if (typing || this.pressed) this.late = true; // a button that is made anew while it is pressed is not clicked
    else keep(section, ...made()); // and not before: fields that are there are moved into what is made
  }

  /** Values of the fields that the text uses: the list's, in the row that is shown, or the letter's own. */
  #values(values) {
    const { fields } = this.letter.form;
    if (this.letter.source) return this.keep(this.values, () => listValues(this.letter));
    if (!fields.length) return this.keep(this.values, () => []);
    const boxes = () => fields.map((field) => {
      const own = values.fields?.[field.name];
      const path = own !== null && typeof own === "object" ? `fields.${field.name}.default` : `fields.${field.name}`;
      const box = this.input(`fields.${field.name}`, field.default ?? "", { label: field.title, change: (value) => this.letter.change([{ path, value: value === "" ? null : value }], this) });
      return box;
    });
    return this.keep(this.values, () => [h("h2", {}, t("form.values")), h("div", { class: "cols" }, boxes())]);
  }

  // --- what is folded -----------------------------------------------------------------------------------------------

  #folds(values) {
    const signers = values.signatories ?? [];
    const enclosures = [values.enclosures ?? []].flat();
    const codes = [values.codes ?? []].flat();
    const folds = [
      ["date", t("part.date"), date(values.date), () => [this.input("date", values.date ?? "", { type: iso(values.date) ? "date" : "text", told: true })]],
      ["from", t("form.from"), senderName(this, values.from), () => senderOf(this, values.from)],
      ["signatories", t("form.signed"), signers.map((one) => one.name ?? one).join(", "), () => [this.#greeting("closing", values.closing), signersOf(this, signers)]],
      ["enclosures", t("part.enclosures"), enclosures.map((one) => one.title ?? one.file ?? one).join(", "), () => enclosuresOf(this, enclosures)],
      ...(codes.length || this.open.has("codes") ? [["codes", t("code.title"), codesLine(codes), () => codesOf(this, codes)]] : []),
    ];
    this.keep(
      this.folds,
      () => folds.flatMap(([name, title, value, inner]) => {
        const open = this.open.has(name);
        const words = t(open ? "form.done" : name === "from" && !value && this.senders.length ? "choose" : "form.change");
        const old = !open && still(this.letter).some((path) => foldOf(path) === name);
        const turn = () => {
          if (!this.open.delete(name)) this.open.add(name);
          this.draw();
          this.folds.querySelector(`[data-key="fold-${name}"]`)?.focus();
          const opened = openedOf(this.folds.querySelector(`.fold[data-path="${name}"]`));
          if (opened) shows(this.write.frame.panel, opened);
        };
        const line = h(
          "div",
          { class: "fold", "data-path": name },
          h("span", { class: "label" }, title),
          h("span", { class: "value cut" }, open ? "" : value || h("span", { class: name === "from" ? "warnly" : null }, t(name === "from" ? "form.from.nobody" : "form.none"))),
          old ? mark() : null,
          name === "enclosures" && folds.at(-1)[0] === name ? firstCode(this) : null, // few letters have codes: they take no line
          button(words, turn, { kind: "tight plain", "aria-expanded": String(open), "aria-label": `${words}: ${title}`, "data-key": `fold-${name}` }),
        );
        return open ? [line, h("div", { class: "opened stack" }, inner())] : [line];
      }),
    );
  }

  inText(path) {
    return button(t("form.in-text"), () => {
      this.write.turn("text");
      this.write.view.goToLine(this.letter.form?.places[path] ?? 1);
    }, { kind: "tight" });
  }

  // --- the text -----------------------------------------------------------------------------------------------------

  #body() {
    const name = id("body");
    this.inserts = h("div", { class: "insert inform", hidden: true });
    this.area = h("textarea", { class: "input grows", id: name, rows: "4", spellcheck: "true", lang: "" });
    cleansPasted(this.area);
    this.area.addEventListener("input", () => {
      const { letter } = this;
      letter.setText(letter.text.slice(0, bodyStart(letter.text)) + this.area.value, this);
      this.#cursor();
    });
    // Until it is written in, it has the height that the rest of the form leaves it; then it grows with its text.
    this.area.addEventListener("focus", () => this.area.classList.add("used"));
    for (const event of ["keyup", "click", "focus"]) this.area.addEventListener(event, () => this.#cursor());
    this.#text();
    this.bodyField = { input: this.area, words: h("label", { for: name }, t("form.text")) };
    return h("div", { class: "field fills", "data-path": "body" }, h("div", { class: "row" }, this.bodyField.words), this.inserts, h("div", { class: "room" }, h("div", { class: "ruled" }, this.area)), this.bodyFaults);
  }

  /** What can be inserted into the text, where the cursor is in it. */
  #inserts() {
    const { area, letter } = this;
    const insert = (written) => {
      area.setRangeText(written, area.selectionStart, area.selectionEnd, "end");
      area.focus();
      letter.setText(letter.text.slice(0, bodyStart(letter.text)) + area.value, this);
    };
    const buttons = insertButtons(letter, insert);
    this.inserts.hidden = !buttons;
    refill(this.inserts, buttons ?? []);
  }

  #text() {
    const { text } = this.letter;
    const body = text.slice(bodyStart(text));
    if (this.area.value !== body) this.area.value = body;
  }

  get firstLine() {
    const { text } = this.letter;
    return text.slice(0, bodyStart(text)).split("\n").length;
  }

  #cursor() {
    const before = this.area.value.slice(0, this.area.selectionStart).split("\n");
    this.write.cursor(this.firstLine + before.length - 1, before.at(-1).length);
  }

  #at(path) {
    this.write.cursor(this.letter.form?.places[path] ?? 0);
  }

  goToLine(line) {
    const at = line - this.firstLine;
    if (at < 0) return false;
    const start = this.area.value.split("\n").slice(0, at).join("\n").length + (at ? 1 : 0);
    this.area.focus();
    this.area.setSelectionRange(start, start);
    this.#cursor();
    return true;
  }

  /** Go to a field of the form, and have what is in it typed over; gives whether it has one. */
  goToField(name) {
    const group = name.split(".")[0];
    const fold = this.folds.querySelector(`.fold[data-path="${CSS.escape(foldOf(name))}"]`);
    if (fold && !this.open.has(foldOf(name))) {
      if (this.folds.contains(document.activeElement)) document.activeElement.blur(); // what one types in is not drawn anew
      this.open.add(foldOf(name));
      this.draw();
    }
    const shown = [...this.inputs].filter(([, made]) => made.input.isConnected);
    const [, found] = shown.find(([path]) => path === name) ?? shown.find(([path]) => path.split(".")[0] === group) ?? [];
    const opened = openedOf(this.folds.querySelector(`.fold[data-path="${CSS.escape(group)}"]`));
    if (group === "signatories" && !found) opened?.querySelector("[data-key=add-signer]").click();
    // Where the list gives the address, there is no input: its link leads on.
    const target = name === "body" ? this.area : (found?.input ?? opened?.querySelector("input, select, textarea, button") ?? (group === "to" ? this.to.querySelector("input, a") : null));
    if (name === "body" && !this.area.classList.contains("used")) this.area.setSelectionRange(this.area.value.length, this.area.value.length);
    if (!(group === "signatories" && !found)) enter(target);
    target?.scrollIntoView({ block: "nearest" });
    return Boolean(target);
  }

  /** Go to where a part of the letter is typed: in the form, or else in the text. */
  fill(path) {
    if (this.goToField(path)) return;
    this.write.turn("text");
    this.write.view.goToLine(this.letter.form?.places[path] ?? this.letter.form?.places[path.split(".")[0]] ?? 1);
  }

  // --- faults -------------------------------------------------------------------------------------------------------

  /** The fault whose button has the focus, the field that it is about, and the field that stands behind it. */
  #mending() {
    const box = document.activeElement?.closest(".fault");
    // Where somebody has gone on meanwhile, they stay.
    if (!box) return document.activeElement === document.body ? this.mending : null;
    const stops = [...box.querySelectorAll("button, summary, a[href]")];
    const [at, clicked] = [stops.indexOf(document.activeElement), performance.now() - this.clicked < 5000];
    const described = ({ input }) => input.getAttribute("aria-describedby")?.split(" ").includes(box.id);
    return { code: box.dataset.fault, at, clicked, input: [...this.inputs.values()].find(described)?.input, behind: this.#behind(box) };
  }

  /** The field that stands behind a fault: where the Tab key leads that is pressed in it. */
  #behind(box) {
    const follows = (one) => box.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    return [...this.write.frame.panel.querySelectorAll("input, textarea, select")].find((one) => follows(one) && !one.closest(".fault"));
  }

  /**
   * A remark comes up while somebody types, and the Tab key leads to its button instead of to the next field: what is
   * typed there is meant for that field.
   */
  #passOn(event) {
    const box = event.target.closest(".fault");
    if (!box || event.key.length !== 1 || event.key === " " || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.target.matches("input, select, textarea")) return;
    enter(this.#behind(box));
  }

  /** Put each fault below the field that it is about. */
  faults() {
    const panel = this.write.frame.panel;
    if (this.pressed || fillingIn(panel)) {
      this.late = true;
      return;
    }
    const { letter } = this;
    const all = [...(letter.formBroken ?? []).filter((one) => !letter.faults.some((other) => other.code === one.code && other.line === one.line)), ...letter.faults, ...letter.formFaults];
    const mending = this.#mending();
    panel.querySelectorAll(".fault").forEach((one) => one.remove());
    for (const { input, still } of this.inputs.values()) {
      input.classList.remove("warn", "bad");
      if (still?.isConnected) input.setAttribute("aria-describedby", still.id);
      else input.removeAttribute("aria-describedby");
      input.removeAttribute("aria-invalid");
    }
    let main = letter.faults.some((fault) => fault.severity === "error");
    const inBody = (fault) => fault.file === letter.path && fault.line >= this.firstLine && !this.inputs.get(fault.field)?.box.isConnected;
    const lacking = letter.source ? [] : all.filter(lacks);
    if (lacking.length) {
      for (const fault of lacking) this.inputs.get(fault.field)?.input.classList.add("bad");
      this.values.append(lackingBox(lacking, letter, [button(t("fix.give"), () => this.goToField(lacking[0].field), { kind: "tight" })], main));
      main = false;
    }
    for (const fault of all.filter((one) => !lacking.includes(one))) {
      const box = faultBox(fault, letter, { main: main && fault.severity === "error", more: this.#more(fault), fill: (path) => this.fill(path), line: inBody(fault) ? () => this.goToLine(fault.line) : null });
      if (main && box.querySelector(".main")) main = false;
      this.#place(fault, box);
    }
    this.mending = null;
    if (mending) this.#handOn(panel, mending);
  }

  /** The fault that had the focus was drawn anew, was mended, or has gone by itself: then what follows it is next. */
  #handOn(panel, { code, at, clicked, input, behind }) {
    const again = [...panel.querySelectorAll(`.fault[data-fault="${code}"] :is(button, summary, a[href])`)];
    const next = clicked ? input : behind?.isConnected && behind;
    if (again.length) (again[at] ?? again[0]).focus();
    else enter(next || (panel.querySelector(".fault button") ?? this.area));
  }

  #more(fault) {
    const made = wayToList(fault, this.letter);
    const own = fault.file === this.letter.path && !this.inputs.get(fault.field)?.box.isConnected;
    if (own && fault.line && fault.line < this.firstLine && !isLacking(fault)) {
      made.push(button(t("form.in-text"), () => {
        this.write.turn("text");
        this.write.view.goToLine(fault.line);
      }, { kind: "tight" }));
    }
    return made;
  }

  #place(fault, box) {
    const own = this.inputs.get(fault.field);
    const own_ = own?.box.isConnected ? own : null;
    const left = own_ ? PAUSE - (performance.now() - own_.typed) : 0;
    if (left > 0) {
      // Half a postcode is none yet; and a button that comes and goes while one types is where the Tab key leads.
      clearTimeout(this.pausing);
      this.pausing = setTimeout(() => this.faults(), left + 10);
      return;
    }
    if (own_) {
      own_.input.classList.add(fault.severity === "error" ? "bad" : "warn");
      own_.input.setAttribute("aria-describedby", [own_.input.getAttribute("aria-describedby"), box.id].filter(Boolean).join(" "));
      if (fault.severity === "error") own_.input.setAttribute("aria-invalid", "true");
      const columns = own_.box.closest(".cols") ?? own_.box;
      columns.after(box);
      return;
    }
    if (fault.file === this.letter.path && fault.line >= this.firstLine) {
      this.bodyFaults.append(box);
      return;
    }
    const fold = this.folds.querySelector(`.fold[data-path="${CSS.escape(foldOf(fault.field ?? "-"))}"]`);
    if (fold) fold.after(box);
    else if (fault.field?.startsWith("to")) this.to.append(box);
    else this.top.append(box);
  }
}

/** The folded line that a part belongs to: how the letter closes stands with those who sign it. */
const foldOf = (path) => (path === "closing" ? "signatories" : path.split(".")[0]);
/** What is unfolded below a line; what is wrong with it may stand between. */
function openedOf(fold) {
  let next = fold?.nextElementSibling;
  while (next?.matches(".fault")) next = next.nextElementSibling;
  return next?.matches(".opened") ? next : null;
}
/** Whether a day is one that somebody means: while a year is typed, a date field says 0002, 0020 and 0202. */
const whole = (value) => value >= "1000";
const iso = (value) => value === undefined || value === null || /^\d{4}-\d\d-\d\d$/.test(value);
const date = (value) => (value && iso(value) ? day(new Date(`${value}T12:00`)) : (value ?? ""));

/** Show these children; where the same ones are there already, nothing is touched, so that the cursor stays. */
function keep(parent, ...children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const selection = focused && "selectionStart" in focused && focused.type !== "date" ? [focused.selectionStart, focused.selectionEnd] : null;
  refill(parent, ...children);
  if (focused?.isConnected && document.activeElement !== focused) {
    focused.focus({ preventScroll: true });
    if (selection) focused.setSelectionRange(...selection);
  }
}
