// All letters of a list, held against the carrier that is chosen for them, one after the other.

import { h, button, refill } from "./dom.js";
import { lines, post, Refused, Gone } from "./api.js";
import { t } from "./words.js";
import { worded } from "./faults.js";
import { listen } from "./frame.js";
import { carrierTitle } from "./sent.js";

const FIRST = 20; // findings that are told; then the run ends

/** Says that only the row that is shown was examined, and examines the others when it is asked to. */
export class RowsExamination {
  constructor(letter) {
    this.letter = letter;
    this.element = h("section", { class: "stack" });
    const anew = () => this.of !== this.#now && this.#clear();
    this.unlisten = listen(letter, { sent: anew, text: anew, corrected: anew, list: anew, saved: anew, record: () => this.draw() });
    this.#clear();
  }

  close() {
    this.going = false;
    this.unlisten();
  }

  /** Say whether the letter of the row that is shown is examined. */
  one(is) {
    this.shown = Boolean(is);
    this.draw();
  }

  /** What is examined: letters of another text, list or carrier are others. */
  get #now() {
    const { letter } = this;
    return JSON.stringify([letter.of, letter.source, letter.sheet, letter.overview?.corrections ?? null, letter.sent]);
  }

  #clear() {
    [this.of, this.going, this.at, this.found, this.lacking] = [this.#now, false, 0, [], 0];
    this.draw();
  }

  draw() {
    const { letter } = this;
    if (!letter.source || !letter.sent.carrier || letter.record === null || !letter.rows) return refill(this.element);
    const n = letter.rows;
    if (!this.at) {
      return refill(this.element, h("div", { class: "row wrap" }, h("p", { class: "grow small soft" }, t(this.shown ? "pre.only" : "pre.only.none", { row: letter.rowOf(letter.record) })), n > 1 ? button(t("pre.rows", { n }), () => this.#look(), { kind: "tight", "data-key": "rows" }) : null));
    }
    const full = this.found.length >= FIRST;
    const done = [t("pre.rows.done", { at: this.at, n }), this.lacking ? t("pre.rows.lacking", { n: this.lacking }) : "", full && this.at < n ? t("pre.rows.first", { first: FIRST }) : ""].filter(Boolean).join(" ");
    const verdict = this.going ? null : this.found.length ? h("p", { class: "strong warnly" }, t("pre.rows.found", { n: this.found.length })) : h("p", { class: "strong good" }, t("pre.rows.passed"));
    return refill(
      this.element,
      h("div", { class: "row wrap" }, h("p", { class: "grow small soft", role: "status" }, done), this.going ? button(t("make.stop"), () => ((this.going = false), this.draw()), { kind: "tight", "data-key": "rows" }) : button(t("pre.rows.again"), () => (this.#clear(), this.#look()), { kind: "tight", "data-key": "rows" })),
      this.going ? h("progress", { max: n, value: this.at, "aria-label": t("pre.rows.progress") }) : null,
      verdict,
      this.found.length ? h("ul", { class: "points" }, this.found.map((one) => this.#line(one))) : null,
    );
  }

  #line({ record, fault, page }) {
    const { letter } = this;
    const said = worded({ ...fault, params: { ...fault.params, title: this.title, carrier: "" } }).what;
    return h("li", {}, button(t("rows.row", { row: letter.rowOf(record) }), () => letter.goTo(record), { kind: "tight plain flush", "data-key": `found-${record}-${fault.code}` }), h("p", { class: "grow" }, said, page ? h("span", { class: "small soft" }, ` ${t("pre.page", { page })}`) : null));
  }

  async #look() {
    const { letter } = this;
    const { of } = this;
    const { carrier, title, duplex } = letter.sent;
    this.title = carrierTitle({ name: carrier, title });
    this.going = true;
    const meant = () => this.going && this.of === of;
    for (const [first, last] of letter.overview.ranges) {
      for (let record = first; record <= last && meant() && this.found.length < FIRST; record += 1) {
        try {
          const found = await this.#examined(record, { carrier, duplex });
          if (!meant()) return;
          this.found.push(...(found ?? []).map((one) => ({ record, ...one })).slice(0, FIRST - this.found.length));
          if (!found) this.lacking += 1;
        } catch (error) {
          if (error instanceof Gone) break;
          if (!(error instanceof Refused)) throw error;
          if (!meant()) return;
          this.lacking += 1;
        }
        this.at += 1;
        this.draw();
      }
    }
    if (this.of !== of) return;
    this.going = false;
    this.draw();
  }

  /** What was found in the letter of a record; null: none is made of it. */
  async #examined(record, chosen) {
    const { letter } = this;
    let pages = null;
    for await (const news of lines("/api/show", { draft: { ...letter.draft, overlay: false }, data: letter.data, record, tab: `${letter.tab}-all`, pages: [] })) {
      if (news.kind === "pages") pages = news;
    }
    if (!pages) return null;
    return (await post("/api/preflight", { sha256: pages.sha256, tab: `${letter.tab}-all`, ...chosen })).found;
  }
}
