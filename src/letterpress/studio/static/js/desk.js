// The page as it will print: its picture, the marks on it, and the tools above it.

import { h, icon, button, refill, id } from "./dom.js";
import { post } from "./api.js";
import { t, clock, number } from "./words.js";
import { listen } from "./frame.js";
import { partTitle } from "./faults.js";
import { address, stay } from "./route.js";
import { reading } from "./reading.js";

const INCH = 72;

export class Desk {
  /** `goes` is told which place of the page was chosen: {lines} or {name}. */
  constructor(frame, letter, { goes = () => {}, find = false, marks = () => [], step = "write", plain = false } = {}) {
    Object.assign(this, { frame, letter, goes, find, marks, step, plain: plain || find });
    this.tools = h("div", { class: "tools" });
    this.image = h("img", { alt: "" });
    this.over = h("div");
    this.sheet = h("div", { class: "sheet", role: "group", "aria-label": t("page.sheet") }, this.image, this.over);
    this.none = h("p", { class: "wait", role: "status" });
    this.stage = h("div", { class: "stage" }, this.sheet, this.none);
    this.wide = false;
    this.here = null;
    this.at = 0;
    frame.desk.replaceChildren(this.tools, this.stage);
    this.sheet.addEventListener("keydown", (event) => this.#keys(event));
    this.sized = new ResizeObserver(() => this.fit());
    this.sized.observe(this.stage);
    const draw = () => this.draw();
    this.unlisten = listen(letter, { page: draw, places: draw, faults: draw, list: draw, record: draw, row: draw, saved: () => this.drawTools() });
    this.draw();
  }

  close() {
    this.sized.disconnect();
    this.unlisten();
  }

  draw() {
    const { letter } = this;
    this.fit();
    // A row whose letter cannot be made has no page: that of another row would be taken for its own.
    const { pages } = letter;
    this.other = Boolean(letter.stale && letter.source && (pages?.record !== letter.record || (pages.tried && pages.tried !== letter.tried)));
    this.covered = (letter.stale || this.other ? null : this.cover?.(letter.page)) ?? null; // what a carrier keeps free, drawn over the page
    const picture = this.covered ?? letter.picture;
    if (picture && this.image.getAttribute("src") !== picture.address) this.image.src = picture.address;
    this.image.hidden = !letter.picture || this.other;
    this.sheet.classList.toggle("empty", this.image.hidden);
    this.sheet.classList.toggle("behind", letter.behind);
    // Paper without a page is shown only while the first page is made.
    const none = this.other ? "page.none" : !letter.picture && !letter.asking && letter.stale ? "page.none.letter" : "";
    this.sheet.hidden = none !== "";
    this.none.textContent = none && t(none);
    this.none.hidden = !none;
    this.image.alt = this.covered ? this.covered.alt : t(letter.record ? "page.alt.row" : "page.alt", { page: letter.page, row: letter.rowOf(letter.record ?? 0) });
    this.drawTools();
    this.drawMarks();
  }

  drawMarks() {
    const { letter } = this;
    const wait = letter.waiting && (!letter.picture || letter.behind) ? h("p", { class: "wait" }, t("page.making")) : null;
    const places = (this.other || letter.behind ? [] : (letter.pages?.places ?? [])).filter((place) => place.page === letter.page);
    const steps = places.filter((place) => place.kind !== "signature" && !(place.kind === "field" && place.name === "body"));
    this.at = Math.min(this.at, Math.max(0, steps.length - 1));
    const spots = steps.map((place, at) =>
      over(h("button", { type: "button", class: "spot", tabindex: at === this.at ? "0" : "-1", "aria-label": t(place.lines ? "page.line" : "page.field", { line: place.lines?.[0] ?? "", field: place.name ? named(place.name, letter.titles) : "" }), onclick: () => this.goes(place), "data-key": `spot-${at}` }), place.box),
    );
    // The smaller ones lie on top: who clicks means the innermost.
    spots.sort((one, two) => Number.parseFloat(two.style.height) * Number.parseFloat(two.style.width) - Number.parseFloat(one.style.height) * Number.parseFloat(one.style.width));
    const here = places.filter((place) => place.lines && this.here >= place.lines[0] && this.here <= place.lines[1]);
    const inner = here.filter((place) => place.lines[1] - place.lines[0] === Math.min(...here.map((one) => one.lines[1] - one.lines[0])));
    const marked = [
      ...inner.map((place) => over(h("span", { class: "mark here" }), place.box)),
      ...(letter.stale || this.covered ? [] : letter.faults.flatMap((fault) => placesOf(fault, places).map((place) => over(h("span", { class: `mark ${fault.severity === "error" ? "bad" : "warn"}` }), place.box)))),
      ...this.marks(letter.page).map(([words, box]) => over(h("span", { class: "mark place" }, words), box)),
    ];
    refill(this.over, wait, marked, spots);
  }

  fit() {
    const { letter } = this;
    const [wide, high] = letter.pages?.sizes[letter.page - 1] ?? [612, 792];
    const room = { wide: this.stage.clientWidth - 48, high: this.stage.clientHeight - 24 };
    const narrow = matchMedia("(max-width: 900px)").matches;
    if (narrow) room.wide = this.stage.clientWidth - 32;
    const scale = this.wide || narrow ? Math.min(room.wide, 1000) / wide : Math.min(room.wide / wide, room.high / high);
    if (!(scale > 0)) return;
    this.sheet.style.width = `${Math.round(wide * scale)}px`;
    this.sheet.style.height = `${Math.round(high * scale)}px`;
    const dpi = Math.max(96, Math.min(200, Math.ceil((scale * INCH * devicePixelRatio) / 24) * 24));
    if (dpi > letter.dpi) {
      letter.dpi = dpi;
      if (letter.picture) letter.show();
    }
  }

  drawTools() {
    const { letter } = this;
    const count = letter.pages?.count ?? 1;
    const page = h("span", { class: "soft num" }, t("page.count", { page: letter.page, count }));
    const turn = !letter.pages || this.other
      ? null
      : count > 1
        ? [
            h("button", { type: "button", class: "button icon", "aria-label": t("page.previous"), disabled: letter.page <= 1, onclick: () => letter.turn(letter.page - 1), "data-key": "page-back" }, icon("left")),
            page,
            h("button", { type: "button", class: "button icon", "aria-label": t("page.next"), disabled: letter.page >= count, onclick: () => letter.turn(letter.page + 1), "data-key": "page-on" }, icon("right")),
          ]
        : [page];
    const chip = letter.failed
      ? h("span", { class: "chip bad" }, h("span", { class: "dot" }), t("page.failed"))
      : letter.stale && letter.pages && !this.other
        ? h("span", { class: "chip bad" }, h("span", { class: "dot" }), t("page.before", { time: clock(letter.pages.at) }))
        : letter.conflict && letter.newest
          ? h("span", { class: "chip" }, t("page.mine"))
          : letter.form?.fields.length && !letter.source
            ? h("span", { class: "chip" }, t("page.sample"))
            : null;
    refill(
      this.tools,
      letter.tried && letter.pages?.tried ? this.#tried() : [letter.source ? rowSteps(letter, (record) => this.goTo(record), this.find) : null, letter.source && this.find ? (chip ? null : h("span", { class: "soft num" }, this.#range())) : turn, chip],
      h("span", { class: "grow" }),
      this.find && letter.record !== null ? this.#finder() : null,
      this.plain || letter.failed || !letter.form?.has_guides ? null : button(t("page.guides"), () => {
        letter.overlay = !letter.overlay;
        letter.show();
        this.drawTools();
      }, { kind: "tight", "aria-pressed": String(letter.overlay), "data-key": "guides" }),
      this.plain || letter.failed ? null : button([t(this.wide ? "page.wide" : "page.whole"), icon("down")], () => {
        this.wide = !this.wide;
        this.stage.classList.toggle("wide", this.wide);
        this.stage.tabIndex = this.wide ? 0 : -1;
        this.draw();
      }, { kind: "tight", "aria-pressed": String(this.wide), "data-key": "zoom" }),
      letter.pages ? button(t(this.reading ? "page.page" : "page.text"), () => this.read(), { kind: "tight narrow", "aria-pressed": String(Boolean(this.reading)), "data-key": "read" }) : null,
      letter.failed ? button(t("again"), () => letter.show(), { kind: "tight", "data-key": "again" }) : null,
      letter.pages && !this.other ? h("a", { class: "button tight", href: letter.pages.pdf, target: "_blank", rel: "noopener", "data-key": "pdf" }, t("page.pdf")) : null,
    );
  }

  /** What the page is shown with, and nothing was changed yet. */
  #tried() {
    const { record } = this.letter.tried;
    const words = triedWords(this.letter);
    // A button of another row may be pointed at: then it is that row's page.
    const row = record === null || record === this.letter.record ? rowSteps(this.letter, (number) => this.goTo(number), this.find) : h("span", { class: "strong num" }, t("rows.row", { row: this.letter.rowOf(record) }));
    return [this.letter.source ? row : null, h("span", { class: "soft tried" }, words)];
  }

