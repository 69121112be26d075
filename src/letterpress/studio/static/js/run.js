// A run: the letters of a list are made, with progress, stop and go on; or one letter is made, or its variants.

import { h, button, refill } from "./dom.js";
import { get, post, file as bytesOf, reach, Refused, Gone } from "./api.js";
import { t, clock, left } from "./words.js";
import { strip } from "./frame.js";
import { worded, detailsOf } from "./faults.js";
import { address, go } from "./route.js";
import { folderButton, download } from "./made.js";
import { makeOne, stopped } from "./one.js";

const LOOK = 400; // ms between two looks at a run

export class Run {
  constructor(screen) {
    this.screen = screen;
    this.letter = screen.letter;
    this.state = null;
    const before = this.#kept();
    this.of = before?.of ?? null; // what the letters were made of
    this.at = before?.at ?? 0;
    this.begun = before && this.follows ? this.#look(before.id, before.folder ?? "") : Promise.resolve();
  }

  /** What is in the folder, as the studio has found it: where the run itself is not known any more, it can be had all the same. */
  async found(there) {
    await this.begun;
    if (this.closed || this.state || !there.run) return;
    // Rows that stop their letter are not among those that a run would go on with.
    const failed = Math.min(there.missing, this.faulty);
    const rest = there.missing - failed;
    [this.at, this.of] = [there.modified * 1000, there.older ? "another" : this.now];
    this.state = { ...there.run, state: rest ? "interrupted" : "done", failed, total: there.run.made + there.missing };
    this.draw();
  }

  get key() {
    return `letterpress-run ${this.letter.path} ${this.letter.source} ${this.letter.sheet ?? ""}`;
  }

  get follows() {
    return Boolean(this.letter.source);
  }

  /** The run that this browser began last: {id, of, at, folder}. */
  #kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  /** What letters that were made now would be made of. */
  get now() {
    const { letter } = this;
    return JSON.stringify([letter.dirty ? letter.text : letter.sha256, letter.source && letter.overview ? letter.overview.corrections : null, letter.chosen]);
  }

  /** Whether something was changed since: the letters that are there are not those that would be made. */
  get outdated() {
    const { letter } = this;
    return Boolean(this.state && !this.going && this.of && (!letter.source || letter.overview) && this.of !== this.now);
  }

  /** Something may have been changed. */
  aged() {
    if (this.state && !this.going && this.outdated !== this.old) this.draw();
  }

  /** Where a run is begun, and with what. */
  get asked() {
    return ["/api/runs", { letter: this.letter.path, data: this.letter.data, chosen: this.letter.chosen }];
  }

  /** Say what kind of thing is made. */
  say(name, values) {
    return t(`make.${name}`, values);
  }

  /** How many rows stop their letter. */
  get faulty() {
    return this.letter.check?.faulty ?? 0;
  }

  get leftOut() {
    return this.faulty ? t("make.left-out", { n: this.faulty }) : "";
  }

  /** Letters that a run can make. */
  get total() {
    const { total, made, failed } = this.state;
    return Math.max(made, total - Math.max(failed, this.faulty));
  }

  close() {
    this.closed = true;
  }

  get going() {
    return this.state?.state === "running";
  }

  /** Letters that a run that was stopped has not begun. */
  get rest() {
    const { state } = this;
    return state && state.state !== "running" ? this.total - state.made : 0;
  }

