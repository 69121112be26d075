// What a carrier may refuse a PDF for: the verdict, each point with its number, and the picture of its page with them.

import { h, button, id, newest, refill } from "./dom.js";
import { post, upload, Refused, Gone } from "./api.js";
import { t } from "./words.js";
import { worded } from "./faults.js";
import { listen } from "./frame.js";
import { carriers, carrierNotes, carrierSelect, groups } from "./carrier.js";
import { carrierTitle } from "./sent.js";
import { COUNTRY } from "./begin.js";
import { RowsExamination } from "./preflight-rows.js";

const MOST = 20; // points that are shown at once
const A4 = [595, 842];

/** A PDF that was examined: `shows` draws the page, and asks `cover` for the picture that takes the place of its own. */
class Examination {
  constructor(shows, turn) {
    Object.assign(this, { shows, turn });
    this.element = h("section", { class: "stack examined" });
    this.clear();
  }

  clear() {
    [this.done, this.of, this.failed, this.most] = [null, null, null, MOST];
    this.pictures = new Map();
  }

  /** Take what was found; its pages are shown with it where it has a place on one. */
  take(done, of, title) {
    this.clear();
    [this.done, this.of, this.title] = [done, of, title];
    this.covering = this.wanted ?? done.found.some((one) => one.placed);
  }

  /** The picture of a page with what was found on it; null: its own is shown. */
  cover(page, sha256) {
    if (!this.done || !this.covering || this.of.sha256 !== sha256) return null;
    if (!this.pictures.has(page)) this.#fetch(page);
    const address = this.pictures.get(page);
    return address ? { address, alt: t(`pre.alt${this.#field}`, { page, carrier: this.title }) } : null;
  }

  /** What is drawn blue: the field in which the carrier reads the address, or prints it itself. */
  get #field() {
    return this.done.field ? `.${this.done.field}` : "";
  }

  async #fetch(page) {
    const { of: { sha256, carrier }, pictures } = this;
    pictures.set(page, null);
    try {
      const { address } = await post("/api/preflight/picture", { sha256, carrier, page });
      if (this.pictures !== pictures) return;
      pictures.set(page, address);
      this.shows();
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Gone)) throw error; // a page that cannot be drawn so is shown as it is
    }
  }

  draw(...before) {
    refill(this.element, ...before, this.failed ? this.#failure() : this.done ? this.#verdict() : null);
  }

  #failure() {
    const said = worded(this.failed);
    return h("div", { class: "fault", role: "alert" }, h("p", {}, h("span", { class: "what" }, said.what), said.more ? ` ${said.more}` : ""));
  }

  #verdict() {
    const { done } = this;
    const n = done.found.length;
    const errors = done.found.filter((one) => one.fault.severity === "error").length;
    const words = !done.passed ? t("pre.refused", { n: errors }) : n ? t("pre.warned", { n }) : t("pre.passed");
    const kind = !done.passed ? "badly" : n ? "warnly" : "good";
    const show = button(t("pre.show"), () => {
      this.covering = this.wanted = !this.covering;
      this.draw(...this.before());
      this.shows();
    }, { kind: "tight", "aria-pressed": String(this.covering), "data-key": "cover" });
    const rest = n - this.most;
    return [
      h("div", { class: "row wrap" }, h("p", { class: `grow strong ${kind}`, role: "status" }, words), done.pages ? show : null),
      done.pages && this.covering ? h("p", { class: "small soft" }, t(`pre.legend${this.#field}`, { carrier: this.title })) : null,
      n ? h("ol", { class: "points", "aria-label": t("pre.points") }, done.found.slice(0, this.most).map((one) => this.#point(one))) : null,
      rest > 0 ? h("p", {}, button(t("pre.rest", { n: rest }), () => ((this.most += 200), this.draw(...this.before())), { kind: "tight", "data-key": "rest" })) : null,
      done.address.length ? h("dl", { class: "facts" }, h("dt", {}, t("pre.address")), h("dd", {}, done.address.flatMap((line) => [line, h("br")]).slice(0, -1))) : null,
    ];
  }

  #point({ number, page, placed, fault }) {
    const said = worded({ ...fault, params: { ...fault.params, title: this.title, carrier: "" } });
    const kind = fault.severity === "error" ? "" : "warn";
    const see = () => {
      this.covering = this.wanted = true;
      this.turn(page);
      this.draw(...this.before());
      this.shows();
    };
    const mark = placed ? h("button", { type: "button", class: `nr ${kind}`, onclick: see, "aria-label": t("pre.see", { number, page }), "data-key": `point-${number}` }, String(number)) : h("span", { class: `nr ${kind}` }, String(number));
    const details = [fault.message, fault.hint, fault.params.source].filter(Boolean).map((text) => h("p", {}, text));
    return h(
      "li",
      { "data-fault": fault.code },
      mark,
      h("div", { class: "grow" }, h("p", {}, h("span", { class: `said ${kind}` }, said.what), said.more ? ` ${said.more}` : ""), this.ways(fault), h("div", { class: "small soft row wrap" }, h("span", {}, page ? t("pre.page", { page }) : t("pre.file")), h("details", {}, h("summary", {}, t("fault.details")), details))),
    );
  }

  /** Buttons that help with a point. */
  ways() {
    return null;
  }

  /** What stands above the verdict. */
  before() {
    return [];
  }
}