  /** Show the text of the page in the order in which it is read, for small screens; or the page again. */
  async read() {
    if (this.reading) {
      this.reading.replaceWith(this.stage);
      this.reading = null;
    } else {
      this.reading = await reading(this.letter);
      this.stage.replaceWith(this.reading);
    }
    this.drawTools();
  }

  #range() {
    const { letter } = this;
    const ranges = letter.overview?.ranges ?? [];
    return letter.rows > 1 ? t("rows.range", { first: number(letter.rowOf(ranges[0][0])), last: number(letter.rowOf(ranges.at(-1)[1])) }) : "";
  }

  goTo(record) {
    this.letter.goTo(record);
    stay(address(this.step, this.letter));
  }

  rowKey(event) {
    return rowKey(event, this.letter, (record) => this.goTo(record));
  }

  #finder() {
    this.finder ??= (() => {
      const name = id("find");
      const input = h("input", { class: "input short", id: name, type: "search", placeholder: t("rows.find.hint"), "data-key": "find" });
      const said = h("span", { class: "small badly", role: "status" });
      const look = async (event) => {
        event.preventDefault();
        if (!input.value.trim()) return;
        const found = await post("/api/list/find", { draft: this.letter.draft, data: this.letter.data, text: input.value, after: this.letter.record ?? 0 });
        said.textContent = found.record === null ? t("rows.find.none") : "";
        if (found.record !== null) this.goTo(found.record);
      };
      return h("form", { class: "row", role: "search", onsubmit: look }, said, h("label", { class: "label", for: name }, t("rows.find")), input);
    })();
    return this.finder;
  }

  #keys(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const spots = [...this.over.querySelectorAll(".spot")].sort((one, two) => Number(one.dataset.key.slice(5)) - Number(two.dataset.key.slice(5)));
    if (!step || !spots.length) return;
    event.preventDefault();
    this.at = (this.at + step + spots.length) % spots.length;
    spots.forEach((spot, at) => spot.setAttribute("tabindex", at === this.at ? "0" : "-1"));
    spots[this.at].focus();
  }
}

