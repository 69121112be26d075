// Make: rows that stop a letter, rows to look at, and the run that makes the letters.

import { h, button, enter, icon, newest, refill } from "./dom.js";
import { lines, post, Refused, Gone } from "./api.js";
import { t } from "./words.js";
import { faultBox, fixButton, questionBox, fixes, isOfList, worded, partTitle } from "./faults.js";
import { Desk } from "./desk.js";
import { listen } from "./frame.js";
import { correctedBox, leaveButton } from "./corrected.js";
import { address, go } from "./route.js";
import { Run } from "./run.js";
import { Addressed } from "./addressed.js";
import { currencyFix } from "./kinds.js";
import { leftBox, madeOf, madeRow } from "./made.js";
import { senderBox, stillBox } from "./sample.js";
import { stopBoxes } from "./stops.js";
import { Sending } from "./carrier.js";
import { LetterExamination } from "./preflight.js";

const MOST = matchMedia("(max-width: 480px)").matches ? 20 : 200; // rows that are shown at once

/** A cell that says that it has no value is said once, whatever else is wrong with it for that. */
function merged(faults) {
  const nothing = (fault) => faults.find((one) => one.code === "value-nothing" && one.column === fault.column && one !== fault);
  return faults
    .filter((fault) => fault.code !== "value-nothing" || !faults.some((one) => one !== fault && one.column === fault.column && one.severity === "error"))
    .map((fault) => (fault.severity === "error" && nothing(fault) ? { ...nothing(fault), severity: "error" } : fault));
}

export class Screen {
  constructor(frame, letter) {
    Object.assign(this, { frame, letter });
    this.desk = new Desk(frame, letter, { step: "make", plain: true, goes: (place) => go(address("write", letter, { as: "text", line: place.lines?.[0] ?? letter.form?.places[place.name] ?? 1 })) });
    frame.panel.setAttribute("aria-label", t("check.panel"));
    this.show = "remarks";
    this.most = MOST;
    this.rows = [];
    this.looking = true;
    [this.filling, this.mended] = [null, null];
    frame.element.classList.toggle("one", !letter.source);
    this.inside = h("div", { class: "stack wide" });
    frame.panel.replaceChildren(this.inside);
    this.sending = new Sending(letter, { folded: Boolean(letter.source), opened: () => letter.source && this.draw() });
    this.examination = new LetterExamination(letter, this.desk);
    this.addressed = new Addressed(this);
    this.run = new Run(this);
    this.check = newest(() => this.#check());
    this.there = newest(() => this.#there());
    letter.trial.resting = () => this.#tried();
    this.unlisten = listen(letter, { sent: () => (this.run.aged(), letter.source && this.check()), corrected: () => (this.run.aged(), this.check()), text: () => letter.source && this.check(), record: () => this.draw(), list: () => (this.run.aged(), this.draw()), form: () => letter.source || this.draw(), saved: () => (this.main(), this.run.aged()), page: () => (this.main(), this.preview()), faults: () => (this.main(), letter.source || this.draw()) });
    if (letter.source) this.check();
    else this.draw();
    if (!letter.source) this.there();
    this.main();
    if (letter.wanted) this.run.make();
    letter.wanted = false;
  }

  close() {
    this.closed = true;
    this.letter.trial.resting = null;
    this.letter.trial.end();
    this.unlisten();
    this.run.close();
    this.addressed.close();
    this.sending.close();
    this.examination.close();
    this.desk.close();
  }

  main() {
    this.frame.main = this.letter.source ? this.run.buttons() : this.run.single();
  }

  async #check() {
    const { letter } = this;
    const rows = [];
    this.broken = [];
    try {
      for await (const news of lines("/api/list/check", { draft: letter.draft, data: letter.data, tab: letter.tab })) {
        if (this.closed) return;
        if (news.kind === "rows") rows.push(...news.rows);
        else if (news.kind === "checked") letter.check = news;
        else if (news.faults?.length) this.broken = news.faults;
      }
    } catch (error) {
      if (error instanceof Gone) return;
      if (!(error instanceof Refused)) throw error;
      this.broken = error.faults;
    }
    [this.rows, this.looking] = [rows, false];
    if (this.broken.length) letter.check = null;
    letter.keepList();
    letter.tell("checked");
    this.main();
    this.#first();
    if (this.run.state) this.run.draw(); // its counts are without the rows that stop their letter
    this.draw();
    this.mended = null;
    this.preview();
    this.there();
  }

  /** The mend with which the row that is shown has a page: where just one thing stops its letter, the first way to mend it. */
  #tried() {
    const { letter } = this;
    const row = this.rows.find((one) => one.number === letter.record);
    const stops = merged(row?.faults ?? []).filter((fault) => fault.severity === "error");
    if (!row || row.skipped || stops.length !== 1 || !isOfList(stops[0]) || letter.askedOf(stops[0])) return null;
    const [fix] = fixes(stops[0], letter);
    return fix ? { fault: stops[0], fix, as: fix.value ?? null } : null;
  }

