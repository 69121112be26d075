// The letterhead of one's own: a firm's name, address, logo and colour, and the page as a letter of it will look.

import { h, button, icon, id, chooseFile, refill, newest } from "./dom.js";
import { get, post, put, upload, lines, Refused, Gone } from "./api.js";
import { t, language } from "./words.js";
import { worded } from "./faults.js";
import { strip } from "./frame.js";
import { PdfView } from "./pdf-view.js";
import { project } from "./choices.js";
import { changed } from "./setup.js";
import { begin, COUNTRY, SENDER } from "./begin.js";

const COUNTRIES = "AD AE AR AT AU BE BG BR CA CH CL CN CO CY CZ DE DK EE EG ES FI FR GB GR HK HR HU IE IL IN IS IT JP KR LI LT LU LV MA MC MT MX MY NL NO NZ PE PH PL PT RO RS SA SE SG SI SK TH TN TR TW UA US VN ZA".split(" ");
const REGIONS = ["US", "CA", "AU"];

const home = () => localStorage.getItem(COUNTRY) ?? "US";

/** The screen; it belongs to no letter. */
export async function alone(query) {
  const start = await project();
  const path = query.get("sender") ?? (query.has("new") ? null : start.senders[0]?.path);
  const kept = path ? await get(`/api/sender?path=${encodeURIComponent(path)}`) : null;
  return new Letterhead(start, kept);
}

class Letterhead {
  constructor(start, kept) {
    Object.assign(this, { start, kept });
    this.values = kept ? { ...kept.values } : { country: home() };
    const kinds = start.kinds.filter((kind) => !kind.fault);
    this.kind = (kinds.find((kind) => kind.country === (this.values.country ?? home())) ?? kinds[0]).name;
    this.tab = `h${Math.random().toString(36).slice(2)}`;
    this.right = h("div", { class: "right" });
    this.strips = h("div", { class: "strips" });
    this.form = h("form", { class: "stack wide", onsubmit: (event) => (event.preventDefault(), this.keep()) });
    const desk = h("main", { class: "desk", id: "page", "aria-label": t("page.area") });
    this.view = new PdfView(desk);
    const back = h("a", { class: "button icon", href: "/", "aria-label": t("bar.all"), "data-link": true }, icon("left"));
    this.element = h("div", { class: "frame" }, h("a", { class: "skip", href: "#page" }, t("skip.page")), h("header", { class: "bar" }, h("div", { class: "where" }, back, h("h1", { class: "cut" }, t("head.title"))), this.right), this.strips, h("section", { class: "panel", "aria-label": t("head.title") }, this.form), desk);
    document.title = `${t("head.title")} – letterpress studio`;
    this.show = newest(() => this.#show());
    this.said = h("p", { class: "badly", role: "alert" });
    this.draw();
    this.show();
  }

  close() {
    this.view.close();
  }

  /** Take a value, and show the page with it. */
  set(name, value) {
    this.values[name] = value === "" ? null : value;
    this.saved = false;
    this.main();
    this.show();
  }

  main() {
    refill(this.right, button(t("head.keep"), () => this.form.requestSubmit(), { kind: this.saved ? "" : "main", "data-key": "main" }));
    if (!this.saved) refill(this.strips);
  }

  draw() {
    const { values, start } = this;
    const field = (name, label, more = {}) => {
      const own = id(name);
      const input = h("input", { class: "input", id: own, value: values[name] ?? "", autocomplete: "off", maxlength: "200", ...more });
      input.addEventListener("input", () => this.set(name, input.value));
      return h("div", { class: "field" }, h("label", { for: own }, label), input);
    };
    const choose = (name, label, options, now, take) => {
      const own = id(name);
      const select = h("select", { class: "input", id: own, "data-key": name }, options.map(([value, title]) => h("option", { value, selected: value === now }, title)));
      select.addEventListener("change", () => take(select.value));
      return h("div", { class: "field" }, h("label", { for: own }, label), select);
    };
    const names = new Intl.DisplayNames([language], { type: "region" });
    const codes = [...new Set([...COUNTRIES, values.country].filter(Boolean))];
    const countries = codes.map((code) => [code, code.length === 2 ? names.of(code) : code]).sort((one, two) => one[1].localeCompare(two[1], language));
    const kinds = start.kinds.filter((kind) => !kind.fault).map((kind) => [kind.name, kind.title]);
    const town = REGIONS.includes(values.country) || values.region ? ["city", "region", "postcode"] : ["postcode", "city"];
    const titles = { city: t("part.city"), region: t(values.country === "US" ? "part.region.US" : "part.region"), postcode: t(values.country === "US" ? "part.postcode.US" : "part.postcode") };
    refill(
      this.form,
      h("p", { class: "soft" }, t("head.about")),
      start.senders.length ? choose("sender", t("head.which"), [...start.senders.map((one) => [one.path, one.name]), ["", t("head.new")]], this.kept?.path ?? "", (path) => this.turn(path)) : null,
      choose("kind", t("head.kind"), kinds, this.kind, (kind) => {
        this.kind = kind;
        this.show();
      }),
      field("name", t("part.name"), { required: true, "data-key": "name" }),
      values.lines ? this.#lines() : [field("street", t("part.street")), h("div", { class: `cols ${town.length === 3 ? "place" : "town"}` }, town.map((part) => field(part, titles[part])))],
      choose("country", t("part.country"), values.country ? countries : [["", t("form.none")], ...countries], values.country ?? "", (country) => {
        this.set("country", country);
        this.draw();
      }),
      h("div", { class: "cols" }, field("phone", t("part.phone"), { type: "tel" }), field("email", t("part.email"), { inputmode: "email", autocapitalize: "none", spellcheck: "false" })),
      field("web", t("part.web")),
      this.#logo(),
      this.#colour(),
      this.said,
    );
    this.main();
  }

  #lines() {
    const own = id("lines");
    const area = h("textarea", { class: "input", id: own, rows: "3" }, this.values.lines.join("\n"));
    area.addEventListener("input", () => this.set("lines", area.value.split("\n").filter((line) => line.trim())));
    return h("div", { class: "field" }, h("label", { for: own }, t("part.lines")), area);
  }