/** What the page is shown with: the fix that is tried, as a condition. */
function triedWords({ tried: { fault, fix, as }, titles }) {
  const part = fault.column ?? (fault.field ? partTitle(fault.field, titles) : "");
  if (as !== null) return part ? t("page.tried", { part, value: as }) : t("page.tried.text", { value: as });
  if (part && (fix.text === "" || fix.text === null)) return t("page.tried.empty", { part });
  return (fix.edit?.text ?? fix.text) === "" && fault.value ? t("page.tried.out", { value: fault.value }) : t("page.tried.mended");
}

/** The row of a list that is shown, and the ones beside it; with `ends` the first and last as well. */
export function rowSteps(letter, goTo, ends = false) {
  if (letter.record === null) return null;
  const ranges = letter.overview?.ranges ?? [];
  const to = (name, record, words) =>
    h("button", { type: "button", class: "button icon", "aria-label": t(words), disabled: record === null || record === undefined || record === letter.record, onclick: () => goTo(record), "data-key": `row-${name}` }, icon(name));
  return h(
    "div",
    { class: "stepper", role: "group", "aria-label": t("rows.stepper") },
    ends ? to("first", ranges[0]?.[0], "rows.first") : null,
    to("left", letter.beside(letter.record, -1), "rows.previous"),
    h("span", { class: "num strong" }, `\u00a0${t("rows.row", { row: letter.rowOf(letter.record) })}\u00a0`),
    to("right", letter.beside(letter.record, 1), "rows.next"),
    ends ? to("last", ranges.at(-1)?.[1], "rows.last") : null,
  );
}

/** Rows by the keyboard; gives whether it was one of its keys. */
export function rowKey(event, letter, goTo) {
  if (!event.altKey || !letter.overview || !["PageUp", "PageDown"].includes(event.key)) return false;
  const { ranges } = letter.overview;
  const on = event.key === "PageDown";
  const to = event.shiftKey ? (on ? ranges.at(-1)?.[1] : ranges[0]?.[0]) : letter.beside(letter.record, on ? 1 : -1);
  if (to) goTo(to);
  return true;
}

/** Where on the pages it stands what a fault is about. */
export function placesOf(fault, places) {
  if (!fault.field) return [];
  const exact = places.filter((place) => place.name === fault.field && place.kind === "field");
  if (exact.length) return exact;
  const group = fault.field.split(".")[0];
  const own = places.filter((place) => place.kind === "field" && place.name === group);
  if (group === "to" && own.length) return lastLine(own);
  return own;
}

/** The last line of an address block: where its postcode stands. */
function lastLine(places) {
  const place = places.at(-1);
  const [x, y, wide, high] = place.box;
  const line = Math.min(high, 1.6);
  return [{ ...place, box: [x, y + high - line, Math.min(wide, 20), line] }];
}

const FOLDS = { from: "form.from", to: "form.to", signatories: "form.signed" };
/** A part of the page as the form calls it. */
const named = (path, titles) => (path in FOLDS ? t(FOLDS[path]) : partTitle(path, titles));

/** Lay something over a place of the page. */
export function over(element, [x, y, wide, high]) {
  Object.assign(element.style, { left: `${x}%`, top: `${y}%`, width: `${wide}%`, height: `${high}%` });
  return element;
}
