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

const CHOICE = "letterpress-view";

export class Screen {
  constructor(frame, letter, query) {
    Object.assign(this, { frame, letter });
    this.as = query.get("as") ?? localStorage.getItem(CHOICE) ?? "form";
    this.line = Number(query.get("line")) || null; // where somebody wants to go
    this.desk = new Desk(frame, letter, { goes: (place) => this.goes(place) });
    this.head = h("div", { class: "row wrap" });
    frame.panel.setAttribute("aria-label", t("write.panel"));
    this.unlisten = listen(letter, { faults: () => this.main(), list: () => this.main(), saved: () => this.main(), form: () => this.drawHead() });
    this.main();
    this.turn(this.as);
  }

  shown() {
    if (this.line) this.view.goToLine(this.line);
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
    const kind = this.kinds?.[values.letterhead ?? "plain"] ?? values.letterhead ?? "";
    const words = [kind, this.languages?.[values.lang ?? "en-US"] ?? values.lang].filter(Boolean).join(", ");
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

  /** Mark the place of a line on the page. */
  cursor(line) {
    if (this.desk.here === line) return;
    this.desk.here = line;
    const { letter } = this;
    const place = letter.pages?.places.find((one) => one.lines && line >= one.lines[0] && line <= one.lines[1]);
    if (place && place.page !== letter.page) letter.turn(place.page);
    else this.desk.drawMarks();
  }
}
