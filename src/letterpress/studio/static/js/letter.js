// The letter that is written: its text, saved or not, what is wrong with it, its pages, its list. All screens share it.

import { get, post, put, lines, reach, Refused, Gone } from "./api.js";
import { decoded, newest } from "./dom.js";
import { lastList, keepList } from "./route.js";
import { once, home, isOfList } from "./faults.js";
import { Trial } from "./trial.js";
import { edited } from "./text-edits.js";

const QUIET = 1200; // ms after the last key before the letter is saved

export class Letter extends EventTarget {
  constructor(path, { list = null, sheet = null, row = null } = {}) {
    super();
    this.path = path;
    const last = list ? { source: list, sheet } : lastList(path);
    this.remembered = Boolean(last && !list);
    this.source = last?.source ?? null;
    this.sheet = last?.sheet ?? null;
    this.record = row;
    this.tab = `t${Math.random().toString(36).slice(2)}`;
    this.text = "";
    this.sha256 = null;
    this.savedAt = 0;
    this.dirty = false;
    this.conflict = null;
    this.form = null;
    this.formFaults = [];
    this.faults = [];
    this.blocking = false;
    this.pages = null; // the last that could be made: {count, sizes, pdf, sha256, places, at}
    this.picture = null;
    this.page = 1;
    this.dpi = 120;
    this.overlay = false;
    this.stale = false; // whether the page that is shown is one from before a fault
    this.failed = null; // why the last page was given up
    this.row = null;
    this.overview = null;
    this.listFaults = [];
    this.show = newest(() => this.#show());
    this.readForm = newest(() => this.#form());
    this.readList = newest(() => this.#list());
    this.saveNow = newest(() => this.#save());
    this.changing = Promise.resolve();
    this.pending = 0; // changes of the front matter that are on their way
    this.trial = new Trial(this);
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }

  async open() {
    this.#take(await get(`/api/letter?path=${encodeURIComponent(this.path)}`));
    await Promise.all([this.readForm(), this.source ? this.readList() : null]);
    if (this.source && this.record === null) this.record = this.overview?.ranges[0]?.[0] ?? null;
    this.show();
    this.#watch();
  }

  close() {
    this.watching?.close();
    clearTimeout(this.saving);
    if (this.dirty && !this.conflict) this.saveNow();
  }

  #take(opened) {
    this.text = opened.text;
    this.sha256 = opened.sha256;
    this.savedAt = opened.modified;
    this.dirty = false;
    this.conflict = null;
    this.tell("text");
    this.tell("saved");
  }

  get titles() {
    return Object.fromEntries((this.form?.fields ?? []).map((field) => [field.name, field.title]));
  }

  get name() {
    return this.path.split("/").pop();
  }

  get title() {
    const values = this.form?.values ?? {};
    if (typeof values.subject === "string" && values.subject) {
      return values.subject.replace(/\{\{\s*fields\.(\w+)[^}]*\}\}/g, (_, name) => this.titles[name] ?? name);
    }
    return this.name.replace(/\.md$/, "").replace(/[-_]/g, " ").replace(/^./, (first) => first.toUpperCase());
  }

  get draft() {
    return { path: this.path, text: this.text, overlay: this.overlay };
  }

  get data() {
    return this.source && { source: this.source, sheet: this.sheet };
  }

  // --- text -------------------------------------------------------------------------------------------------------

  /** Take a text that was typed; whoever typed it is not told to show it again. */
  setText(text, by = null) {
    if (text === this.text) return;
    this.trial.taken();
    this.text = text;
    this.dirty = true;
    this.by = by;
    this.tell("text");
    this.by = null;
    this.tell("saved");
    this.readForm();
    this.show();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.saveNow(), QUIET);
  }

  /** Change fields of the front matter; all else stays as it was typed. */
  change(changes, by = null) {
    this.dirty = true; // as soon as a key is pressed, not when the studio has answered
    this.tell("saved");
    this.pending += 1;
    this.changing = this.changing.then(async () => {
      for (;;) {
        const before = this.text;
        try {
          const changed = await post("/api/change", { path: this.path, text: before, changes });
          if (this.text !== before) continue; // something was typed meanwhile
          this.formFaults = [];
          this.setText(changed.text, by);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          this.formFaults = error.faults;
          this.tell("faults");
        }
        return;
      }
    }).catch(() => {}).finally(() => (this.pending -= 1));
    return this.changing;
  }

  /** Mend a fault of the text or of the list. */
  async mend(fault, fix) {
    if (isOfList(fault)) return this.correct([{ fault, text: fix.text }]);
    if (!fix.edit) return this.change([{ path: fault.field, value: fix.text }]);
    this.setText(edited(this.text, fix.edit));
    return null;
  }

  /** The fix that is tried: {fault, fix, as, record}; null: none. */
  get tried() {
    return this.trial.now;
  }

  async #form() {
    try {
      this.form = await post("/api/form", this.draft);
      this.formBroken = [];
      const { from, to } = this.form.values;
      home.country = to?.country ?? from?.country ?? (this.form.values.lang ?? "en-US").split("-")[1] ?? "US";
    } catch (error) {
      if (!(error instanceof Refused)) return;
      this.formBroken = error.faults;
    }
    this.tell("form");
  }

  // --- page -------------------------------------------------------------------------------------------------------

