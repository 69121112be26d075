// What goes to the post beside the letters of a list: envelopes, sheets of labels, and the package for a print room.
// Not here: the letters themselves (run.js).

import { h, button, id, newest, refill } from "./dom.js";
import { get, post, file as bytesOf, Refused, Gone } from "./api.js";
import { t, number } from "./words.js";
import { choice } from "./choice.js";
import { detailsOf, home, worded } from "./faults.js";

const KEPT = "letterpress-post"; // what was chosen last, for every letter: the office's printer and paper stay the same
const KINDS = ["envelopes", "labels", "package"];
const US = ["US", "CA"]; // where paper is US Letter
const MOVED = 20; // mm
const TOLD = 10; // faults that are said one by one
const DPI = 60;

let known = null;
const media = () => (known ??= get("/api/post").catch((error) => {
  known = null;
  throw error;
}));

const USUAL = {
  envelopes: { size: null, return_address: true, rotate: false },
  labels: { sheet: null, skip: 0, offset: [0, 0], outline: false, return_address: false },
  package: { group: "", spool: false, redact: false },
};

function kept() {
  try {
    const before = JSON.parse(localStorage.getItem(KEPT)) ?? {};
    return Object.fromEntries(KINDS.map((kind) => [kind, { ...USUAL[kind], ...before[kind], ...(kind === "labels" ? { skip: 0 } : {}) }]));
  } catch {
    return structuredClone(USUAL);
  }
}