/** The letter that is shown, held against the carrier that is chosen for it, as it will be made. */
export class LetterExamination extends Examination {
  constructor(letter, desk) {
    super(() => desk.draw(), (page) => page !== letter.page && letter.turn(page));
    Object.assign(this, { letter, desk });
    desk.cover = (page) => this.cover(page, letter.pages?.sha256);
    this.rows = new RowsExamination(letter);
    this.look = newest(() => this.#look());
    const look = () => this.look();
    this.unlisten = listen(letter, { page: look, sent: look, record: look });
    this.look();
  }

  close() {
    this.closed = true;
    this.unlisten();
    this.rows.close();
  }

  before() {
    const { sent } = this.letter;
    return sent.carrier ? [h("h2", {}, t("pre.title", { carrier: carrierTitle({ name: sent.carrier, title: sent.title }) })), this.rows.element] : [];
  }

  ways(fault) {
    const { letter } = this;
    if (fault.code !== "color-unprinted" || letter.sent.profile === "press") return null;
    return h("p", {}, button(t("fix.send.press"), () => letter.send({ profile: "press", own: true }), { kind: "tight", "data-mend": fault.code }));
  }

  async #look() {
    const { letter } = this;
    const { carrier, title, duplex } = letter.sent;
    const ready = letter.current && letter.pages.record === (letter.source ? letter.record : null);
    const of = carrier && ready ? { sha256: letter.pages.sha256, carrier, duplex } : null;
    if (of && this.of?.sha256 === of.sha256 && this.of.carrier === carrier && this.of.duplex === duplex) return;
    const before = Boolean(this.done);
    this.clear();
    if (before) this.shows();
    this.rows.one(of);
    if (!of) return this.draw(...(letter.source ? this.before() : [])); // until its page is there, or for good: nobody is chosen, or the letter has a fault
    this.draw(...this.before(), h("p", { class: "soft", role: "status" }, t("pre.looking")));
    try {
      const done = await post("/api/preflight", { ...of, tab: letter.tab });
      if (this.closed || letter.pages?.sha256 !== of.sha256 || letter.sent.carrier !== carrier) return;
      this.take(done, of, carrierTitle({ name: carrier, title }));
      this.shows();
    } catch (error) {
      if (error instanceof Gone || (error instanceof Refused && [404, 409].includes(error.status))) return this.draw();
      if (!(error instanceof Refused)) throw error;
      this.failed = error.faults[0];
    }
    this.draw(...this.before());
  }
}

/** Any PDF, held against a carrier that is chosen beside it. `view` shows its pages. */
export class FileExamination extends Examination {
  constructor(file, view, pages) {
    super(() => view.draw(), (page) => view.turn(page));
    Object.assign(this, { file, pages });
    view.cover = (page) => this.cover(page, pages.sha256);
    this.carrier = null;
    this.select = h("div", { class: "field" });
    this.#begin();
  }

  async #begin() {
    this.known = (await carriers()).carriers;
    this.#choice();
    this.draw(...this.before());
  }

  #choice() {
    const own = id("for");
    const [wide, high] = this.pages.sizes[0] ?? A4;
    const papers = Math.abs(wide - A4[0]) < 6 && Math.abs(high - A4[1]) < 6 ? ["a4"] : ["letter"];
    const sorted = groups(this.known, papers, localStorage.getItem(COUNTRY));
    refill(this.select, h("label", { for: own }, t("pre.for")), carrierSelect(own, sorted, this.carrier, t("pre.none"), (name) => this.choose(name)));
  }

  before() {
    const one = this.known?.find((other) => other.name === this.carrier);
    return [h("h2", {}, t("pre.any")), this.select, one ? carrierNotes(one) : null].flat();
  }

  async choose(name) {
    this.carrier = name;
    this.clear();
    this.shows();
    if (!name) return this.draw(...this.before());
    this.draw(...this.before(), h("p", { class: "soft", role: "status" }, t("pre.looking")));
    try {
      const done = await upload(`/api/preflight/any?name=${encodeURIComponent(this.file.name)}&carrier=${encodeURIComponent(name)}`, this.file);
      if (this.carrier !== name) return;
      this.take(done, { sha256: this.pages.sha256, carrier: name }, carrierTitle(this.known.find((one) => one.name === name)));
      this.shows();
    } catch (error) {
      if (error instanceof Gone) return;
      if (!(error instanceof Refused)) throw error;
      if (this.carrier !== name) return;
      this.failed = error.faults[0];
    }
    this.draw(...this.before());
  }
}
