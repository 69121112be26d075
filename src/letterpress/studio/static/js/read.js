// Read: on a phone, the page of a letter or its text, row by row; nothing is changed here.

import { h, icon, refill, newest } from "./dom.js";
import { t } from "./words.js";
import { listen } from "./frame.js";
import { address, stay } from "./route.js";
import { reading } from "./reading.js";

export class Screen {
  constructor(letter) {
    this.letter = letter;
    this.as = new URLSearchParams(location.search).get("as") ?? "page";
    this.heading = h("h1", { class: "cut" });
    this.about = h("p", { class: "small soft cut", role: "status" });
    this.choice = h("div", { class: "segment", role: "group", "aria-label": t("read.as") });
    this.image = h("img", { alt: "" });
    this.sheet = h("div", { class: "sheet" }, this.image);
    this.body = h("main", { class: "desk", id: "page", "aria-label": t("page.area") });
    this.foot = h("div", { class: "foot" });
    const edit = h("a", { class: "button tight plain", href: address("write", letter), "data-link": true }, t("read.edit"));
    this.element = h(
      "div",
      { class: "phone" },
      h("a", { class: "skip", href: "#page" }, t("skip.page")),
      h("header", { class: "stack" }, h("div", { class: "row" }, h("a", { class: "button icon", href: "/", "aria-label": t("bar.all"), "data-link": true }, icon("left")), h("div", { class: "grow" }, this.heading, this.about), edit), this.choice),
      h("div", { class: "strips" }),
      this.body,
      this.foot,
    );
    const draw = newest(() => this.draw());
    this.unlisten = listen(letter, { page: draw, form: draw, faults: draw, row: draw, record: draw, list: draw });
    draw();
  }

  close() {
    this.closed = true;
    this.unlisten();
  }

  turn(as) {
    this.as = as;
    stay(address("read", this.letter, { as }));
    this.draw();
  }

  async draw() {
    const { letter } = this;
    this.heading.textContent = letter.title;
    document.title = `${letter.title} – letterpress studio`;
    const values = Object.fromEntries((letter.row?.values ?? []).map(([path, value]) => [path, value]));
    const to = values["to.organisation"] ?? values["to.name"] ?? letter.form?.values.to?.organisation ?? letter.form?.values.to?.name;
    const row = letter.record === null ? "" : t("read.row", { row: letter.rowOf(letter.record) });
    const state = letter.faults.length ? t("start.mend", { n: letter.faults.length }) : t("check.fine");
    const whose = [to ? t("read.to", { name: to }) : "", row].filter(Boolean).join(", ");
    this.about.textContent = [whose, state].filter(Boolean).map((words) => `${words}.`).join(" ");
    refill(this.choice, ["page", "text"].map((name) => h("button", { type: "button", "aria-pressed": String(this.as === name), onclick: () => this.turn(name), "data-key": `as-${name}` }, t(`page.${name}`))));
    this.#foot();
    await this.#body();
  }

  #foot() {
    const { letter } = this;
    const step = (name, does, words, off) => h("button", { type: "button", class: "button square", "aria-label": t(words), disabled: off, onclick: does, "data-key": name }, icon(name));
    const count = letter.pages?.count ?? 1;
    const to = (by) => letter.beside(letter.record, by);
    const go = (record) => {
      letter.goTo(record);
      stay(address("read", letter, { as: this.as }));
    };
    const rows = letter.source && letter.record !== null;
    const turn = rows
      ? [step("left", () => go(to(-1)), "rows.previous", to(-1) === null), step("right", () => go(to(1)), "rows.next", to(1) === null), h("span", { class: "soft num grow" }, t("rows.row", { row: letter.rowOf(letter.record) }))]
      : [count > 1 ? [step("left", () => letter.turn(letter.page - 1), "page.previous", letter.page <= 1), step("right", () => letter.turn(letter.page + 1), "page.next", letter.page >= count)] : null, h("span", { class: "soft num grow" }, t("page.count", { page: letter.page, count }))];
    const missing = !letter.pages || (letter.stale && letter.source && letter.pages.record !== letter.record);
    refill(this.foot, turn, missing ? null : h("a", { class: "button main", href: letter.pages.pdf, target: "_blank", rel: "noopener", "data-key": "pdf" }, t("page.pdf")));
    this.missing = missing;
  }

  async #body() {
    const { letter } = this;
    if (this.missing) return refill(this.body, h("p", { class: "wait soft" }, letter.waiting || !letter.stale ? t("page.making") : t("page.none")));
    if (this.as === "page") {
      if (letter.picture && this.image.getAttribute("src") !== letter.picture.address) this.image.src = letter.picture.address;
      this.image.alt = t(letter.record ? "page.alt.row" : "page.alt", { page: letter.page, row: letter.rowOf(letter.record ?? 0) });
      return refill(this.body, this.sheet);
    }
    const { sha256 } = letter.pages;
    if (this.shown === sha256 && this.body.contains(this.text)) return null;
    this.text = await reading(letter);
    this.shown = sha256;
    if (!this.closed && this.as === "text") refill(this.body, this.text);
    return null;
  }
}