  /** A row that stops its letter has no page of its own: it is shown as it will print when it is mended. */
  preview() {
    if (this.desk.other && !this.looking) this.letter.trial.rest();
  }

  /** Look what was made before, and whether some of it is of no row any more. */
  async #there() {
    const { letter } = this;
    try {
      if (!letter.source) this.files = await madeOf(letter);
      else if (!this.run.going) {
        const { stay } = this.made ?? {};
        if (letter.dirty) await letter.saveNow(); // what is made is made of the file
        this.made = { ...(await post("/api/finished/list", this.#asked)), stay };
        if (!this.closed) await this.run.found(this.made);
      }
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Gone)) throw error;
      this.made = null; // what is wrong with the letter or the list is said already
    }
    if (!this.closed) this.draw();
  }

  get #asked() {
    const { path, data, chosen } = this.letter;
    return { letter: path, data, chosen };
  }

  async #removeLeft() {
    const { stay } = await post("/api/finished/left", this.#asked);
    this.made = { ...this.made, stay };
    this.there();
  }

  /** Choose the first row of the table, the first time that there is one: what is beside it is the page of a row in it. */
  #first() {
    if (this.begun || !this.rows.length) return;
    this.begun = true;
    const found = this.#lines();
    // One that is to be mended comes before one to look at, also where it has no page yet.
    const urgent = found.stop.length ? found.stop : [...found.look, ...found.skipped];
    if (urgent.length && !urgent.some(({ row }) => row.number === this.letter.record)) this.desk.goTo(urgent[0].row.number);
  }

  // --- the table ----------------------------------------------------------------------------------------------------

  #ofLetter(fault) {
    return !isOfList(fault) && fault.file === this.letter.path;
  }

  /** Faults of the letter itself, each once. */
  #own() {
    const seen = new Map();
    for (const row of this.rows) for (const fault of row.faults) if (this.#ofLetter(fault)) seen.set(`${fault.code} ${fault.line} ${fault.span} ${fault.value}`, fault);
    return [...seen.values()];
  }

  /** Lines of the table: one for each fault of a row. */
  #lines() {
    const { letter } = this;
    const found = { stop: [], look: [], fine: [], skipped: [] };
    for (const fault of this.broken.filter((one) => one.record)) {
      found.stop.push({ row: { number: Number.parseInt(fault.record, 10), row: fault.row }, fault });
    }
    for (const given of this.rows) {
      // What is wrong with the letter itself is said once, above the rows.
      const row = { ...given, faults: merged(given.faults.filter((fault) => !this.#ofLetter(fault) && !letter.askedOf(fault))) };
      const kind = row.skipped ? "skipped" : row.blocking && row.faults.length ? "stop" : row.faults.length || row.same_address || row.same_place ? "look" : "fine";
      for (const fault of row.faults) found[row.skipped ? "skipped" : fault.severity === "error" ? "stop" : "look"].push({ row, fault });
      const same = row.same_address ?? row.same_place;
      if (same) found.look.push({ row, same });
      if (kind === "fine" && !row.blocking) found.fine.push({ row });
    }
    return found;
  }

  draw() {
    const { letter } = this;
    if (!letter.source) return this.#single();
    this.addressed.draw();
    const found = this.#lines();
    const remarks = new Set([...found.stop, ...found.look, ...found.skipped].map((line) => line.row.number)).size;
    const counts = { remarks, good: found.fine.length, all: this.rows.length || remarks };
    const groups = {
      remarks: [["check.stop", found.stop, ""], ["check.look", found.look, "warn"], ["check.skipped", found.skipped, "warn"]],
      good: [["check.fine", found.fine, "warn"]],
    };
    groups.all = [...groups.remarks, ...groups.good];
    const show = this.show === "remarks" && !remarks && found.fine.length ? "good" : this.show; // where nothing is to be mended, the rows are shown
    const { encoding } = letter.form?.values.data ?? {};
    const from = new URLSearchParams({ source: letter.source, ...(letter.sheet ? { sheet: letter.sheet } : {}), ...(encoding ? { encoding } : {}), header_row: letter.overview?.header_row ?? 0 });
    const corrected = letter.overview?.corrections;
    const changed = corrected && (corrected.cells.length || corrected.left_out.length);
    const head = h(
      "div",
      { class: "row wrap between" },
      h("div", { class: "segment", role: "group", "aria-label": t("check.show") }, ["remarks", "good", "all"].map((name) => h("button", { type: "button", "aria-pressed": String(show === name), onclick: () => ((this.show = name), this.draw()), "data-key": `show-${name}` }, t(`check.${name}`, { n: counts[name] })))),
      this.sending.folded ? this.sending.element : null,
    );
    const whole = this.broken.filter((fault) => !fault.record && fault.code !== "column-unused");
    const own = this.#own();
    const stops = own.some((fault) => fault.severity === "error"); // then nothing is said of how many rows are good
    const shownLines = groups[show].reduce((sum, [, all]) => sum + all.length, 0);
    refill(
      this.inside,
      this.looking ? h("p", { class: "soft", role: "status" }, t("check.looking")) : stops ? null : this.#summary(remarks),
      this.addressed.element,
      leftBox(this.made, () => this.#removeLeft()),
      senderBox(letter),
      stillBox(letter),
      own.length ? stopBoxes(letter, own) : null,
      letter.questions.map((fault) => questionBox(fault, letter)),
      this.#whole(whole),
      this.sending.folded ? null : this.sending.element,
      this.examination.element,
      counts.all ? head : null,
      shownLines ? this.#table(groups[show]) : this.looking || whole.length || own.length || counts.all ? null : h("p", { class: "warnly" }, t("check.empty"), " ", h("a", { href: address("list", letter), "data-link": true }, t("form.to-list"))),
      shownLines > this.most ? h("p", {}, button(t("check.rest", { n: shownLines - this.most }), () => ((this.most += MOST), this.draw()), { "data-key": "more" })) : null,
      correctedBox(letter) ?? (remarks ? h("p", { class: "soft small" }, t("check.kept")) : null),
      changed ? h("p", {}, h("a", { class: "button tight", href: `/api/list/copy?${from}`, "data-key": "copy" }, t("check.copy"))) : null,
    );
    if (document.activeElement !== this.filling?.input) enter(this.filling?.input);
    if (this.mended !== null) this.#goOn();
    return null;
  }

  /** After a cell was filled in, the row that stands in its place has the focus: its mend, where that leaves no row out. */
  #goOn() {
    const next = [...this.inside.querySelectorAll("tr.pick")].slice(0, this.mended + 1).at(-1);
    (next?.querySelector("[data-mend]:not([data-mend=same])") ?? next?.querySelector(".number"))?.focus();
  }

  /** Faults of the list as a whole: they are mended where its columns are shown. */
  #whole(faults) {
    const errors = faults.filter((fault) => fault.severity === "error");
    const [first] = errors;
    return [...errors, ...faults.filter((fault) => fault.severity !== "error")].map((fault) => {
      const see = h("a", { class: "button tight", href: address("list", this.letter), "data-link": true, "data-key": "to-list" }, t("form.to-list"));
      const box = faultBox(fault, this.letter, { main: fault === first, more: fault === first ? see : [] });
      if (!box.querySelector(".main")) see.classList.add("main");
      return box;
    });
  }

  /** How many letters there will be, until the strip above says how many there are. */
  #summary(remarks) {
    const { check } = this.letter;
    if (!check || !this.rows.length) return null;
    if (!remarks && !check.faulty && check.letters) return h("p", { class: "row good" }, h("span", { class: "tick" }, icon("tick")), t("check.done"));
    if (this.run.state) return null;
    return h("p", {}, h("span", { class: "strong num" }, t(check.letters ? "check.ready" : "check.none", { n: check.letters })), " ", check.letters ? h("span", { class: "num" }, this.run.leftOut) : null);
  }

  #table(groups) {
    const plain = groups.every(([, all]) => all.every((line) => !line.fault && !line.same));
    let room = this.most;
    const bodies = groups
      .filter(([, all]) => all.length)
      .map(([title, all, kind]) => {
        const some = all.slice(0, Math.max(0, room));
        room -= some.length;
        return h("tbody", {}, plain && groups.length === 1 ? null : h("tr", { class: "group" }, h("th", { colspan: plain ? "2" : "5", scope: "rowgroup" }, t(title)), plain ? null : h("td", {}, this.#together(all))), some.map((line) => this.#line(line, kind, plain)));
      });
    const head = [["w-row", "row"], [plain ? "" : "w-name", "recipient"], ["w-column", "column"], ["w-cell", "cell"], ["", "wrong"], ["w-mend", "mend"]];
    return h("div", { class: "scrolls" }, h("table", { class: "faulty" }, h("caption", { class: "unseen" }, t("check.caption")), h("thead", {}, h("tr", {}, head.slice(0, plain ? 2 : 6).map(([width, name]) => h("th", { scope: "col", class: width }, t(`check.${name}`))))), bodies));
  }

  #line({ row, fault, same }, kind, plain) {
    const { letter } = this;
    const number = row.row ?? row.number;
    const pick = () => letter.goTo(row.number);
    return h(
      "tr",
      { class: `pick ${row.number === letter.record ? "chosen" : ""}`, onclick: (event) => event.target.closest("button, input") || pick(), "data-fault": fault?.code ?? (same ? "same" : null) },
      h("td", { class: "num" }, button(String(number), pick, { kind: "number", "aria-label": t("rows.row", { row: number }), "data-key": `pick-${row.number}-${fault?.code ?? ""}` })),
      h("td", {}, row.recipient ?? ""),
      plain ? null : fault ? this.#wrong(row, fault, kind) : same ? this.#same(number, row.number, same) : [h("td"), h("td"), h("td"), h("td")],
    );
  }

  /** Cells that say what is wrong with one of the list's, and how to mend it. */
  #wrong(row, fault, kind) {
    const { titles } = this.letter;
    const { value } = fault;
    return [
      h("td", { class: "soft" }, fault.column ?? (fault.field ? partTitle(fault.field, titles) : "")),
      h("td", { class: "num", title: fault.cell ?? null }, value === null || value === "" ? h("span", { class: "soft" }, t("list.empty")) : String(value)),
      h("td", {}, h("span", { class: `said ${kind}`, title: [fault.message, fault.hint].filter(Boolean).join(". ") }, worded(fault, titles).what.replace(/\.$/, ""))),
      h("td", {}, this.#mends(row, fault), row.number === this.letter.record ? leaveButton(this.letter) : null),
    ];
  }

  /** Cells that say that a row has the address of another one. */
  #same(number, record, same) {
    const { letter } = this;
    const leave = button(t("check.leave", { row: number }), () => letter.correct([], [record]), { kind: "tight", "data-mend": "same" });
    return [h("td", { class: "soft" }), h("td"), h("td", {}, h("span", { class: "said warn" }, t("check.same", { row: letter.rowOf(same) }))), h("td", {}, leave)];
  }

  #mends(row, fault) {
    const { letter } = this;
    const key = `${row.number} ${fault.column} ${fault.code}`;
    const ways = [...fixes(fault, letter).map((fix) => fixButton(fault, fix, letter, () => letter.correct([{ fault, text: fix.text }]))), currencyFix(fault, letter)].filter(Boolean);
    if (!fault.column) return ways;
    if (this.filling?.key !== key) {
      const begin = () => {
        this.filling = { key, input: null };
        if (letter.record === row.number) this.draw();
        else letter.goTo(row.number); // its page stands beside what is filled in
      };
      const fill = button(t("check.fill"), begin, { kind: "tight", "data-mend": fault.code });
      return [...ways, fill]; // what is proposed may not be what is meant
    }
    // One that is there already stays, with what is typed: the rows may be drawn anew meanwhile.
    const input = (this.filling.input ??= h("input", { class: "input", "data-key": "fill", "aria-label": t("check.fill.label", { column: fault.column, row: row.row ?? row.number }), value: String(fault.value ?? "") }));
    const use = (event) => {
      event.preventDefault();
      this.filling = null;
      this.mended = [...this.inside.querySelectorAll("tr.pick")].indexOf(input.closest("tr")); // the row that comes next in its place has the focus
      letter.correct([{ fault, text: input.value }]);
    };
    return h("form", { class: "row", onsubmit: use }, input, h("button", { class: "button tight" }, t("check.use")));
  }

  /** One button for the same fault in many rows. */
  #together(all) {
    const { letter } = this;
    const same = new Map();
    for (const line of all) {
      const [fix, ...more] = line.fault ? fixes(line.fault, letter) : [];
      if (!fix || more.length || !line.fault.column) continue;
      const key = line.fault.code;
      same.set(key, [...(same.get(key) ?? []), { fault: line.fault, text: fix.text, value: fix.value, again: fix.again }]);
    }
    const [most] = [...same.values()].filter((one) => one.length > 1).sort((one, two) => two.length - one.length);
    if (!most) return null;
    const [{ again, value, text }] = most;
    const kind = again ?? (value && most.every((one) => one.text === text) ? "each" : most.length === all.length ? "every" : "some");
    return button(t(`check.${kind}${most.length === 2 && kind !== "some" ? ".two" : ""}`, { n: most.length, value }), () => letter.correct(most), { kind: "tight", "data-key": "together" });
  }

  // --- one letter ---------------------------------------------------------------------------------------------------

  #single() {
    const stops = stopBoxes(this.letter);
    const before = (this.files ?? []).filter((one) => one.path !== this.run.savedAs);
    const list = h("p", {}, h("a", { class: "button", href: address("list", this.letter), "data-link": true, "data-key": "to-list" }, t("make.list")));
    const nothing = h("div", { class: "stack" }, h("h2", {}, t("make.nothing")), h("p", { class: "soft" }, t("make.nothing.more")), list);
    refill(
      this.inside,
      stops.length ? h("h2", {}, t("make.stops")) : (this.run.saved ?? nothing),
      stops,
      senderBox(this.letter),
      stillBox(this.letter),
      this.sending.element,
      this.examination.element,
      before.length ? h("section", { class: "stack" }, h("h2", {}, t("made.here")), h("ul", {}, before.map((one) => madeRow(one)))) : null,
    );
  }
}
