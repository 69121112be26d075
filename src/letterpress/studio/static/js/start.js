// Start: the last letter and older ones, kinds of letters by their picture, and a PDF to check.

import { h, button, chooseFile, dropPlace, id } from "./dom.js";
import { get, post, lines, Refused, Gone } from "./api.js";
import { t, when, language } from "./words.js";
import { once } from "./faults.js";
import { go, lastList } from "./route.js";
import { project } from "./choices.js";
import { carry } from "./carried.js";
import { begin, rowsOf, to, COUNTRY } from "./begin.js";
import { another } from "./another.js";
import { finished } from "./made.js";

const SHOWN = 8; // kinds, or two full rows of them
const [SIDE, KIND, GAP] = [504, 160, 16]; // px: what stands beside them, and their least width, as the style has it
const FIRST = 3; // letters below the last one

// Kinds by how many offices need them. Those of one's own country come first, but for what few need there as well.
const USUAL = ["plain", "memo", "us-business", "uk", "din5008", "french", "swiss", "open-letter", "austrian", "classic", "margin", "band", "japanese", "arabic"];
const RARE = ["congress", "navy"];
const OFFICE = 2; // of the usual ones: needed in every country

/** The country of the browser's language, if there are kinds of letters for it. */
function ofBrowser(kinds) {
  const regions = navigator.languages.map((tag) => new Intl.Locale(tag).maximize().region);
  return regions.find((region) => kinds.some((kind) => kind.country === region));
}

export class StartScreen {
  static async made() {
    return new StartScreen(await project());
  }

