// Variants: letterheads down, paper and copy across; what cannot be made says why in its place.

import { h, button, refill, newest } from "./dom.js";
import { lines, post, Gone, Refused } from "./api.js";
import { t, language } from "./words.js";
import { worded } from "./faults.js";
import { listen } from "./frame.js";
import { choices } from "./setup.js";
import { kindsFor } from "./carrier.js";
import { stopBoxes } from "./stops.js";
import { stopped } from "./one.js";
import { VariantRun } from "./run.js";

export class Screen {
  constructor(frame, letter) {
    Object.assign(this, { frame, letter });
    frame.panel.setAttribute("aria-label", t("variants.panel"));
    this.side = h("div", { class: "stack wide" });
    this.count = h("div");
    this.stops = h("div", { class: "stack" });
    this.matrix = h("div", { class: "matrix" });
    frame.panel.replaceChildren(h("div", { class: "stack wide" }, this.count, this.stops, this.side));
    this.down = button(t("variants.sheet"), () => this.save(), { kind: "tight", disabled: true, "data-key": "sheet" });
    frame.desk.replaceChildren(h("div", { class: "tools" }, h("span", { class: "soft grow" }, t("variants.first")), this.down), this.matrix);
    this.cells = new Map();
    this.left = new Set();
    this.make = newest(() => this.#make());
    this.run = new VariantRun(this);
    this.unlisten = listen(letter, { form: () => this.begin(), list: () => this.main(), faults: () => this.why(), saved: () => (this.main(), this.run.aged()) });
    this.why();
    this.begin();
  }

  close() {
    this.closed = true;
    this.unlisten();
    this.run.close();
  }

  main() {
    this.frame.main = this.run.buttons();
  }

  /** Why none can be made. */
  why() {
    this.main();
    refill(this.stops, stopBoxes(this.letter));
    const stops = Boolean(stopped(this.letter));
    if (stops === this.stopped) return;
    this.stopped = stops;
    this.draw();
  }

  async begin() {
    const { letter } = this;
    this.start = await choices();
    if (!letter.form || this.closed) return;
    const kinds = this.start.kinds.filter((kind) => !kind.fault);
    this.kinds = Object.fromEntries(kinds.map((kind) => [kind.name, kind]));
    const fitting = await kindsFor(letter.sent.carrier, kinds);
    this.letterheads ??= [...new Set([this.own, ...fitting, "plain", kinds.find((kind) => kind.country === "GB")?.name])].filter((name) => name in this.kinds);
    this.chosen ??= { letterhead: new Set(this.letterheads), paper: new Set(Object.keys(this.start.papers)), copy: new Set(["original", "file"]) };
    this.drawSide();
    this.draw();
    this.make();
  }

  drawSide() {
    const copies = this.start.copies;
    const group = (name, title, options, more = null) =>
      h(
        "fieldset",
        { class: "plain stack" },
        h("legend", { class: "strong" }, title),
        Object.entries(options).map(([value, words]) => {
          const box = h("input", { type: "checkbox", checked: this.chosen[name].has(value), "data-key": `${name}-${value}` });
          box.addEventListener("change", () => this.turn(name, value, box.checked));
          return h("label", { class: "row" }, box, words);
        }),
        more,
      );
    const rest = Object.values(this.kinds).filter((kind) => !this.letterheads.includes(kind.name));
    const add = h("p", {}, button(t("variants.more"), () => this.#add(rest), { kind: "tight", "data-key": "add" }));
    const { languages } = this.start;
    const lang = this.letter.form?.values.lang ?? "en-US";
    refill(
      this.side,
      group("letterhead", t("part.letterhead"), Object.fromEntries(this.letterheads.map((name) => [name, this.kinds[name].title])), rest.length ? add : null),
      group("paper", t("part.paper"), Object.fromEntries(this.papers.map((name) => [name, this.start.papers[name]]))),
      group("copy", t("variants.copy"), copies),
      h("div", { class: "stack" }, h("p", { class: "strong" }, t("variants.language")), h("p", {}, languages[lang] ?? lang), h("p", { class: "small soft" }, t("variants.language.more"))),
    );
  }

  /** Add a letterhead: it is chosen by its title. */
  #add(kinds) {
    const add = (kind) => {
      dialog.close();
      this.letterheads.push(kind.name);
      this.turn("letterhead", kind.name, true);
    };
    const dialog = h("dialog", { class: "wide", "aria-label": t("variants.more") }, h("div", { class: "stack wide" }, h("h2", {}, t("variants.more")), h("ul", { class: "all-letters" }, kinds.map((kind) => h("li", {}, h("button", { type: "button", class: "recent", onclick: () => add(kind) }, h("span", { class: "grow" }, h("span", { class: "strong" }, kind.title), h("span", { class: "small soft block" }, kind.description)))))), h("div", { class: "row end" }, button(t("cancel"), () => dialog.close()))));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  turn(name, value, on) {
    this.chosen[name][on ? "add" : "delete"](value);
    this.run.forget();
    this.drawSide();
    this.draw();
    this.make();
  }

  /** The letterhead that the letter has. */
  get own() {
    return this.letter.form?.values.letterhead ?? "plain";
  }

  /** Papers, the letter's own first. */
  get papers() {
    const all = Object.keys(this.start.papers);
    const own = this.letter.form?.values.paper ?? this.kinds[this.own]?.papers[0];
    return all.includes(own) ? [own, ...all.filter((name) => name !== own)] : all;
  }

  get wanted() {
    const { letterhead, paper, copy } = this.chosen;
    return this.letterheads
      .filter((name) => letterhead.has(name))
      .flatMap((head) => this.papers.filter((one) => paper.has(one)).flatMap((one) => Object.keys(this.start.copies).filter((name) => copy.has(name)).map((name) => ({ letterhead: head, paper: one, copy: name }))))
      .filter((one) => !this.left.has(`${one.letterhead} ${one.paper}`));
  }

  /** Those that can be made. */
  get good() {
    return this.chosen ? this.wanted.filter((one) => this.cells.get(key(one))?.pages) : [];
  }

  async #make() {
    const all = this.wanted.filter((one) => !this.cells.has(key(one)) || this.of !== this.letter.of);
    this.of = this.letter.of;
    if (!all.length) return;
    this.looking = true;
    this.main();
    try {
      for await (const news of lines("/api/sheet", { draft: this.letter.draft, tab: this.letter.tab, choices: all, dpi: 60 })) {
        if (this.closed) return;
        if (news.kind === "cell") {
          this.cells.set(key(all[news.number]), news);
          this.draw();
        }
      }
    } catch (error) {
      if (!(error instanceof Gone) && !(error instanceof Refused)) throw error;
    } finally {
      this.looking = false;
      if (!this.closed) this.main();
    }
  }

  draw() {
    const { chosen } = this;
    if (!chosen) return;
    this.main();
    const heads = this.letterheads.filter((name) => chosen.letterhead.has(name));
    const papers = this.papers.filter((name) => chosen.paper.has(name));
    const copies = Object.keys(this.start.copies).filter((name) => chosen.copy.has(name));
    const all = this.wanted.map((one) => this.cells.get(key(one)));
    const made = all.filter((cell) => cell?.pages).length;
    const broken = all.filter((cell) => cell && !cell.pages);
    this.down.disabled = !made;
    const ofPaper = broken.every((cell) => cell.faults.some((fault) => fault.code === "paper-unfit"));
    const cannot = broken.length;
    refill(this.count, h("h2", {}, t(this.stopped ? "variants.n.none" : "variants.n", { n: made })), cannot && !this.stopped ? h("p", { class: "small soft" }, t(ofPaper ? "variants.cannot.paper" : "variants.cannot", { n: cannot })) : null);
    if (!heads.length || !papers.length || !copies.length) {
      refill(this.matrix, h("p", { class: "soft" }, t("variants.none")));
      return;
    }
    if (this.stopped) {
      refill(this.matrix, h("p", { class: "wait" }, t("page.none.letter"))); // the reason is said once, at the left
      return;
    }
    const columns = papers.flatMap((paper) => copies.map((copy) => [paper, copy]));
    this.matrix.style.setProperty("--columns", columns.length);
    refill(
      this.matrix,
      h(
        "table",
        {},
        h("caption", { class: "unseen" }, t("variants.first")),
        h("thead", {}, h("tr", {}, h("td", {}), columns.map(([paper, copy]) => h("th", { scope: "col" }, `${this.start.papers[paper].split(",")[0]}, ${language === "de" ? this.start.copies[copy] : this.start.copies[copy].toLowerCase()}`)))),
        h("tbody", {}, heads.map((head) => h("tr", {}, h("th", { scope: "row" }, this.kinds[head].title, this.#use(head)), papers.map((paper) => this.#cells(head, paper, copies))))),
      ),
    );
  }

  /** Save the first pages, each with its title, as a PDF of one page. */
  async save() {
    const { letter, start } = this;
    const all = this.good;
    const titles = all.map((one) => `${this.kinds[one.letterhead].title}, ${start.papers[one.paper].split(",")[0]}, ${start.copies[one.copy]}`);
    this.down.disabled = true;
    try {
      const { pdf } = await post("/api/sheet/pdf", { draft: letter.draft, choices: all, titles });
      h("a", { href: pdf, download: `${letter.name.replace(/\.md$/, "")}-variants.pdf` }).click();
    } catch (error) {
      if (!(error instanceof Gone) && !(error instanceof Refused)) throw error;
    } finally {
      this.down.disabled = !this.good.length;
    }
  }

  /** Have the letter use this letterhead from now on. */
  #use(head) {
    if (head === this.own) return h("p", { class: "small soft" }, t("variants.used"));
    return h("p", {}, button(t("variants.open"), () => this.letter.change([{ path: "letterhead", value: head }]), { kind: "tight plain flush long", "data-key": `use-${head}` }));
  }

  #cells(head, paper, copies) {
    const found = copies.map((copy) => [copy, this.cells.get(key({ letterhead: head, paper, copy }))]);
    const place = `${head} ${paper}`;
    if (this.left.has(place)) return this.#place(paper, h("p", { class: "small" }, t("variants.left")), { out: button(t("variants.back"), () => this.#leave(place, false), { kind: "tight plain", "data-key": `out-${head}-${paper}` }), copies: copies.length, kind: "left" });
    const broken = found.every(([, cell]) => cell && !cell.pages);
    if (broken) {
      const fault = found[0][1].faults.find((one) => one.severity === "error");
      const said = fault ? this.#why(fault, head) : "";
      const out = button(t("variants.leave", { what: this.start.papers[paper].split(",")[0] }), () => this.#leave(place, true), { kind: "tight", "data-key": `out-${head}-${paper}` });
      return this.#place(paper, h("p", {}, said), { out, copies: copies.length });
    }
    return found.map(([copy, cell]) => {
      if (!cell) return this.#place(paper, null);
      if (!cell.pages) return this.#place(paper, h("p", { class: "small" }, this.#why(cell.faults.find((one) => one.severity === "error") ?? cell.faults[0], head)));
      return h("td", {}, h("img", { src: cell.address, width: cell.width, height: cell.height, alt: `${this.kinds[head].title}, ${this.start.papers[paper]}, ${this.start.copies[copy]}` }));
    });
  }

  /** Leave a paper of a letterhead out, or take it in again. */
  #leave(place, out) {
    this.left[out ? "add" : "delete"](place);
    this.draw();
  }

  /** What stands where pages cannot be, or are not there yet: as wide as they would be. */
  #place(paper, said, { out = null, copies = 1, kind = "" } = {}) {
    const place = h("div", { class: `none ${paper} ${kind}`.trim() }, said, out);
    place.style.setProperty("--over", copies);
    return h("td", { colspan: copies }, place);
  }

  #why(fault, head) {
    if (fault.code === "paper-unfit") return t("variants.made-for", { paper: this.kinds[head].papers.map((one) => this.start.papers[one].split(",")[0]).join(", ") });
    const said = worded(fault, this.letter.titles);
    return `${said.what} ${said.more}`;
  }
}

const key = (one) => `${one.letterhead} ${one.paper} ${one.copy}`;