  #logo() {
    const take = async () => {
      const file = await chooseFile(".png,.svg,.jpg,.jpeg");
      if (!file) return;
      try {
        const taken = await upload(`/api/sender/logo?name=${encodeURIComponent(file.name)}`, file);
        this.set("logo", taken.name);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.said.textContent = worded(error.faults[0]).what;
      }
      this.draw();
    };
    const away = () => {
      this.set("logo", null);
      this.draw();
    };
    const { logo } = this.values;
    return h("div", { class: "field" }, h("span", { class: "label" }, t("setup.logo")), h("div", { class: "setup" }, h("span", { class: "grow cut" }, logo ?? t("form.none")), logo ? button(t("form.remove"), away, { kind: "tight plain", "data-key": "no-logo" }) : null, button(t("choose"), take, { kind: "tight", "data-key": "logo" })));
  }

  #colour() {
    const own = id("accent");
    const { accent } = this.values;
    const input = h("input", { class: "input", type: "color", id: own, value: /^#[0-9a-f]{6}$/i.test(accent) ? accent : "#1c1e20", "data-key": "accent" });
    input.addEventListener("input", () => this.set("accent", input.value));
    input.addEventListener("change", () => this.draw());
    const away = () => {
      this.set("accent", null);
      this.draw();
    };
    return h("div", { class: "field" }, h("label", { for: own }, t("setup.accent")), h("div", { class: "row" }, input, accent ? button(t("head.no-colour"), away, { kind: "tight plain", "data-key": "no-colour" }) : null));
  }

  async turn(path) {
    this.kept = path ? await get(`/api/sender?path=${encodeURIComponent(path)}`) : null;
    this.values = this.kept ? { ...this.kept.values } : { country: this.values.country ?? home() };
    this.saved = false;
    this.draw();
    this.show();
  }

  async #show() {
    try {
      const draft = await post("/api/sender/sample", { letterhead: this.kind, values: this.values });
      let sizes = null;
      for await (const news of lines("/api/show", { draft, tab: this.tab, dpi: 120 })) {
        if (news.kind === "faults" && news.final) this.#faults(news.faults);
        if (news.kind === "pages") sizes = news.sizes;
        if (news.kind === "picture") this.view.picture(news.address, sizes);
      }
      this.view.image.alt = t("head.alt");
    } catch (error) {
      if (error instanceof Gone) return;
      if (!(error instanceof Refused)) throw error;
      this.#faults(error.faults);
    }
  }

  /** Say what is wrong with the name, the address, the logo or the colour. */
  #faults(faults) {
    const own = faults.filter((fault) => fault.severity !== "note" && /^(from|parameters|design)\b/.test(fault.field ?? ""));
    this.said.textContent = own.map((fault) => worded(fault).what).join(" ");
  }

  async keep() {
    try {
      this.kept = await put("/api/sender", { path: this.kept?.path ?? null, sha256: this.kept?.sha256 ?? null, values: this.values });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.said.textContent = error.status === 403 ? t("begin.wrong") : worded(error.faults[0]).what;
      return;
    }
    localStorage.setItem(SENDER, this.kept.path);
    changed();
    this.start = await project();
    this.saved = true;
    this.draw();
    const kind = this.start.kinds.find((one) => one.name === this.kind);
    refill(this.strips, strip("", t("head.kept"), t("head.kept.more", { path: this.kept.path }), [button(t("begin.begin"), () => begin(this.start, kind), { kind: "main", "data-key": "begin" })]));
  }
}
