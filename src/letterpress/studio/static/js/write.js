// Write: the form and the text are two views of one text; beside them stands the page as it will print.

import { h, button, refill } from "./dom.js";
import { t } from "./words.js";
import { Desk } from "./desk.js";
import { listen } from "./frame.js";
import { address, stay } from "./route.js";
import { goAndMake, makeWords, stopped } from "./one.js";
import { FormView } from "./form.js";
import { TextView } from "./text.js";
import { setup } from "./setup.js";
import { carrierTitle } from "./sent.js";

const CHOICE = "letterpress-view";

export class Screen {
  constructor(frame, letter, query) {
    Object.assign(this, { frame, letter });
    this.as = query.get("as") ?? localStorage.getItem(CHOICE) ?? "form";
    this.line = Number(query.get("line")) || null; // where somebody wants to go
    this.part = query.get("part");
    this.desk = new Desk(frame, letter, { goes: (place) => this.goes(place) });
    this.head = h("div", { class: "row views" });
    frame.panel.setAttribute("aria-label", t("write.panel"));
    this.unlisten = listen(letter, { faults: () => this.main(), list: () => this.main(), saved: () => this.main(), form: () => this.drawHead(), sent: () => this.drawHead(), places: () => frame.panel.contains(document.activeElement) && this.follow() });
    this.main();
    this.turn(this.as);
  }

  shown() {
    if (this.line) this.view.goToLine(this.line);
    else if (this.part) this.view.reveal?.(this.part);
  }

  close() {
    this.unlisten();
    this.view?.close();
    this.desk.close();
  }

  main() {
    const { letter, frame } = this;
    const stops = letter.conflict || stopped(letter);
    frame.main = button(makeWords(letter), () => goAndMake(letter), { kind: stops ? "" : "main", "data-key": "main" });
  }

  drawHead() {
    const { letter } = this;
    const values = letter.form?.values ?? {};
    const { carrier, title } = letter.sent;
    const by = carrier ? carrierTitle({ name: carrier, title }) : null;
    // Which English it is, the letterhead tells, and the dialog.
    const language = this.languages?.[values.lang ?? "en-US"]?.replace(/ \(.*\)$/, "") ?? values.lang;
    const words = this.kinds ? [this.kinds[values.letterhead ?? "plain"] ?? values.letterhead, language, by].filter(Boolean) : [];
    refill(
      this.head,
      h(
        "div",
        { class: "segment", role: "group", "aria-label": t("write.as") },
        ["form", "text"].map((name) =>
          h("button", { type: "button", "aria-pressed": String(this.as === name), onclick: () => this.turn(name), "data-key": `as-${name}` }, t(`write.${name}`)),
        ),
      ),
      h("span", { class: "grow" }),
      setup(this, words),
    );
  }

  turn(as) {
    this.as = as;
    localStorage.setItem(CHOICE, as);
    this.view?.close();
    this.drawHead();
    this.view = as === "form" ? new FormView(this) : new TextView(this);
    const at = new URLSearchParams(location.search);
    if (at.get("as") !== as) stay(address("write", this.letter, { as }));
  }

  /** Go to the line, or the field, that stands at a place of the page. */
  goes(place) {
    if (place.lines && this.as === "form" && this.view.goToLine(place.lines[0])) return;
    if (!place.lines && this.as === "form" && this.view.goToField(place.name)) return;
    if (this.as === "form") this.turn("text");
    const line = place.lines?.[0] ?? this.letter.form?.places[place.name] ?? 1;
    this.view.goToLine(line);
  }

  /** The cursor is in a line, behind so many characters of it: its place is marked on its page. */
  cursor(line, column = 0) {
    const before = this.desk.here;
    [this.desk.here, this.column] = [line, column];
    if (!this.follow() && before !== line) this.desk.drawMarks();
  }

  /** Show the page on which a field is printed, or the part that it belongs to. */
  followField(path) {
    const { letter } = this;
    const part = path.split(".")[0];
    const places = letter.stale || letter.tried ? [] : (letter.pages?.places ?? []);
    const place = places.find((one) => one.name === path) ?? places.find((one) => one.name?.split(".")[0] === part);
    if (place && place.page !== letter.page) letter.turn(place.page);
  }

  /** Show the page on which the line of the cursor is printed; gives whether it is another one. */
  follow() {
    const { letter } = this;
    const page = letter.stale || letter.tried ? null : pageOf(letter, this.desk.here, this.column);
    if (!page || page === letter.page) return false;
    letter.turn(page);
    return true;
  }
}

/** The page of a place in the text; null: it is on none. */
function pageOf({ pages, text }, line, column) {
  const blocks = (pages?.places ?? []).filter((one) => one.lines);
  const within = blocks.filter(({ lines: [first, last] }) => first <= line && line <= last);
  const least = Math.min(...within.map(({ lines: [first, last] }) => last - first));
  const parts = within.filter(({ lines: [first, last] }) => last - first === least).sort((one, two) => one.page - two.page);
  if (!parts.length) return blocks.filter(({ lines: [, last] }) => last < line).reduce((one, other) => (one?.lines[1] > other.lines[1] ? one : other), null)?.page ?? null;
  // A paragraph may stand on two pages: which part the cursor is in is told by how far it is in the text.
  const [first, last] = parts[0].lines;
  const written = text.split("\n").slice(first - 1, last);
  const sum = (all) => all.reduce((total, one) => total + one, 0);
  const long = written.map((one) => one.length + 1);
  const share = (sum(long.slice(0, line - first)) + column) / Math.max(1, sum(long) - 1);
  let left = share * sum(parts.map(({ box }) => box[3]));
  for (const part of parts) {
    left -= part.box[3];
    if (left <= 0) return part.page;
  }
  return parts.at(-1).page;
}
