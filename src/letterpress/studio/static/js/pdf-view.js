// The pages of a PDF that is there already, or the picture of one page.

import { h, button, icon, refill } from "./dom.js";
import { post } from "./api.js";
import { t } from "./words.js";
import { over } from "./desk.js";

/** The pages of a PDF that is there already. */
export class PdfView {
  constructor(desk) {
    this.tools = h("div", { class: "tools" });
    this.image = h("img", { alt: "", hidden: true });
    this.over = h("div");
    this.guides = h("img", { class: "guides", alt: "", hidden: true });
    this.sheet = h("div", { class: "sheet", hidden: true }, this.image, this.guides, this.over); // paper without a page is not shown
    this.wide = false;
    this.stage = h("div", { class: "stage" }, this.sheet);
    this.page = 1;
    desk.replaceChildren(this.tools, this.stage);
    this.sized = new ResizeObserver(() => this.fit());
    this.sized.observe(this.stage);
  }

  close() {
    this.sized.disconnect();
  }

  /** Show a PDF; `lead` gives what stands first above it, `guides` the picture of its standard, which is laid over page 1. */
  show(pages, marks, { lead = () => null, guides = null } = {}) {
    Object.assign(this, { pages, marks, lead, drawn: guides });
    this.sheet.hidden = false;
    this.page = marks[0]?.[1].page ?? Math.min(this.page, pages.sizes.length);
    this.draw();
  }

  /** Go to a page. */
  turn(page) {
    this.page = page;
    this.draw();
  }

  async draw() {
    if (!this.pages) return;
    const count = this.pages.sizes.length;
    const turn = (step, name, words) => h("button", { type: "button", class: "button icon", "aria-label": t(words), disabled: this.page + step < 1 || this.page + step > count, onclick: () => ((this.page += step), this.draw()), "data-key": `turn-${name}` }, icon(name));
    refill(this.tools, this.lead(), count > 1 ? turn(-1, "left", "page.previous") : null, h("span", { class: "soft num" }, t("page.count", { page: this.page, count })), count > 1 ? turn(1, "right", "page.next") : null, h("span", { class: "grow" }), this.#ways(), h("a", { class: "button tight", href: this.pages.pdf, target: "_blank", rel: "noopener" }, t("page.pdf")));
    this.fit();
    this.guides.hidden = !this.guides.src || !this.guided || this.page !== 1;
    const { page } = this;
    const covered = this.cover?.(page); // what a carrier keeps free, drawn over the page
    const slow = covered ? null : setTimeout(() => this.page === page && refill(this.over, h("p", { class: "wait", role: "status" }, t("page.making"))), 300);
    let from = covered;
    try {
      from ??= await post("/api/picture", { sha256: this.pages.sha256, page, dpi: this.wide ? 160 : 120 });
    } finally {
      clearTimeout(slow);
    }
    if (this.page !== page || (!covered && this.cover?.(page))) return; // another one is shown by now
    this.image.src = from.address;
    this.image.alt = covered ? covered.alt : t("page.alt", { page });
    this.image.hidden = false;
    this.#mark();
  }

  /** Mark other places of it: [words, place, kind], by what the style calls the kind. */
  mark(marks) {
    this.marks = marks;
    if (this.pages) this.#mark();
  }

  #mark() {
    refill(this.over, this.marks.filter(([, place]) => place.box && place.page === this.page).map(([words, place, kind = "place"]) => over(h("span", { class: `mark ${kind}` }, words), place.box)));
  }

  /** How the page is shown: with its guides, whole or as wide as there is room. */
  #ways() {
    const guide = async () => {
      this.guided = !this.guided;
      if (!this.guides.src) this.guides.src = `data:image/svg+xml,${encodeURIComponent(await this.drawn())}`;
      this.draw();
    };
    const zoom = () => {
      this.wide = !this.wide;
      this.stage.classList.toggle("wide", this.wide);
      this.stage.tabIndex = this.wide ? 0 : -1;
      this.draw();
    };
    return [
      this.drawn ? button(t("page.guides"), guide, { kind: "tight", "aria-pressed": String(Boolean(this.guided)), "data-key": "guides" }) : null,
      button([t(this.wide ? "page.wide" : "page.whole"), icon("down")], zoom, { kind: "tight", "aria-pressed": String(this.wide), "data-key": "zoom" }),
    ];
  }

  /** Show one picture of a page, whose sizes are in pt. */
  picture(address, sizes) {
    this.pages = { sizes };
    this.sheet.hidden = false;
    this.page = 1;
    this.fit();
    this.image.src = address;
    this.image.hidden = false;
  }

  fit() {
    const [wide, high] = this.pages?.sizes[this.page - 1] ?? [612, 792];
    const narrow = matchMedia("(max-width: 900px)").matches;
    const scale = narrow || this.wide ? Math.min(this.stage.clientWidth - (narrow ? 32 : 48), 1000) / wide : Math.min((this.stage.clientWidth - 48) / wide, (this.stage.clientHeight - 26) / high);
    if (!(scale > 0)) return;
    this.sheet.style.width = `${Math.round(wide * scale)}px`;
    this.sheet.style.height = `${Math.round(high * scale)}px`;
  }
}