/** Have the browser save what an address gives. */
async function save(address, name) {
  const link = h("a", { href: URL.createObjectURL(await bytesOf(address)), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export class Addressed {
  constructor(screen) {
    [this.screen, this.letter] = [screen, screen.letter];
    this.chosen = kept();
    this.kind = null; // which of the three is open
    this.element = h("section", { class: "stack post", "aria-label": t("post.title"), hidden: true });
    this.side = h("div", { class: "picture", "aria-live": "polite" });
    this.said = h("div", { class: "stack", role: "status" });
    this.look = newest(() => this.#look());
  }

  close() {
    this.closed = true;
    clearTimeout(this.soon);
  }

  /** Show it where letters are made, and hide it where none are. */
  draw() {
    const { run } = this.screen;
    const there = Boolean(this.letter.source && run.state?.made && !run.going);
    const of = `${run.state?.id} ${run.outdated}`;
    if (this.of !== of) refill(this.said); // what was made before is not of these letters
    this.of = of;
    if (this.element.hidden === !there) return;
    this.element.hidden = !there;
    if (there) this.#fill();
  }

  #fill() {
    const turn = (kind) => {
      this.kind = this.kind === kind ? null : kind;
      refill(this.said);
      this.#open();
    };
    const one = (kind) => h("button", { type: "button", "aria-pressed": String(this.kind === kind), onclick: () => turn(kind), "data-key": `post-${kind}` }, t(`post.${kind}`));
    const head = h("div", { class: "row wrap" }, h("h2", {}, t("post.title")), h("div", { class: "segment", role: "group", "aria-label": t("post.title") }, KINDS.map(one)));
    refill(this.element, head, this.kind ? this[`_${this.kind}`]() : null);
  }

  async #open() {
    if (this.kind && this.kind !== "package" && !this.media) {
      this.media = await media();
      const us = US.includes(home.country);
      const [size, sheet] = us ? ["us-10", "avery-5160"] : ["dl", "avery-l7160"];
      this.chosen.envelopes.size ??= size;
      this.chosen.labels.sheet ??= sheet;
    }
    if (this.closed) return;
    this.#fill();
    refill(this.side);
    if (this.kind && this.kind !== "package") this.look();
  }

  /** Choose something of what is open; what hangs on it is drawn anew. */
  #set(changes, anew = false) {
    Object.assign(this.chosen[this.kind], changes);
    localStorage.setItem(KEPT, JSON.stringify(this.chosen));
    refill(this.said);
    if (anew) this.#fill();
    clearTimeout(this.soon);
    if (this.kind !== "package") this.soon = setTimeout(() => this.look(), 300);
  }

  #check(name, words) {
    const box = h("input", { type: "checkbox", checked: this.chosen[this.kind][name], onchange: () => this.#set({ [name]: box.checked }), "data-key": `post-${name}` });
    return h("label", { class: "row" }, box, t(words));
  }

  /** A number; one that is out of its range becomes the nearest that is in it. */
  #number(words, now, least, most, take, more = {}) {
    const own = id("number");
    const input = h("input", { class: "input num", id: own, type: "number", min: least, max: most, value: now, ...more });
    input.addEventListener("change", () => {
      const value = Math.min(most, Math.max(least, Number(input.value) || 0));
      input.value = value;
      take(value);
    });
    return h("div", { class: "field" }, h("label", { for: own }, words), input);
  }

  _envelopes() {
    const { size } = this.chosen.envelopes;
    const sizes = this.media.envelopes.map((one) => [one.name, t("post.size", { title: one.title, width: one.width, height: one.height })]);
    return this.#choices([choice(t("post.size.label"), sizes, size, (value) => this.#set({ size: value }), { "data-key": "post-size" }), this.#check("return_address", "post.sender"), this.#check("rotate", "post.rotate")], t("post.envelopes.save"));
  }

  _labels() {
    const { sheet, skip, offset } = this.chosen.labels;
    const title = (one) => t("post.sheet", { title: one.title, width: one.width, height: one.height, n: one.count });
    const papers = Object.groupBy(this.media.sheets, (one) => one.paper);
    const sheets = (US.includes(home.country) ? ["letter", "a4"] : ["a4", "letter"]).flatMap((paper) => papers[paper] ?? []).map((one) => [one.name, title(one)]);
    const { count } = this.media.sheets.find((one) => one.name === sheet) ?? { count: 1 };
    const take = (value) => this.#set({ sheet: value, skip: 0 }, true);
    return this.#choices(
      [
        choice(t("post.sheet.label"), sheets, sheet, take, { "data-key": "post-sheet" }),
        this.#number(t("post.skip"), skip, 0, count - 1, (value) => this.#set({ skip: value }), { "data-key": "post-skip" }),
        h("div", { class: "cols" }, [0, 1].map((at) => this.#number(t(at ? "post.down" : "post.right"), offset[at], -MOVED, MOVED, (value) => this.#set({ offset: this.chosen.labels.offset.with(at, value) }), { step: "0.1", "data-key": `post-offset-${at}` }))),
        this.#check("outline", "post.outline"),
        this.#check("return_address", "post.sender.line"),
      ],
      t("post.labels.save"),
    );
  }

  _package() {
    const groups = ["", "sheets", "country", "sheets,country"].map((name) => [name, t(`post.group.${name.replace(",", "-") || "none"}`)]);
    return [
      h("p", { class: "soft" }, t("post.package.more")),
      choice(t("post.group"), groups, this.chosen.package.group, (group) => this.#set({ group }), { "data-key": "post-group" }),
      this.#check("spool", "post.spool"),
      this.#check("redact", "post.redact"),
      h("p", {}, this.#button(t("post.package.save"), () => this.#pack())),
      this.said,
    ];
  }

  /** Choices with the picture of the first page beside them. */
  #choices(inner, words) {
    return h("div", { class: "beside" }, h("div", { class: "stack" }, inner, h("p", {}, this.#button(words, () => this.#print())), this.said), this.side);
  }

  #button(words, does) {
    this.saves = button(words, async () => {
      this.saves.disabled = true;
      refill(this.said, h("p", { class: "soft" }, t("post.making")));
      try {
        await does();
      } catch (error) {
        if (error instanceof Refused) this.#told(error.faults, t("post.none"));
        else if (!(error instanceof Gone)) throw error;
      } finally {
        this.saves.disabled = false;
      }
    }, { "data-key": "post-save" });
    return this.saves;
  }

  #asked(sample) {
    const { path, data, chosen } = this.letter;
    return post("/api/post", { letter: path, data, chosen, [this.kind]: this.chosen[this.kind], sample });
  }

  async #print() {
    await this.letter.saveNow();
    const { kind } = this;
    const made = await this.#asked(false);
    await save(made.pdf, made.name);
    const done = t(`post.${kind}.done`, { n: made.printed, pages: made.pages });
    if (made.failed) this.#told(made.faults, t("post.failed", { n: made.failed }), done);
    else refill(this.said, h("p", { class: "good" }, done));
  }

  async #pack() {
    const { group, spool, redact } = this.chosen.package;
    const { state } = this.screen.run;
    const asked = new URLSearchParams({ ...(group ? { group } : {}), spool: Number(spool), redact: Number(redact) });
    await save(`/api/runs/${state.id}/package.zip?${asked}`, `${state.folder.split("/").pop()}-package.zip`);
    refill(this.said, h("p", { class: "good" }, t("post.package.done")));
  }

  /** Show the first page as it prints. */
  async #look() {
    const { kind } = this;
    if (!kind || kind === "package" || this.closed) return;
    try {
      const made = await this.#asked(true);
      const seen = await post("/api/picture", { sha256: made.sha256, page: 1, dpi: DPI });
      if (kind !== this.kind || this.closed) return;
      const image = h("img", { src: seen.address, width: seen.width, height: seen.height, alt: t(`post.${kind}.picture`, { n: made.printed }) });
      refill(this.side, h("div", { class: "sheet small" }, image));
    } catch (error) {
      if (error instanceof Gone) return;
      if (!(error instanceof Refused)) throw error;
      refill(this.side);
      this.#told(error.faults, t("post.none"));
    }
  }

  /** Say why some addresses, or all, are not printed: each with its row. */
  #told(faults, what, done = "") {
    const errors = faults.filter((fault) => fault.severity === "error");
    const line = (fault) => {
      const said = worded(fault, this.letter.titles);
      const record = Number.parseInt(fault.record, 10);
      const to = record ? button(t("rows.row", { row: fault.row ?? this.letter.rowOf(record) }), () => this.letter.goTo(record), { kind: "tight plain", "data-key": `post-row-${record}` }) : null;
      return h("li", {}, to, " ", said.what, " ", detailsOf(fault, this.letter.titles));
    };
    const more = errors.length > TOLD ? h("p", { class: "small soft" }, t("post.more", { n: number(errors.length - TOLD) })) : null;
    refill(this.said, done ? h("p", {}, done) : null, h("div", { class: "fault warn", role: "group", "aria-label": t("fault.look") }, h("p", {}, h("span", { class: "what" }, what)), h("ul", { class: "small" }, errors.slice(0, TOLD).map(line)), more));
  }
}
