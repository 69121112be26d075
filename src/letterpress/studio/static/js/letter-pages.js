// The pages of a letter: what is asked of the studio while it is written, and what comes back: faults, pages, pictures.

import { lines, Refused, Gone } from "./api.js";
import { decoded, newest } from "./dom.js";
import { once } from "./faults.js";
import { Trial } from "./trial.js";

export class ShownLetter extends EventTarget {
  constructor() {
    super();
    this.tab = `t${Math.random().toString(36).slice(2)}`;
    this.faults = [];
    this.blocking = false;
    this.pages = null; // the last that could be made: {count, sizes, pdf, sha256, places, at}
    this.picture = null;
    this.page = 1;
    this.dpi = 120;
    this.overlay = false;
    this.stale = false; // whether the page that is shown is one from before a fault
    this.failed = null; // why the last page was given up
    this.trial = new Trial(this);
    this.show = newest(() => this.#show());
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }

  /** The fix that is tried: {fault, fix, as, record}; null: none. */
  get tried() {
    return this.trial.now;
  }

  /** Whether the page that is shown is one of the text as it is now. */
  get newest() {
    const asked = this.pages?.asked;
    return Boolean(asked && !this.stale && JSON.stringify([asked.text, asked.chosen]) === this.of && !this.pages.tried);
  }

  /** Whether the page that is shown is another one than what is asked for: of another row, or another number. */
  get behind() {
    const other = this.picture?.page !== this.page || (this.pages?.record ?? null) !== (this.record ?? null);
    return Boolean(this.waiting && this.picture && this.pages && !this.tried && !this.pages.tried && other);
  }

  /** Whether the pages are those of the text as it is now, as they will print. */
  get current() {
    return this.newest && !this.asking && !this.pages.asked.overlay;
  }

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
          pages = { ...news, at: Date.now() / 1000, record: asked.record ?? null, tried, asked: asked.draft };
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
    this.faults = once(this.relevant(faults));
    this.blocking = blocking;
    this.tell("faults");
  }

  /** Of what the studio says is wrong with the letter, what people are told. */
  relevant(faults) {
    return faults;
  }

  turn(page) {
    this.page = Math.max(1, Math.min(page, this.pages?.count ?? 1));
    this.show();
  }
}
