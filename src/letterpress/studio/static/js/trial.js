// A fix is tried: the page is shown with it while its button is pointed at or has the focus, and nothing is changed.

import { post } from "./api.js";
import { isOfList } from "./faults.js";
import { edited } from "./text-edits.js";

const WAIT = 250; // ms on a button before the page is shown with what it sets

export class Trial {
  constructor(letter) {
    this.letter = letter;
    this.now = null;
    this.before = null;
    this.resting = null; // gives the fix that is tried while no button is pointed at: {fault, fix, as}, or null
  }

  /** Whether a fix is the one that is tried. */
  #is({ fault, fix }) {
    return this.now?.fix.text === fix.text && this.now.fault.record === fault.record && this.now.fault.column === fault.column && this.now.fault.code === fault.code;
  }

  /** Show the page with the fix that is tried where none is pointed at, if there is one. */
  rest() {
    const rest = this.now ? null : this.resting?.();
    if (rest) this.begin(rest.fault, rest.fix, rest.as);
  }

  /** Show the page with a fix; `as` says what it sets. */
  begin(fault, fix, as) {
    clearTimeout(this.waiting);
    if (isOfList(fault) && this.#is({ fault, fix })) return;
    const tried = () => {
      if (this.letter.asking) {
        this.waiting = setTimeout(tried, WAIT); // what is wrong with the letter itself is heard first
        return;
      }
      const { picture, pages, stale, failed, page } = this.letter;
      this.before ??= { picture, pages, stale, failed, page };
      this.now = { fault, fix, as, record: isOfList(fault) ? Number.parseInt(fault.record, 10) : null };
      this.letter.show();
    };
    this.waiting = setTimeout(tried, WAIT);
  }

  /** Show the page as it was before. */
  end() {
    clearTimeout(this.waiting);
    if (!this.now) return;
    const rest = this.resting?.();
    if (rest) return void this.begin(rest.fault, rest.fix, rest.as);
    Object.assign(this.letter, this.before);
    this.now = this.before = null;
    this.letter.tell("page");
    if (this.missed) this.letter.show();
    this.missed = false;
  }

  /** Whether news is passed over: it is of another trial than `tried`, or says what holds for the letter alone. */
  passes(tried, news) {
    if (!tried && this.now) this.missed = true;
    return tried !== this.now || Boolean(tried && ["row", "faults"].includes(news.kind));
  }

  /** The fix was taken, or something else was changed: the page that comes next is the letter's own. */
  taken() {
    clearTimeout(this.waiting);
    this.now = this.before = null;
  }

  /** What the page is asked of: the letter, or the letter with the fix. */
  async asked() {
    const { letter } = this;
    const { draft } = letter;
    const asked = { draft, tab: letter.tab, pages: [letter.page], dpi: letter.dpi };
    if (letter.data && letter.record !== null && !letter.overview?.blocking) Object.assign(asked, { data: letter.data, record: letter.record });
    if (!this.now) return asked;
    const { fault, fix, record } = this.now;
    if (record) return { ...asked, record, data: { ...letter.data, sheet: letter.overview.sheet, tried: [letter.correctionOf(fault, fix.text)] } };
    if (fix.edit) return { ...asked, draft: { ...draft, text: edited(letter.text, fix.edit) } };
    const { text } = await post("/api/change", { path: letter.path, text: letter.text, changes: [{ path: fault.field, value: fix.text }] });
    return { ...asked, draft: { ...draft, text } };
  }
}
