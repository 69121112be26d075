// The choice of who sends a letter, and what it is made for. The page is then shown as it is made for them.

import { h, button, id, refill } from "./dom.js";
import { get } from "./api.js";
import { t, has, language } from "./words.js";
import { detailsOf } from "./faults.js";
import { listen } from "./frame.js";
import { choices } from "./setup.js";
import { carrierTitle } from "./sent.js";

let known = null;
/** Who takes letters: {carriers, faults}; the same for all letters. */
export const carriers = () => (known ??= get("/api/carriers").catch((error) => {
  known = null;
  throw error;
}));

/** A carrier in a list to choose from: how sure its rules are is said with its name. */
const optionTitle = (one) => {
  const unsure = { unconfirmed: "send.unconfirmed", "second hand": "send.second" }[one.status];
  return unsure ? t(unsure, { title: carrierTitle(one) }) : carrierTitle(one);
};

/** Carriers in groups: those for the papers and the country first, then those for the papers. */
export function groups(all, papers, country) {
  const named = [...all].sort((one, two) => carrierTitle(one).localeCompare(carrierTitle(two), language));
  const takes = (one) => one.papers.some((paper) => papers.includes(paper));
  const home = (one) => one.own || one.country === country;
  return [
    ["send.fits", named.filter((one) => takes(one) && home(one))],
    ["send.paper", named.filter((one) => takes(one) && !home(one))],
    ["send.other", named.filter((one) => !takes(one))],
  ].filter(([, some]) => some.length);
}

/** A select of carriers; `none` is said where none is chosen. */
export function carrierSelect(own, sorted, now, none, changed) {
  const option = (one) => h("option", { value: one.name, selected: one.name === now }, optionTitle(one));
  const lost = now && !sorted.some(([, some]) => some.some((one) => one.name === now)) ? h("option", { value: now, selected: true }, now) : null;
  return h(
    "select",
    { class: "input", id: own, "data-key": "carrier", onchange: (event) => changed(event.target.value || null) },
    h("option", { value: "", selected: !now }, none),
    lost,
    sorted.map(([words, some]) => h("optgroup", { label: t(words) }, some.map(option))),
  );
}

/** Names of the kinds of letters of a carrier's own country that have a paper of its; none where nobody is chosen. */
export async function kindsFor(name, kinds) {
  const one = name && (await carriers()).carriers.find((other) => other.name === name);
  return one ? kinds.filter((kind) => kind.country === one.country && kind.papers.some((paper) => one.papers.includes(paper))).map((kind) => kind.name).slice(0, 3) : [];
}

/** What is to be known of a carrier: how sure its rules are, and what nobody can see in a file. */
export function carrierNotes(one) {
  const unsure = { unconfirmed: "send.unconfirmed.more", "second hand": "send.second.more" }[one.status];
  const unchecked = !one.own && has(`carrier.${one.name}.unchecked`) ? t(`carrier.${one.name}.unchecked`) : one.unchecked.join("; ");
  return [
    unsure ? h("p", { class: "small warnly" }, t(unsure)) : null,
    unchecked ? h("p", { class: "small soft" }, t("send.unchecked", { what: unchecked })) : null,
    h("details", { class: "small soft" }, h("summary", {}, t("send.rules")), h("p", {}, one.source)),
  ];
}

/** Who sends the letter, and what it is made for: two choices and what they mean. */
export class Sending {
  /** `folded`: what was chosen is one line, until it is to be changed; then `opened` is called. */
  constructor(letter, { title = true, folded = false, opened = () => {} } = {}) {
    Object.assign(this, { letter, title, folded, opened });
    this.element = h("section", { class: "stack sending", "aria-label": t("send.title") });
    this.unlisten = listen(letter, { form: () => this.draw(), sent: () => this.draw(), faults: () => this.draw() });
    this.begin();
  }

  close() {
    this.unlisten();
  }

  async begin() {
    [this.known, this.start] = await Promise.all([carriers(), choices()]);
    this.draw();
  }

  /** The carrier that is chosen, with its rules; null: none, or it is not known any more. */
  get carrier() {
    return this.known?.carriers.find((one) => one.name === this.letter.sent.carrier) ?? null;
  }