  constructor(start) {
    this.start = start;
    this.all = false;
    this.pictures = new Map();
    this.wanted = [];
    this.tab = `s${Math.random().toString(36).slice(2)}`;
    this.country = localStorage.getItem(COUNTRY) ?? start.letters.map((one) => start.kinds.find((kind) => kind.name === one.letterhead)?.country).find(Boolean) ?? ofBrowser(start.kinds) ?? "US";
    this.kinds = h("main", { class: "kinds-of", id: "page", tabindex: "-1" });
    this.letters = h("section", { class: "stack wide" });
    const name = senderOf(start);
    document.title = "letterpress studio";
    this.element = h(
      "div",
      { class: "start" },
      h("a", { class: "skip", href: "#page" }, t("start.new")),
      h("header", { class: "bar" }, h("h1", { class: "grow cut" }, name ? t("start.title", { name }) : t("start.yours")), h("a", { class: "button tight plain", href: "/letterhead", "data-link": true }, t("start.letterhead")), button(t("start.folder"), () => folder(start.root), { kind: "tight plain", "data-key": "folder" })),
      h("div", { class: "strips" }),
      h("aside", { class: "side", id: "panel", tabindex: "-1", "aria-label": t("start.letters") }, this.letters, check(), h("p", { class: "row foot" }, tongue(), this.#theme())),
      this.kinds,
    );
    this.#letters();
    this.#kinds();
  }

  #theme() {
    const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const turn = (event) => {
      localStorage.setItem("letterpress-theme", dark ? "light" : "dark");
      dispatchEvent(new Event("theme"));
      event.target.replaceWith(this.#theme());
    };
    return button(t(dark ? "start.light" : "start.dark"), turn, { kind: "tight plain quiet" });
  }

  #letters() {
    const { letters } = this.start;
    const [last, ...others] = letters;
    if (!last) {
      this.letters.replaceChildren(h("h2", {}, t("start.none")), h("p", { class: "soft" }, t("start.none.more")));
      return;
    }
    const twice = (letter) => letters.filter((one) => one.title === letter.title).length > 1; // then the file tells them apart
    const rows = rowsOf(last);
    const more = (one) => [twice(one) ? one.path.split("/").pop() : null, when(one.modified), rowsOf(one)].filter(Boolean).join(", ");
    this.letters.replaceChildren(
      h("h2", {}, t("start.again")),
      h(
        "div",
        { class: "again" },
        this.#thumb(last),
        h("div", { class: "stack" }, h("h3", {}, last.title), h("p", { class: "small soft" }, last.path.split("/").pop(), h("br"), when(last.modified), rows ? [h("br"), rows] : null), h("p", { "data-state": true }), h("p", {}, h("a", { class: "button main", href: to(last), "data-link": true }, t("start.go")))),
      ),
      h("ul", {}, others.slice(0, FIRST).map((one) => h("li", {}, h("a", { class: "recent", href: to(one), "data-link": true }, this.#thumb(one), h("div", { class: "grow" }, h("h3", { class: "cut", title: one.title }, one.title), h("p", { class: "small soft cut", title: more(one) }, more(one))), h("span", { "data-state": true }))))),
      h("p", { class: "row wrap" }, button(t("start.other"), () => another(letters), { "data-key": "another" }), this.start.finished ? button(t("made.title"), finished, { "data-key": "finished" }) : null),
    );
  }

  #thumb(letter) {
    const known = this.pictures.get(letter.path);
    const image = h("img", { class: "thumb", alt: "", src: known?.address ?? null });
    if (!known) this.wanted.push({ letter, image });
    return image;
  }

  /** Draw the letters' own pages, one after the other, and say what stops them. */
  async draw() {
    for (let next = this.wanted.shift(); next && !this.closed; next = this.wanted.shift()) {
      const { letter, image } = next;
      try {
        const { text } = await get(`/api/letter?path=${encodeURIComponent(letter.path)}`);
        let faults = [];
        const list = lastList(letter.path, letter.list);
        const first = list && list.rows !== 0 ? { data: { source: list.source, sheet: list.sheet ?? null }, record: list.first ?? 1 } : {};
        for await (const news of lines("/api/show", { draft: { path: letter.path, text }, tab: this.tab, dpi: 60, ...first })) {
          if (news.kind === "faults") faults = news.faults;
          if (news.kind === "picture") {
            image.src = news.address;
            this.pictures.set(letter.path, news);
          }
        }
        const errors = once(faults).filter((fault) => fault.severity === "error" && fault.code !== "value-missing" && fault.code !== "field-missing").length;
        const state = image.parentElement.querySelector("[data-state]");
        if (!errors && letter.pdf) await this.#signed(letter, state);
        if (list?.faulty) say(state, "bad", t("start.mend.rows", { n: list.faulty }));
        else if (errors) say(state, "bad", t("start.mend", { n: errors }));
      } catch (error) {
        if (error instanceof Gone) return;
        if (!(error instanceof Refused)) throw error; // a letter or PDF that cannot be read says so when it is opened
      }
    }
  }

  /** Say how many have signed a letter's PDF, if it keeps places for signatures. */
  async #signed(letter, state) {
    const { places } = await post("/api/places", { path: letter.pdf });
    const done = places.filter((place) => !place.open).length;
    if (places.length) say(state, done < places.length ? "warn" : "good", t(done ? "start.signed" : "start.signed.none", { done, n: places.length }));
  }

  shown() {
    this.draw();
  }

  close() {
    this.closed = true;
  }

  #kinds() {
    const { kinds } = this.start;
    const regions = new Intl.DisplayNames([language], { type: "region" });
    const countries = [...new Set(kinds.map((kind) => kind.country).filter(Boolean))];
    const name = id("country");
    const select = h("select", { class: "input", id: name }, countries.map((one) => h("option", { value: one, selected: one === this.country }, regions.of(one))));
    select.addEventListener("change", () => {
      this.country = select.value;
      localStorage.setItem(COUNTRY, this.country);
      this.#kinds();
      this.kinds.querySelector("select").focus();
    });
    const rank = ({ name }) => (RARE.includes(name) ? 100 : USUAL.includes(name) ? USUAL.indexOf(name) : 90);
    const weight = (kind) => {
      if (!kind.shipped) return kind.country === this.country ? -3 : -2;
      return kind.country === this.country && rank(kind) >= OFFICE && rank(kind) < 100 ? -1 : rank(kind);
    };
    const sorted = kinds.filter((kind) => !kind.fault).sort((one, two) => weight(one) - weight(two) || rank(one) - rank(two));
    const across = Math.floor((innerWidth - SIDE + GAP) / (KIND + GAP));
    const shown = this.all ? sorted : sorted.slice(0, Math.max(SHOWN, 2 * across));
    this.kinds.replaceChildren(
      h("div", { class: "row wrap" }, h("h2", { class: "grow" }, t("start.new")), h("label", { class: "soft", for: name }, t("start.country")), h("div", {}, select)),
      h("ul", { class: "kinds" }, shown.map((kind) => h("li", {}, this.#kind(kind)))),
      sorted.length > shown.length ? h("p", {}, h("br"), button(t("start.kinds", { n: sorted.length }), () => {
        this.all = true;
        this.#kinds();
      }, { kind: "plain flush" })) : "",
    );
  }

  #kind(kind) {
    return h("button", { type: "button", class: "kind", onclick: () => begin(this.start, kind) }, h("span", { class: "pic" }, h("img", { src: kind.sample, alt: "", loading: "lazy" })), h("span", { class: "strong" }, kind.title), h("span", { class: "small soft clamp" }, kind.description));
  }
}

/** Who writes these letters: the one sender that the project knows, or whom most of its letters are from; null: it is not one. */
function senderOf({ senders, letters }) {
  const named = letters.map((one) => one.sender);
  const most = named.find((name) => name && named.filter((other) => other === name).length > named.length / 2);
  return most ?? (senders.length === 1 ? senders[0].name : null);
}

/** Say how a letter stands. */
const say = (place, kind, words) => place?.replaceChildren(h("span", { class: `count ${kind}` }, words));

/** A path as a shell takes it. */
const quoted = (path) => (/^[\w./:@+-]+$/.test(path) ? path : /^[A-Za-z]:\\|^\\\\/.test(path) ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`);

/** Give the command that opens another folder: each has a studio of its own, which no page can start. */
function folder(root) {
  const name = id("folder");
  const input = h("input", { class: "input", id: name, autocomplete: "off", spellcheck: "false", value: root.replace(/[^\\/]+[\\/]?$/, "") });
  const command = h("kbd", { class: "command" });
  const said = h("span", { class: "small good", role: "status" });
  const draw = () => {
    command.textContent = `letterpress studio ${quoted(input.value.trim() || ".")}`;
    said.textContent = "";
  };
  input.addEventListener("input", draw);
  const copy = async () => {
    await navigator.clipboard.writeText(command.textContent);
    said.textContent = t("folder.copied");
  };
  const dialog = h(
    "dialog",
    { "aria-label": t("start.folder") },
    h(
      "div",
      { class: "stack wide" },
      h("h2", {}, t("start.folder")),
      h("p", {}, t("folder.now", { folder: root })),
      h("div", { class: "field" }, h("label", { for: name }, t("folder.which")), input),
      h("p", {}, t("folder.how")),
      h("p", { class: "setup" }, h("span", { class: "grow" }, command), said, button(t("folder.copy"), copy, { kind: "tight main" })),
      h("div", { class: "row end" }, button(t("close"), () => dialog.close())),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  draw();
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
}

/** The other language of the page. */
function tongue() {
  const turn = () => {
    localStorage.setItem("letterpress-words", language === "de" ? "en" : "de");
    location.reload();
  };
  const [to, title] = language === "de" ? ["en", "English"] : ["de", "Deutsch"];
  return button([t("start.language"), h("span", { lang: to }, title)], turn, { kind: "tight plain quiet", "data-key": "language" });
}

/** A place for any PDF that is to be checked. */
const take = (file) => {
  if (!file) return;
  carry(file);
  go("/sign");
};
const choose = (words, kind = "tight") => button(words, async () => take(await chooseFile(".pdf")), { kind, "data-key": "choose-pdf" });

export function check() {
  return dropPlace(take, h("div", { class: "grow" }, h("h3", {}, t("check.title")), h("p", { class: "small soft" }, t("check.more"))), choose(t("choose")));
}

/** The same, where it is all that there is to do. */
export function checkFirst() {
  return dropPlace(take, h("p", { class: "grow" }, t("check.first")), choose(t("choose"), "main"));
}

/** The same in one line, where a PDF is shown already. */
export function other() {
  return dropPlace(take, h("p", { class: "grow small soft" }, t("check.other")), choose(t("choose")));
}
