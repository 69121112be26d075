// The list of a letter: its rows, which of them is shown, and what is corrected without touching it.

import { post, put, Refused } from "./api.js";
import { newest } from "./dom.js";
import { isOfList } from "./faults.js";
import { ShownLetter } from "./letter-pages.js";
import { keepList, lastList } from "./route.js";
import { still, withRecipient } from "./sample.js";

/** The record that is shown, or the next one where that is left out; the first one where none is shown yet. */
function nearest(ranges, record) {
  const found = ranges.find(([, last]) => last >= (record ?? 0));
  return found ? Math.max(record ?? 0, found[0]) : (ranges.at(-1)?.[1] ?? null);
}

export class ListedLetter extends ShownLetter {
  constructor() {
    super();
    this.row = null;
    this.overview = null;
    this.listFaults = [];
    this.readList = newest(() => this.#list());
  }

  /** Take the list that an address names, or that this browser remembers. */
  take(list, remembered, row) {
    this.remembered = Boolean(list && remembered);
    this.source = list?.source ?? null;
    this.sheet = list?.sheet ?? null;
    this.record = row;
  }

  /** Of a list that cannot be used, or has no rows, that is what is said: without one every field lacks its value. */
  relevant(faults) {
    if (!this.source || (this.overview && !this.overview.blocking && this.rows)) return faults;
    return [...faults.filter((fault) => !["value-missing", "field-missing", "name-valueless"].includes(fault.code)), ...this.listFaults];
  }

  /** Whether a fault is one of the list, or of its row that is shown, and not of the letter itself. */
  ofList(fault) {
    return isOfList(fault) || Boolean(fault.record && fault.file !== this.path) || this.listFaults.some((one) => one.code === fault.code && one.message === fault.message);
  }

  get data() {
    return this.source && { source: this.source, sheet: this.sheet };
  }

  setList(source, sheet = null) {
    [this.source, this.sheet, this.record, this.row, this.overview, this.check, this.page] = [source, sheet, null, null, null, null, 1];
    if (!source) this.#forget();
    return source ? this.readList().then(() => this.greetEach()) : null;
  }

  /** A list gives the recipients: no greeting names the sample's any more. */
  greetEach() {
    const changes = still(this).some((path) => ["salutation", "closing"].includes(path)) ? withRecipient(this) : [];
    return changes.length && this.source ? this.change(changes).then(() => this.readList()) : null; // which was said of the sample's name
  }

  async #list() {
    try {
      this.overview = await post("/api/list", { draft: this.draft, data: this.data });
      // Which sheet is read stands above its columns.
      this.listFaults = this.overview.faults.filter((fault) => fault.code !== "sheet-guessed");
      this.keepList();
      this.record = nearest(this.overview.ranges, this.record);
    } catch (error) {
      if (!(error instanceof Refused)) return null;
      // A list that only this browser remembers, and that is gone, is none.
      if (this.remembered && error.faults.some((fault) => fault.code === "file-missing")) return this.setList(null);
      this.overview = null;
      this.listFaults = error.faults;
    }
    this.tell("list");
    return null;
  }

  #forget() {
    keepList(this.path, null);
    this.#inProject(null);
  }

  /** Keep in the project which list it is, where that is another one: other browsers find it as well. */
  #inProject(list) {
    const now = JSON.stringify(list);
    if (now === this.inProject) return;
    this.inProject = now;
    put("/api/letter/list", { path: this.path, list }).catch(() => (this.inProject = null)); // it is kept with the next look at the list
  }

  /** Have the start know the list, and how many of its rows stop their letter where they were looked through. */
  keepList() {
    this.#inProject({ source: this.source, sheet: this.sheet });
    const first = this.overview?.ranges[0]?.[0] ?? null;
    const { cells, left_out } = this.overview?.corrections ?? { cells: [], left_out: [] };
    const of = { source: this.source, sheet: this.sheet, rows: this.rows, first, corrected: cells.length + left_out.length };
    const before = lastList(this.path);
    const same = before && Object.entries(of).every(([name, value]) => before[name] === value); // what was found then still holds
    keepList(this.path, { ...of, faulty: this.check?.faulty ?? (same ? before.faulty : 0) });
  }

  /** Columns all of whose values have two readings. */
  get questions() {
    return this.overview?.questions ?? [];
  }

  /** Whether a fault of a row is one that its column is asked about. */
  askedOf(fault) {
    return ["date-ambiguous", "number-ambiguous"].includes(fault.code) && this.questions.some((one) => one.column === fault.column);
  }

  /** Say how the list writes its dates or numbers: the letter keeps it. */
  say(path, value) {
    return this.saying(async () => {
      await this.change([{ path, value }]);
      if (path === "data.header_row") this.record = null; // the rows are others: the first of them is shown
    });
  }

  /** Have the letter say something else of its list, by what `changes` does: all rows are looked at anew. */
  async saying(changes) {
    await changes();
    await this.readList();
    await this.greetEach();
    this.tell("corrected");
    this.show();
  }

  get rows() {
    return (this.overview?.ranges ?? []).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  /** Numbers of the records as the spreadsheet shows them. */
  rowOf(record) {
    return record + (this.overview?.header_row ?? 0);
  }

  /** The record that is so many behind another one; those that the list leaves empty are passed over. */
  beside(record, step) {
    const ranges = this.overview?.ranges ?? [];
    const at = ranges.findIndex(([first, last]) => record >= first && record <= last);
    if (at < 0) return null;
    const next = record + step;
    if (next >= ranges[at][0] && next <= ranges[at][1]) return next;
    return step > 0 ? (ranges[at + 1]?.[0] ?? null) : (ranges[at - 1]?.[1] ?? null);
  }

  goTo(record) {
    if (record === null || record === this.record) return;
    this.trial.taken();
    this.record = record;
    this.page = 1;
    this.show();
    this.tell("record");
  }

  /** Correct cells of the list, each named by a fault; the spreadsheet stays as it is. */
  correct(cells, leftOut = []) {
    return this.keepCorrections((now) => {
      const all = [...now.cells, ...cells.map(({ fault, text }) => this.correctionOf(fault, text))];
      const kept = new Map(all.map((one) => [`${one.record} ${one.column}`, one]));
      return { cells: [...kept.values()].filter((one) => one.text !== one.was), left_out: [...new Set([...now.left_out, ...leftOut])].sort((one, two) => one - two) };
    });
  }

  /** The correction that sets the cell of a fault. */
  correctionOf(fault, text) {
    const record = Number.parseInt(fault.record, 10);
    const kept = this.overview.corrections.cells.find((one) => one.record === record && one.column === fault.column);
    return { record, column: fault.column, was: kept?.was ?? String(fault.value ?? "").trim(), text };
  }

  /** Keep others; `made` makes them of those that there are. One after the other: each comes on top of the last. */
  keepCorrections(made) {
    const done = this.changing.then(async () => {
      this.trial.taken();
      await put("/api/list/corrections", { source: this.source, sheet: this.overview.sheet, corrections: made(this.overview.corrections) });
      await this.readList();
      this.tell("corrected");
      this.show();
    });
    this.changing = done.catch(() => {});
    return done;
  }
}