  /** All letters in one PDF: it is made when it is asked for. */
  #together(address) {
    const all = button(t(this.combining ? "make.combining" : "make.combined"), async () => {
      this.combining = true;
      this.draw();
      try {
        const both = this.letter.sent.duplex;
        const link = h("a", { href: URL.createObjectURL(await bytesOf(both ? `${address}?duplex=1` : address)), download: `${this.state.folder.split("/").pop()}-all${both ? "-duplex" : ""}.pdf` });
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      } catch (error) {
        if (!(error instanceof Gone) && !(error instanceof Refused)) throw error;
        if (error instanceof Refused) this.#told(error.faults);
        return;
      } finally {
        this.combining = false;
      }
      this.draw();
    }, { disabled: this.combining, "data-key": "combined" });
    return address ? all : null;
  }

  /** The buttons of the bar. */
  buttons() {
    const { state, letter } = this;
    if (this.going) return button(t(this.stopping ? "make.stopping" : "make.stop"), () => this.stop(), { kind: "main", disabled: this.stopping, "data-key": "main" });
    if (this.rest && !this.outdated) return button(t("make.go"), () => this.begin(), { kind: "main", "data-key": "main" });
    const n = letter.check?.letters ?? 0;
    const stops = !letter.check || !n;
    return button(t(n ? "make.many" : "make.letters", { n }), () => this.begin(), { kind: state && !this.outdated ? "" : "main", disabled: stops, "data-key": "main" });
  }

  async begin() {
    const { letter } = this;
    await letter.saveNow();
    this.stopping = false;
    try {
      const state = await post(...this.asked);
      [this.of, this.at] = [this.now, Date.now()];
      localStorage.setItem(this.key, JSON.stringify({ id: state.id, of: this.of, at: this.at, folder: state.folder }));
      await this.#look(state.id);
    } catch (error) {
      if (error instanceof Gone) this.#nobody();
      if (error instanceof Refused) this.#told(error.faults);
    }
  }

  async stop() {
    this.stopping = true;
    this.screen.main();
    try {
      await post(`/api/runs/${this.state.id}/stop`);
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
      this.stopping = false;
      this.screen.main();
    }
  }

  /** Say that nothing was made since the studio does not answer; that goes when it does. */
  #nobody() {
    const { own } = this.screen.frame;
    refill(own, strip("warn", t("gone.make"), t("gone.make.more")));
    reach.addEventListener("back", () => this.closed || (this.state ? this.draw() : refill(own)), { once: true });
  }

  /** Follow a run; one of another folder is another studio's. */
  async #look(id, folder = null) {
    let seen = 0;

    for (;;) {
      try {
        const state = await get(`/api/runs/${id}?after=${seen}`);
        if (folder !== null && state.folder !== folder) return;
        seen += state.letters.length;
        this.state = state;
        this.draw();
        if (!this.going) this.screen.there?.();
        if (!this.going || this.closed) return;
      } catch (error) {
        if (error instanceof Refused) return;
        if (!(error instanceof Gone)) throw error;
      }
      await new Promise((done) => setTimeout(done, LOOK));
    }
  }

  #told(faults) {
    const said = faults.map((fault) => worded(fault, this.letter.titles));
    refill(this.screen.frame.own, strip("warn", said[0]?.what ?? t("cannot"), said[0]?.more ?? "", [], faults.map((fault) => detailsOf(fault))));
  }

  draw() {
    if (this.closed) return null;
    const { state } = this;
    const { own } = this.screen.frame;
    const missing = this.leftOut;
    this.old = this.outdated;
    this.screen.main();
    if (this.going) {
      const words = [state.left === null ? "" : left(state.left), missing].filter(Boolean).join(" ");
      const bar = h("progress", { max: this.total || 1, value: state.made, "aria-label": this.say("progress") });
      refill(own, strip("", this.say(state.total ? "running" : "begins", { made: state.made, total: this.total }), t("make.running.more", { left: words }), [], bar));
      return this.shown === state.id ? null : this.screen.draw((this.shown = state.id)); // the rows are not drawn anew with each letter
    }
    const down = (href, words, kind = "") => (href ? h("a", { class: `button ${kind}`, href, download: "", "data-key": href }, words) : null);
    const files = [
      state.made ? folderButton(state.folder) : null,
      down(state.faulty, t("make.faulty")),
      this.#together(state.combined),
      state.made ? down(`/api/runs/${state.id}/letters.zip`, this.say("zip"), !this.rest && !this.old ? "main" : "") : null,
    ];
    if (this.old) {
      refill(own, strip("warn", this.say("old", { time: clock(this.at / 1000) }), this.say("old.more", { folder: state.folder }), files));
      return this.screen.draw();
    }
    const faults = state.faults.filter((fault) => fault.severity === "error").map((fault) => worded(fault, this.letter.titles).what).join(" ");
    const { rest } = this;
    if (state.state === "done" || !rest) {
      const what = state.made ? this.say("ready", { n: state.made }) : this.say("none");
      refill(own, strip("", what, [faults, state.made ? t("make.ready.more", { folder: state.folder }) : "", missing].filter(Boolean).join(" "), files));
    } else refill(own, strip("", this.say("stopped", { made: state.made, total: this.total }), `${faults} ${this.say("stopped.more", { n: rest })}`, files));
    return this.screen.draw();
  }

  // --- one letter ---------------------------------------------------------------------------------------------------

  single() {
    const stops = stopped(this.letter) || !this.letter.pages || this.letter.conflict;
    return button(t("make.one"), () => this.make(), { kind: this.saved ? "" : "main", disabled: stops, "data-key": "main" });
  }

  /** Make the PDF of the letter as it is written now. */
  async make() {
    const { letter, screen } = this;
    if (this.making) return;
    this.making = true;
    const made = await makeOne(letter);
    this.making = false;
    if (this.closed) return;
    this.savedAs = made?.path ?? null;
    if (made?.path) {
      this.saved = h(
        "div",
        { class: "stack" },
        h("h2", {}, t("make.saved")),
        h("p", { class: "soft broken" }, t("make.saved.more", { path: made.path })),
        h("div", { class: "row wrap" }, download(made.path, "main"), button(t("make.sign"), () => go(address("sign", letter, { pdf: made.path }))), folderButton(made.path.replace(/\/[^/]+$/, ""))),
      );
      refill(screen.frame.own);
    } else {
      this.saved = null;
      if (made) this.#told(made.faults);
      else if (!reach.there) this.#nobody();
    }
    screen.main();
    screen.draw();
    screen.there();
  }
}

/** The variants of a letter are made, or those of each letter of its list. */
export class VariantRun extends Run {
  get key() {
    return `letterpress-variants ${this.letter.path} ${this.letter.source ?? ""} ${this.letter.sheet ?? ""}`;
  }

  get follows() {
    return true;
  }

  get asked() {
    return ["/api/runs/variants", { letter: this.letter.path, data: this.letter.data || null, variants: this.screen.good, chosen: this.letter.chosen, run: this.rest && !this.outdated ? this.state.id : null }];
  }

  get faulty() {
    return 0;
  }

  /** Others are wanted now than those that were made. */
  forget() {
    if (this.going) return;
    this.state = null;
    localStorage.removeItem(this.key);
    refill(this.screen.frame.own);
  }

  say(name, values) {
    return t(`variants.${name === "none" ? "nothing" : name}`, values);
  }

  buttons() {
    if (this.going || (this.rest && !this.outdated)) return super.buttons();
    const n = this.screen.good.length;
    const rows = this.letter.source ? this.letter.rows : 0;
    const stops = !n || this.screen.looking || this.letter.faults.some((fault) => fault.severity === "error");
    const words = !n ? t("variants.make.none") : rows > 1 ? t("variants.make.rows", { n, rows }) : t("variants.make", { n });
    return button(words, () => this.begin(), { kind: this.state?.made && !this.outdated ? "" : "main", disabled: stops, "data-key": "main" });
  }
}
