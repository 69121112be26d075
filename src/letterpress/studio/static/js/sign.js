// Sign and verify: who has signed and who has not, one's own place with one's key, and what the signatures are worth.

import { h, button, enter, icon, id, newest, refill, chooseFile } from "./dom.js";
import { post, upload, file as bytesOf, Refused } from "./api.js";
import { t, day } from "./words.js";
import { listen } from "./frame.js";
import { worded, detailsOf } from "./faults.js";
import { address, stay } from "./route.js";
import { goAndMake, makeOne, makeWords } from "./one.js";
import { carried } from "./carried.js";
import { checkFirst, other } from "./start.js";
import { askName, download, nameOf, plain } from "./made.js";
import { Desk, placesOf, rowKey, rowSteps } from "./desk.js";
import { PdfView } from "./pdf-view.js";
import { senderBox, stillBox } from "./sample.js";
import { facts } from "./trust.js";
import { FileExamination } from "./preflight.js";

export class Screen {
  constructor(frame, letter, query) {
    Object.assign(this, { frame, letter });
    this.named = query.get("pdf"); // the one that the address names
    this.pdf = this.named ?? (letter.source ? null : `out/${this.stem}.pdf`);
    frame.panel.setAttribute("aria-label", t("sign.panel"));
    this.inside = h("div", { class: "stack wide" });
    this.own = null; // a name of one's own for the signed PDF
    frame.panel.replaceChildren(this.inside);
    frame.main = [];
    const anew = () => {
      this.rows = null;
      if (this.ofRow) this.look();
    };
    this.unlisten = listen(letter, { faults: () => this.draw(), places: () => this.places && this.view?.mark?.(this.#marks), page: () => this.outdated !== this.old && this.draw(), record: () => this.ofRow && this.look(), list: anew, saved: anew });
    this.look = newest(() => this.#look());
    this.inside.append(h("p", { class: "soft", role: "status" }, t("sign.looking")));
    this.look();
  }

  get stem() {
    return this.letter.name.replace(/\.md$/, "");
  }

  /** Whether it is about the PDF of the row that is shown. */
  get ofRow() {
    return Boolean(this.letter.source) && !this.named;
  }

  /** The page beside the panel: that of the PDF, or of the letter as long as there is none. */
  #beside(Kind) {
    if (this.view instanceof Kind) return;
    this.view?.close();
    this.view = Kind === PdfView ? new PdfView(this.frame.desk) : new Desk(this.frame, this.letter, { step: "sign" });
  }

  /** Keys that go from row to row. */
  get desk() {
    return this.ofRow ? { rowKey: (event) => rowKey(event, this.letter, (record) => this.#goTo(record)) } : this.view;
  }

  #goTo(record) {
    this.letter.goTo(record);
    stay(address("sign", this.letter));
  }

  /** Find the PDF of the row; the first time that of a row that has one. */
  async #ofRow() {
    const { letter } = this;
    if (letter.dirty) await letter.saveNow(); // what is made is made of the file
    this.rows ??= await post("/api/finished/list", { letter: letter.path, data: letter.data, chosen: letter.chosen });
    const all = this.rows.rows;
    if (!this.begun && all.length && !all.some((one) => one.number === letter.record)) letter.goTo(all[0].number);
    this.begun = true;
    const found = all.find((one) => one.number === letter.record);
    if (!found || found.older) this.rows = null; // it may be made meanwhile: the next time it is looked for again
    this.older = Boolean(found?.older);
    return found?.path ?? null;
  }

  close() {
    this.closed = true;
    this.unlisten();
    this.key = null;
    this.passphrase = "";
    this.view?.close();
  }

  async #look() {
    try {
      if (this.ofRow) this.pdf = await this.#ofRow();
      if (this.closed) return;
      if (!this.pdf) {
        this.#nothing();
        return;
      }
      const { places } = await post("/api/places", { path: this.pdf });
      this.places = places;
      this.frame.names = nameOf(this.pdf);
      this.frame.bar();
      const [pages, bytes] = await Promise.all([post("/api/pages", { path: this.pdf }), bytesOf(`/api/file?path=${encodeURIComponent(this.pdf)}`)]);
      this.made = await digests(bytes);
      this.verified = await upload(`/api/verify?name=${encodeURIComponent(this.pdf.split("/").pop())}`, bytes);
      if (this.closed) return;
      const copy = button(t("sign.copy"), () => this.#copy(), { "data-key": "copy" });
      this.frame.main = [places.some((place) => !place.open) ? copy : null, download(this.pdf)].filter(Boolean);
      this.#beside(PdfView);
      this.view.show(pages, this.#marks, {
        lead: () => (this.ofRow ? rowSteps(this.letter, (record) => this.#goTo(record)) : null),
        guides: this.letter.form?.has_guides ? async () => (await post("/api/guides", this.letter.draft)).svg : null,
      });
      this.draw();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#nothing(error.status === 404 ? null : error.faults[0]);
    }
  }

  /** What is marked on the PDF: the place that is signed next, and what is still open in the letter. */
  get #marks() {
    const { letter } = this;
    const places = letter.current && !this.outdated ? letter.pages.places : [];
    const remarks = letter.faults.flatMap((fault) => placesOf(fault, places).map((place) => ["", place, fault.severity === "error" ? "bad" : "warn"]));
    return [...(this.place ? [[t("sign.here"), this.place, "place"]] : []), ...remarks];
  }

  /** There is no PDF: the page of the letter stands beside what is to be done. */
  #nothing(fault = null) {
    [this.places, this.fault, this.made] = [null, fault, null];
    this.frame.main = [];
    this.frame.names = null;
    this.frame.bar();
    this.#beside(Desk);
    this.draw();
  }

  /** From now on it is about another PDF of the letter. */
  #about(path) {
    this.pdf = this.named = path;
    stay(address("sign", this.letter, { pdf: path }));
    return this.look();
  }

  /** Save the PDF, as it is signed, under a name of one's own. */
  #copy() {
    const usual = t("sign.signed-name", { name: plain(nameOf(this.pdf)) });
    askName(t("sign.copy"), usual, t("sign.copy.save"), async (name) => this.#about((await post("/api/finished/copy", { path: this.pdf, name })).path));
  }

  /** Whether the PDF is not the letter as it is written now. */
  get outdated() {
    const { letter } = this;
    if (letter.source) return Boolean(this.places && this.ofRow && this.older);
    return Boolean(this.places && this.made && letter.current && !this.made.has(letter.pages.sha256));
  }

  get open() {
    return (this.places ?? []).filter((place) => place.open);
  }

  /** The place that is signed next: the one of the key, else the first that is open. */
  get place() {
    return this.open.find((place) => this.owner?.own_places.includes(place.name)) ?? this.open[0] ?? null;
  }

  draw() {
    const { places } = this;
    if (places === undefined) return; // not looked yet
    if (!places) {
      const none = this.ofRow && this.letter.record !== null ? t("sign.none.row", { row: this.letter.rowOf(this.letter.record) }) : t("sign.none");
      const words = this.fault ? [worded(this.fault).what, ""] : [none, t("sign.none.more")];
      const make = this.fault ? null : h("p", {}, button(makeWords(this.letter), () => this.#make(), { kind: "main", "data-key": "make", "data-main": true }));
      refill(this.inside, h("h2", {}, words[0]), h("p", { class: "soft" }, words[1]), make, this.fault ? null : h("div", { class: "shows" }, shows()), other());
      return;
    }
    const done = places.filter((place) => !place.open).length;
    this.old = this.outdated;
    refill(
      this.inside,
      places.length ? h("div", { class: "stack shows" }, h("h2", {}, t(done ? "sign.have" : "sign.have.none", { done, n: places.length })), shows()) : this.#none(),
      this.old ? this.#older(done) : null,
      places.map((place) => this.#person(place)),
      places.length ? h("hr", { class: "rule" }) : null,
      this.verified?.report.signatures?.length ? facts(this.verified, () => this.look()) : null,
      other(),
    );
  }

  /** The letter was changed since the PDF was made: whoever signs it signs the older text. */
  #older(done) {
    const free = `${this.stem} ${new Intl.DateTimeFormat("sv-SE").format(new Date())}`;
    const other = () => askName(t("sign.anew.named"), free, t("sign.anew.make"), (name) => this.#make(name));
    // What is signed is not replaced; the PDF of a row has the name of its row.
    const anew = !done
      ? [button(t("sign.anew"), () => this.#make(), { kind: "tight main", "data-key": "anew" })]
      : this.letter.source ? [] : [button(t("sign.anew.named"), other, { kind: "tight", "data-key": "anew-named" })];
    return h("div", { class: "fault warn", role: "group", "aria-label": t("fault.look") }, h("p", {}, h("span", { class: "what" }, t("sign.old")), " ", t(done ? "sign.old.signed" : "sign.old.more")), anew.length ? h("div", { class: "mends" }, anew) : null);
  }

  /** What is still open in the letter: a signature fixes it in place. */
  #remarks() {
    const n = this.letter.faults.length;
    if (!n) return null;
    return h(
      "div",
      { class: "fault warn", role: "group", "aria-label": t("fault.look") },
      h("p", {}, h("span", { class: "what" }, t("sign.remarks", { n })), " ", t("sign.remarks.more", { n })),
      h("div", { class: "mends" }, h("a", { class: "button tight", href: address("write", this.letter, placeOf(this.letter)), "data-link": true, "data-key": "remarks" }, t("sign.remarks.see", { n }))),
    );
  }

  /** Make the PDF and show it here, under a name of one's own if one is given; what stops it is said in Make. */
  async #make(name = null) {
    if (this.letter.source) return goAndMake(this.letter);
    if (this.making) return null;
    this.making = true;
    const made = await makeOne(this.letter, name);
    this.making = false;
    if (this.closed) return null;
    if (name && made && !made.path) throw new Refused(422, made);
    if (!made?.path) return goAndMake(this.letter);
    return this.#about(made.path);
  }

  #none() {
    const letter = this.letter;
    const signers = letter.form?.values.signatories ?? [];
    const all = async () => {
      await letter.change(signers.map((one, at) => (typeof one === "string" ? { path: `signatories.${at + 1}`, value: { name: one, sign: "digital" } } : { path: `signatories.${at + 1}.sign`, value: "digital" })));
      this.#make();
    };
    return h("div", { class: "stack" }, h("h2", {}, t("sign.no-place")), h("p", { class: "soft" }, t("sign.no-place.more")), signers.length ? h("p", {}, button(t("sign.digital"), all, { kind: "main", "data-key": "make", "data-main": true })) : null);
  }

  #person(place) {
    const tick = place.open ? h("span", { class: "tick open" }) : h("span", { class: "tick" }, icon("tick"));
    const state = place.open ? [place.title, this.places.length > 1 ? t("sign.not") : ""].filter(Boolean).join(". ") : place.signed_at ? t("sign.signed", { when: moment(place.signed_at) }) : "";
    return h("div", { class: "person" }, tick, h("div", { class: "stack wide" }, h("div", {}, h("h3", {}, place.signatory), h("p", { class: "soft" }, state)), place === this.place ? this.#form(place) : null));
  }

  #form(place) {
    const [key, pass, why] = [id("key"), id("pass"), id("why")];
    const reason = h("input", { class: "input", id: why, value: this.reason ?? "", maxlength: "300", "data-key": "reason" });
    reason.addEventListener("input", () => (this.reason = reason.value));
    const input = h("input", { class: "input", id: pass, type: "password", autocomplete: "off", value: this.passphrase ?? "", "data-key": "passphrase" });
    input.addEventListener("input", () => {
      this.passphrase = input.value;
      this.owner = null;
    });
    const others = this.owner && !this.owner.own_places.includes(place.name);
    const said = this.said ? h("div", { class: "fault", role: "alert", id: `${pass}-fault` }, h("p", {}, h("span", { class: "what" }, this.said)), this.why) : null;
    if (said) input.setAttribute("aria-describedby", `${pass}-fault`);
    const own = this.own === null ? null : h("input", { class: "input", id: `${pass}-name`, value: this.own, required: true, maxlength: "80", autocomplete: "off", spellcheck: "false", "data-key": "own-name" });
    own?.addEventListener("input", () => (this.own = own.value));
    const other = button(t(own ? "sign.usual" : "sign.named"), () => {
      this.own = own ? null : t("sign.signed-name", { name: plain(nameOf(this.pdf)) });
      this.draw();
      this.inside.querySelector('[data-key="own-name"]')?.select();
    }, { kind: own ? "" : "tight plain flush aside", "data-key": "other-name" });
    return h(
      "form",
      { class: "stack wide", onsubmit: (event) => (event.preventDefault(), this.sign(place)) },
      h("div", { class: "field" }, h("span", { class: "label", id: key }, t("sign.key")), h("div", { class: "setup", role: "group", "aria-labelledby": key }, h("span", { class: "grow cut" }, this.key?.name ?? t("form.none")), button(t(this.key ? "sign.other" : "choose"), () => this.take(), { kind: this.key || this.old ? "tight" : "tight main", "data-key": "key" }))),
      h("div", { class: "cols" }, h("div", { class: "field" }, h("label", { for: pass }, t("sign.passphrase")), input), h("div", { class: "field" }, h("label", { for: why }, t("sign.reason")), reason)),
      own ? h("div", { class: "field" }, h("label", { for: own.id }, t("sign.name")), h("div", { class: "row" }, own, other)) : null,
      [senderBox(this.letter), stillBox(this.letter), this.#remarks()],
      said,
      this.owner && !others ? h("p", {}, t("sign.owner", { name: this.owner.name }), " ", this.owner.test ? h("span", { class: "warnly" }, t("sign.test")) : null) : null,
      others ? h("div", { class: "fault warn", role: "alert" }, h("p", {}, h("span", { class: "what" }, t("sign.other-owner", { name: this.owner.name, signatory: place.signatory }))), button(t("sign.behalf", { signatory: place.signatory }), () => this.sign(place, true), { kind: "tight", "data-key": "behalf" })) : null,
      h("p", { class: "row wrap" }, h("button", { class: this.old ? "button" : "button main", disabled: !this.key || others || this.signing, "data-key": "sign", "data-main": true }, t("sign.as", { name: place.signatory })), this.signing ? h("span", { class: "soft", role: "status" }, t("sign.working")) : null),
      h("p", { class: "small soft" }, own ? t("sign.memory") : [t("sign.into", { file: nameOf(this.pdf) }), " ", other]),
    );
  }

  async take() {
    const file = await chooseFile(".p12,.pfx");
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    this.key = { name: file.name, data: btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), "")) };
    this.owner = null;
    this.said = null;
    this.draw();
    this.inside.querySelector('[data-key="passphrase"]').focus();
  }

  /** Look whose key it is; sign if it is the place's own, or if it was confirmed. */
  async sign(place, behalf = false) {
    if (!this.key || this.signing) return;
    const given = { path: this.pdf, key: this.key.data, passphrase: this.passphrase ?? "" };
    [this.said, this.signing] = [null, true];
    this.draw();
    try {
      if (!behalf) {
        this.owner = await post("/api/key", given);
        if (this.place !== place) place = this.place;
        if (!this.owner.own_places.includes(place.name)) {
          this.signing = false;
          return this.draw();
        }
      }
      const letterhead = this.letter.form?.values.letterhead ?? "plain";
      const { path } = await post("/api/sign", { ...given, place: place.name, letterhead, on_behalf: behalf, reason: this.reason || null, name: this.own && plain(this.own) });
      this.signing = false;
      // The letters of a list are signed one after the other: with the same key, until the page is left.
      if (!this.ofRow) [this.key, this.passphrase, this.reason] = [null, "", ""];
      [this.owner, this.own] = [null, null];
      await (path === this.pdf ? this.look() : this.#about(path));
      (this.inside.querySelector('[data-key="key"]') ?? this.frame.panel).focus();
    } catch (error) {
      this.signing = false;
      if (!(error instanceof Refused)) throw error;
      this.said = error.status === 400 ? t("begin.wrong") : worded(error.faults[0]).what;
      this.why = error.faults.length ? detailsOf(error.faults[0]) : null;
      this.draw();
      const ofName = this.own !== null && (error.status === 400 || error.faults[0]?.code === "file-exists");
      const field = this.inside.querySelector(`[data-key="${ofName ? "own-name" : NO_KEY.includes(error.faults[0]?.code) ? "key" : "passphrase"}"]`);
      enter(field);
    }
    return null;
  }
}

/** What any PDF's signatures are worth: the screen without a letter. */
export async function alone() {
  const given = carried();
  const inside = h("div", { class: "stack wide" });
  const bar = h("header", { class: "bar" }, h("div", { class: "where" }, h("a", { class: "button icon", href: "/", "aria-label": t("bar.all"), "data-link": true }, icon("left")), h("div", {}, h("h1", { class: "cut" }, given?.name ?? t("check.title")))));
  document.title = `${given?.name ?? t("check.title")} – letterpress studio`;
  if (!given) return { element: h("div", { class: "frame bare" }, bar, h("div", { class: "strips" }), h("main", { class: "panel", id: "panel", tabindex: "-1" }, checkFirst())) };
  const desk = h("main", { class: "desk", id: "page", tabindex: "-1", "aria-label": t("page.area") });
  const view = new PdfView(desk);
  const element = h("div", { class: "frame" }, bar, h("div", { class: "strips" }), h("section", { class: "panel", id: "panel", tabindex: "-1", "aria-label": t("sign.panel") }, inside), desk);
  try {
    const name = encodeURIComponent(given.name);
    const pages = await upload(`/api/pages/any?name=${name}`, given);
    const examination = new FileExamination(given, view, pages);
    const look = async () => refill(inside, facts(await upload(`/api/verify?name=${name}`, given), look), examination.element, h("hr", { class: "rule" }), other());
    await look();
    view.show(pages, []);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refill(inside, h("h2", {}, worded(error.faults[0]).what), other());
  }
  return { element, close: () => view.close() };
}

/** What a signature shows, in a line; the rest of it is folded. */
const shows = () => [h("p", { class: "small soft" }, t("sign.shows")), h("details", { class: "small soft" }, h("summary", {}, t("sign.shows.title")), h("p", {}, t("sign.shows.more")))];

/** Where the first remark on a letter is mended: its field in the form, or its line in the text. */
function placeOf({ faults, path }) {
  const [first] = faults;
  if (first?.field) return { as: "form", part: first.field };
  return first?.line && first.file === path ? { as: "text", line: first.line } : {};
}

const NO_KEY = ["key-unreadable", "key-missing", "key-unsuitable", "key-certificate-mismatch", "key-type-unknown"]; // another file helps, and no passphrase
const moment = (iso) => day(new Date(iso), { dateStyle: "long", timeStyle: "short" });

/** SHA-256 of a PDF, and of what it was before each signature: signing appends, and each part ends with %%EOF. */
async function digests(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const found = new Set();
  const end = [..."%%EOF"].map((sign) => sign.charCodeAt(0));
  for (let at = bytes.indexOf(end[0]); at >= 0; at = bytes.indexOf(end[0], at + 1)) {
    if (!end.every((code, index) => bytes[at + index] === code)) continue;
    for (const more of [5, 6, 7]) {
      if (more > 5 && ![10, 13].includes(bytes[at + more - 1])) break;
      const digest = await crypto.subtle.digest("SHA-256", bytes.subarray(0, at + more));
      found.add([...new Uint8Array(digest)].map((one) => one.toString(16).padStart(2, "0")).join(""));
    }
  }
  return found;
}