  async #show() {
    const { tried } = this;
    let pages = null;
    this.asking = true;
    const slow = setTimeout(() => {
      this.waiting = true;
      this.tell("page");
    }, 300);
    try {
      const asked = await this.trial.asked();
      for await (const news of lines("/api/show", asked)) {
        if (this.trial.passes(tried, news)) continue;
        if (news.kind === "row") {
          this.row = news;
          this.tell("row");
        } else if (news.kind === "faults") {
          this.#faults(news.faults, news.blocking);
        } else if (news.kind === "pages") {
          pages = { ...news, at: Date.now() / 1000, record: asked.record ?? null, tried };
        } else if (news.kind === "picture") {
          await decoded(news.address);
          if (this.trial.passes(tried, news)) continue;
          [this.picture, this.pages, this.stale, this.failed] = [news, pages, false, null];
          clearTimeout(slow);
          this.waiting = false;
          this.tell("page");
        } else if (news.kind === "end" && !news.superseded) {
          this.#ended(news, pages);
        }
      }
    } catch (error) {
      if (!(error instanceof Gone) && !(error instanceof Refused)) throw error;
      if (error instanceof Refused && error.status !== 409 && !tried) this.#faults(error.faults, true);
    } finally {
      clearTimeout(slow);
      this.waiting = false;
      this.asking = false;
      this.tell("page");
    }
  }

  #ended(news, pages) {
    if (this.tried && !pages) return;
    if (news.faults.length) {
      this.failed = news.faults.find((fault) => fault.code.startsWith("limit-") || fault.code === "process-ended") ?? null;
      this.#faults(news.faults, true);
    }
    if (!pages) this.stale = true;
    else if (this.page > pages.count) {
      this.page = pages.count;
      this.show();
    }
    if (news.places && this.pages) this.pages.places = news.places;
    this.tell("places");
  }

  #faults(faults, blocking) {
    // Of a list whose columns cannot be used, that is what is said: without it every field lacks its value.
    const broken = this.source && this.overview?.blocking;
    const own = broken ? faults.filter((fault) => !["value-missing", "field-missing", "name-valueless"].includes(fault.code)) : faults;
    this.faults = once(broken ? [...own, ...this.listFaults] : own);
    this.blocking = blocking;
    this.tell("faults");
  }

  turn(page) {
    this.page = Math.max(1, Math.min(page, this.pages?.count ?? 1));
    this.show();
  }

  // --- list -------------------------------------------------------------------------------------------------------

  setList(source, sheet = null) {
    [this.source, this.sheet, this.record, this.row, this.overview, this.check] = [source, sheet, null, null, null, null];
    if (!source) keepList(this.path, null);
    return source ? this.readList() : null;
  }

  async #list() {
    try {
      this.overview = await post("/api/list", { draft: this.draft, data: this.data });
      // Which sheet is read stands above its columns.
      this.listFaults = this.overview.faults.filter((fault) => fault.code !== "sheet-guessed");
      this.keepList();
      const numbers = this.overview.ranges;
      if (!numbers.some(([first, last]) => this.record >= first && this.record <= last)) this.record = numbers[0]?.[0] ?? null;
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

  /** Have the start know the list, and how many of its rows stop their letter where they were looked through. */
  keepList() {
    const first = this.overview?.ranges[0]?.[0] ?? null;
    keepList(this.path, { source: this.source, sheet: this.sheet, rows: this.rows, first, faulty: this.check?.faulty ?? 0 });
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
  async say(path, value) {
    await this.change([{ path, value }]);
    await this.readList();
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
      return { cells: [...kept.values()], left_out: [...new Set([...now.left_out, ...leftOut])].sort((one, two) => one - two) };
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

  // --- disk -------------------------------------------------------------------------------------------------------

  async #save() {
    await this.changing;
    if (!this.dirty || this.conflict) return;
    clearTimeout(this.saving);
    const text = this.text;
    try {
      const saved = await put("/api/letter", { path: this.path, text, sha256: this.sha256 });
      [this.sha256, this.savedAt, this.dirty] = [saved.sha256, saved.modified, this.text !== text];
      this.saveFaults = [];
    } catch (error) {
      if (error instanceof Refused && error.status === 409) this.conflict = error.body;
      else if (error instanceof Refused) this.saveFaults = error.faults;
    }
    this.tell("saved");
  }

  keepMine() {
    this.sha256 = this.conflict.exists ? this.conflict.sha256 : null;
    this.conflict = null;
    this.dirty = true;
    return this.saveNow();
  }

  loadTheirs() {
    this.#take({ ...this.conflict, text: this.conflict.text ?? "" });
    this.readForm();
    this.show();
  }

  #watch() {
    this.watching = new EventSource(`/api/changes?path=${encodeURIComponent(this.path)}`);
    this.watching.addEventListener("error", () => reach.there && setTimeout(() => this.look(), 300));
    this.watching.addEventListener("message", () => this.look());
    reach.addEventListener("back", () => {
      this.look();
      this.readForm();
      this.show();
    });
  }

  /** Look whether the file on the disk is still the one that was opened. */
  async look() {
    if (this.conflict) return;
    try {
      const found = await get(`/api/letter?path=${encodeURIComponent(this.path)}`);
      if (found.sha256 === this.sha256) {
        if (this.dirty) this.saveNow();
        return;
      }
      if (found.text === this.text || !this.dirty) {
        this.#take(found);
        this.readForm();
        this.show();
        return;
      }
      this.conflict = { ...found, exists: true };
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404) return;
      this.conflict = { path: this.path, exists: false, text: null, sha256: null, modified: null };
    }
    this.tell("saved");
  }
}