  /** Papers that the letter may have, and the country that it comes from. */
  get home() {
    const values = this.letter.form?.values ?? {};
    const kind = this.start.kinds.find((one) => one.name === (values.letterhead ?? "plain"));
    const from = typeof values.from === "object" ? values.from?.country : null;
    return [values.paper ? [values.paper] : (kind?.papers ?? []), kind?.country ?? from ?? null];
  }

  /** Whether the letter is for a print shop: as was chosen, else as the carrier needs it. */
  get #press() {
    const { profile } = this.letter.sent;
    return profile ? profile === "press" : Boolean(this.carrier?.inks);
  }

  /** What was chosen, in one line. */
  #line() {
    const { carrier, title } = this.letter.sent;
    const by = carrier ? t("send.line.by", { carrier: carrierTitle({ name: carrier, title }) }) : t("send.line.self");
    const open = () => {
      this.folded = false;
      this.opened();
      this.draw();
      this.element.querySelector("select").focus();
    };
    return h("div", { class: "row" }, h("p", { class: "cut facts-of" }, h("span", {}, by), h("span", { class: "soft" }, t(`send.line.${this.#press ? "press" : "archive"}`))), button(t("send.change"), open, { kind: "tight", "data-key": "send-change" }));
  }

  draw() {
    if (!this.known) return;
    if (this.folded) return refill(this.element, this.#line());
    const { letter, carrier } = this;
    const press = this.#press;
    const unfit = letter.faults.some((fault) => fault.code === "carrier-unfit");
    const [by, made] = [id("carrier"), id("profile")];
    const profile = (name) => h("option", { value: name, selected: press === (name === "press") }, t(`send.${name}`));
    refill(
      this.element,
      this.title ? h("h2", {}, t("send.title")) : null,
      h(
        "div",
        { class: "cols sends" },
        h("div", { class: "field" }, h("label", { for: by }, t("send.by")), carrierSelect(by, groups(this.known.carriers, ...this.home), letter.sent.carrier, t("send.self"), (name) => this.choose(name))),
        h("div", { class: "field" }, h("label", { for: made }, t("send.for")), h("select", { class: "input", id: made, "data-key": "profile", onchange: (event) => this.#make(event.target.value) }, ["archive", "press"].map(profile))),
        letter.source || carrier ? this.#sides() : null,
      ),
      h("p", { class: "small soft" }, carrier && !unfit ? `${t("send.fitted", { carrier: carrierTitle(carrier) })} ` : "", t(press ? "send.press.more" : "send.archive.more"), letter.source && (carrier?.duplex ?? letter.sent.duplex) ? ` ${t("send.sides.more")}` : ""),
      carrier ? carrierNotes(carrier) : null,
      this.known.faults.length ? h("div", { class: "fault warn", role: "group", "aria-label": t("fault.look") }, h("p", {}, h("span", { class: "what" }, t("send.broken"))), this.known.faults.map((fault) => detailsOf(fault))) : null,
    );
  }

  /** On how many sides of a sheet it is printed: as is chosen, where the carrier does not say it. */
  #sides() {
    const { letter, carrier } = this;
    const own = id("sides");
    const fixed = carrier?.duplex ?? null;
    const both = fixed ?? letter.sent.duplex;
    const option = (value, words) => h("option", { value, selected: both === (value === "both") }, t(words));
    return h("div", { class: "field" }, h("label", { for: own }, t("send.sides")), h("select", { class: "input", id: own, disabled: fixed !== null, "data-key": "sides", onchange: (event) => letter.send({ duplex: event.target.value === "both" }) }, option("one", "send.sides.one"), option("both", "send.sides.both")));
  }

  /** Make it for this; of the kinds of print files, that which the carrier names. */
  #make(profile) {
    this.letter.send({ profile: profile === "press" && this.carrier?.inks ? null : profile, own: true });
  }

  /** Take a carrier; what the letter is for is then as they need it, unless somebody has said it. */
  choose(name) {
    const one = this.known.carriers.find((other) => other.name === name);
    const { own, profile, duplex } = this.letter.sent;
    this.letter.send({ carrier: name, title: one ? carrierTitle(one) : null, profile: own ? profile : null, duplex: one?.duplex ?? duplex });
  }
}
