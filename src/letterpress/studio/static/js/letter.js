// The letter that is written: its text, saved or not, and its form. All screens share it.
// Not here: its pages (letter-pages.js), its list (letter-list.js).

import { Gone, get, post, put, reach, Refused } from "./api.js";
import { newest } from "./dom.js";
import { lastList } from "./route.js";
import { home, isOfList } from "./faults.js";
import { ListedLetter } from "./letter-list.js";
import { edited } from "./text-edits.js";
import { chosenOf, keepSent, lastSent } from "./sent.js";

const QUIET = 1200; // ms after the last key before the letter is saved
const LAST = 60_000; // bytes that a browser still sends when the page is left, with room for what goes with the text

const plain = (name) => name.toLowerCase().replace(/ß/g, "ss").normalize("NFD").replace(/[^a-z0-9]/g, "");

export class Letter extends ListedLetter {
  constructor(path, { list = null, sheet = null, row = null } = {}) {
    super();
    this.path = path;
    this.take(list ? { source: list, sheet } : lastList(path), !list, row);
    this.named = Boolean(list);
    this.sent = lastSent(path); // who sends it, and what it is made for
    this.text = "";
    this.sha256 = null;
    this.savedAt = 0;
    this.dirty = false;
    this.sending = null; // the text that is being saved
    this.conflict = null;
    this.form = null;
    this.formFaults = [];
    this.readForm = newest(() => this.#form());
    this.saveNow = newest(() => this.#save());
    this.changing = Promise.resolve();
    this.next = null; // the last change that has not been sent yet
    this.pending = 0; // changes of the front matter that are on their way
  }

  async open() {
    const opened = await get(`/api/letter?path=${encodeURIComponent(this.path)}`);
    this.#take(opened);
    this.inProject = JSON.stringify(opened.list);
    if (!this.named && opened.list && opened.list.source !== this.source) this.take(opened.list, true, this.record);
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
    // A column's name has the accents that the field which was made of it has not.
    const columns = new Map((this.overview?.columns ?? []).flatMap((one) => one.used_as.map((path) => [path, one.name])));
    const title = ({ name, title: own }) => (plain(columns.get(`fields.${name}`) ?? "") === plain(name) ? columns.get(`fields.${name}`) : own);
    return Object.fromEntries((this.form?.fields ?? []).map((field) => [field.name, title(field)]));
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
    return { path: this.path, text: this.text, chosen: this.chosen, overlay: this.overlay && Boolean(this.form?.has_guides) };
  }

  /** What is chosen for the letter on top of what it says itself. */
  get chosen() {
    return chosenOf(this.sent);
  }

  /** What its pages are made of: other pages may come of it where this is another one. */
  get of() {
    return JSON.stringify([this.text, this.chosen]);
  }

  /** Choose who sends it, or what it is made for. */
  send(changes) {
    this.sent = { ...this.sent, ...changes };
    keepSent(this.path, this.sent);
    this.trial.taken();
    this.tell("sent");
    this.show();
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
    this.#saveSoon();
  }

  #saveSoon() {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.saveNow(), QUIET);
  }

  /**
   * Change fields of the front matter; all else stays as it was typed. While one change is on its way, what is typed in
   * a field is one change more, not one for each key.
   */
  change(changes, by = null) {
    this.dirty = true; // as soon as a key is pressed, not when the studio has answered
    this.tell("saved");
    const paths = changes.map((one) => one.path).join("\n");
    if (this.next?.paths === paths && this.next.by === by) {
      this.next.changes = changes;
      return this.changing;
    }
    const own = { changes, by, paths };
    this.next = own;
    this.pending += 1;
    this.changing = this.changing.then(() => {
      if (this.next === own) this.next = null;
      return this.#change(own.changes, by);
    }).catch(() => {}).finally(() => {
      this.pending -= 1;
      if (this.dirty) this.#saveSoon(); // also where nothing was changed after all
    });
    return this.changing;
  }

  async #change(changes, by) {
    for (;;) {
      const before = this.text;
      try {
        const changed = await post("/api/change", { path: this.path, text: before, changes });
        if (this.text !== before) continue; // something was typed meanwhile
        this.formFaults = [];
        this.setText(changed.text, by);
      } catch (error) {
        if (error instanceof Gone) {
          await new Promise((back) => reach.addEventListener("back", back, { once: true }));
          continue; // what was typed meanwhile waits for the studio to come back
        }
        if (!(error instanceof Refused)) throw error;
        this.formFaults = error.faults;
        this.tell("faults");
      }
      return;
    }
  }

  /** Mend a fault of the text or of the list. */
  async mend(fault, fix) {
    if (isOfList(fault)) return this.correct([{ fault, text: fix.text }]);
    const ofColumns = this.listFaults.includes(fault); // asked now: another mend may have the list read meanwhile
    if (fix.edit) this.setText(edited(this.text, fix.edit));
    else await this.change([{ path: fault.field, value: fix.text }]);
    return ofColumns ? this.readList() : null;
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

  // --- disk -------------------------------------------------------------------------------------------------------

  async #save() {
    await this.changing;
    if (!this.dirty || this.conflict) return;
    clearTimeout(this.saving);
    const text = this.text;
    this.sending = text;
    try {
      const saved = await put("/api/letter", { path: this.path, text, sha256: this.sha256 }, this.#small);
      [this.sha256, this.savedAt, this.dirty] = [saved.sha256, saved.modified, this.text !== text || this.pending > 0];
      this.saveFaults = [];
    } catch (error) {
      if (error instanceof Refused && error.status === 409) this.conflict = error.body;
      else if (error instanceof Refused) this.saveFaults = error.faults;
    }
    this.sending = null;
    this.tell("saved");
  }

  get #small() {
    return new TextEncoder().encode(JSON.stringify(this.text)).length < LAST;
  }

  /** Whether nothing is lost if the page is left now: all is saved, or `leave` sends the rest. */
  get leavable() {
    if (!this.dirty) return true;
    return reach.there && !this.conflict && !this.pending && (this.sending ?? this.text) === this.text && this.#small;
  }

  /**
   * The page is left: what was typed in the last second is saved. Whether the studio answers is not asked here: what
   * was on its way has been broken off by the browser already.
   */
  leave() {
    if (this.dirty && this.sending === null) this.saveNow();
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
    this.#hear();
    reach.addEventListener("back", () => {
      if (this.watching.readyState === EventSource.CLOSED) this.#hear(); // it has been refused meanwhile: it does not try again by itself
      this.look();
      this.readForm();
      this.show();
    });
  }

  #hear() {
    this.watching = new EventSource(`/api/changes?path=${encodeURIComponent(this.path)}`);
    // What was saved while the page was loaded anew may have come after the letter was read, and before it was watched.
    this.watching.addEventListener("open", () => this.look());
    this.watching.addEventListener("error", () => reach.there && setTimeout(() => this.look(), 300));
    this.watching.addEventListener("message", () => this.look());
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
        if (found.text !== this.text) this.trial.taken(); // a fix that is tried is one of the text before
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
