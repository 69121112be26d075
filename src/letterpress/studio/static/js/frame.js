// The frame of the screens of a letter: the bar with its steps, the strips below it, the panel and the desk.

import { h, icon, button, refill, newest } from "./dom.js";
import { reach } from "./api.js";
import { t, clock } from "./words.js";
import { address, go } from "./route.js";

const STEPS = ["write", "list", "make", "variants", "sign"];

export class Frame {
  constructor(screen, letter) {
    [this.screen, this.letter] = [screen, letter];
    this.status = h("p", { class: "unseen", role: "status", "aria-live": "polite" });
    this.heading = h("h1", { class: "cut" });
    this.file = h("p", { class: "small soft file" });
    this.steps = h("ul");
    this.right = h("div", { class: "right" });
    this.strips = h("div", { class: "strips" });
    this.own = h("div");
    this.state = h("div");
    this.strips.append(this.state, this.own);
    this.panel = h("section", { class: "panel", id: "panel", tabindex: "-1" });
    this.desk = h("main", { class: "desk", id: "page", tabindex: "-1", "aria-label": t("page.area") });
    this.element = h(
      "div",
      { class: `frame ${screen}` },
      h("a", { class: "skip", href: "#panel" }, t("skip.panel")),
      h("a", { class: "skip", href: "#page" }, t("skip.page")),
      h(
        "header",
        { class: "bar" },
        h("div", { class: "where" }, h("a", { class: "button icon", href: "/", "aria-label": t("bar.all"), "data-link": true }, icon("left")), h("div", {}, this.heading, this.file)),
        h("nav", { "aria-label": t("bar.steps") }, this.steps),
        this.right,
      ),
      this.strips,
      this.panel,
      this.desk,
      this.status,
    );
    const bar = () => this.bar();
    this.unlisten = listen(letter, { form: bar, faults: bar, list: bar, saved: () => (this.bar(), this.disk()), checked: bar, row: bar });
    this.away = (event) => this.reached(event);
    for (const name of ["gone", "back", "closed"]) reach.addEventListener(name, this.away);
    this.bar();
    this.disk();
  }

  /** Another file that the screen is about is named instead of the letter: `names`. */
  names = null;

  /** The main action at the right; nothing: there is none, or it stands in the panel. */
  set main(buttons) {
    refill(this.right, buttons);
  }

  bar() {
    const { letter } = this;
    this.heading.textContent = letter.title;
    document.title = `${letter.title} – letterpress studio`;
    const state = letter.dirty ? h("span", { class: "strong warnly" }, t("bar.unsaved")) : letter.savedAt ? t("bar.saved", { time: clock(letter.savedAt) }) : "";
    this.file.replaceChildren(...(this.names ? [h("span", { class: "cut" }, this.names)] : [h("span", { class: "cut" }, letter.name), ", ", h("span", {}, state)]));
    const errors = letter.faults.filter((fault) => fault.severity === "error").length;
    const own = letter.faults.filter((fault) => !letter.ofList(fault)); // what is wrong with a row is counted where it is mended
    const stopped = own.some((fault) => fault.severity === "error");
    const columns = letter.source ? letter.listFaults.filter((fault) => fault.severity === "error").length : 0;
    const counts = {
      write: own.length ? [own.length, stopped ? "bad" : "warn"] : null,
      list: columns ? [columns, "bad"] : letter.rows ? [letter.rows, ""] : null,
      make: letter.check?.faulty && !stopped ? [letter.check.faulty, "bad"] : null,
    };
    refill(
      this.steps,
      STEPS.map((step) =>
        h(
          "li",
          {},
          h(
            "a",
            { href: address(step, letter), "aria-current": step === this.screen ? "page" : null, "data-link": true, "data-key": `step-${step}` },
            t(`step.${step}`),
            counts[step] ? h("span", { class: `count ${counts[step][1]}` }, String(counts[step][0])) : null,
          ),
        ),
      ),
    );
    const said = errors ? t("status.errors", { n: errors }) : letter.faults.length ? t("status.remarks", { n: letter.faults.length }) : "";
    if (this.status.textContent !== said) this.status.textContent = said;
  }

  /** Say what is to be said of the file: changed on disk, or not saved. */
  disk() {
    const { letter } = this;
    if (!reach.there) return;
    // What is asked of two texts comes first: the main action of the screen is no longer the filled button.
    this.element.classList.toggle("conflicted", Boolean(letter.conflict?.exists));
    if (!letter.conflict) {
      const fault = letter.saveFaults?.[0];
      refill(this.state, fault ? strip("warn", t("disk.unsaved"), fault.message, [button(t("again"), () => letter.saveNow())]) : null);
      this.comparing = false;
      return;
    }
    const { exists, modified } = letter.conflict;
    const what = exists ? t("conflict.what", { file: letter.name, time: clock(modified) }) : t("conflict.gone", { file: letter.name });
    const both = button(t("conflict.both"), () => {
      this.comparing = !this.comparing;
      this.disk();
    }, { kind: "main", "aria-expanded": String(Boolean(this.comparing)), "data-key": "both" });
    refill(
      this.state,
      strip("warn", what, t(exists ? "conflict.more" : letter.dirty ? "conflict.gone.unsaved" : "conflict.gone.more"), [
        button(t("conflict.mine"), () => letter.keepMine(), { "data-key": "mine" }),
        exists ? button(t("conflict.load"), () => letter.loadTheirs(), { "data-key": "load" }) : null,
        exists ? both : null,
      ]),
      this.comparing && exists ? compare(letter.text, letter.conflict.text) : null,
    );
  }

  reached(event) {
    if (reach.there) return this.disk();
    const save = button(t("gone.save"), () => {
      const link = h("a", { href: URL.createObjectURL(new Blob([this.letter.text], { type: "text/markdown" })), download: this.letter.name });
      link.click();
      URL.revokeObjectURL(link.href);
    }, { "data-key": "text" });
    const closed = event?.type === "closed";
    refill(this.state, strip("warn", t(closed ? "gone.again" : "gone.what"), t(closed ? "gone.address" : "gone.more"), [save]));
    return null;
  }

  close() {
    this.unlisten();
    for (const name of ["gone", "back", "closed"]) reach.removeEventListener(name, this.away);
  }
}

export function strip(kind, what, more, buttons = [], ...rest) {
  return h(
    "div",
    { class: `strip ${kind}`, role: kind === "warn" ? "alert" : "status" },
    h("div", { class: "grow stack" }, h("p", {}, h("span", { class: "strong num" }, what), " ", h("span", { class: kind ? "" : "soft" }, more)), ...rest),
    ...buttons,
  );
}

/** Both texts, line by line: what only one of them has is marked. */
function compare(mine, theirs) {
  const [own, other] = [mine.split("\n"), theirs.split("\n")];
  const side = (title, all, rest, tag) => {
    const known = new Set(rest);
    const changed = all.map((line) => !known.has(line));
    const near = (at) => changed.slice(Math.max(0, at - 2), at + 3).some(Boolean);
    const shown = all.flatMap((line, at) => {
      if (!near(at)) return at && near(at - 1) ? ["…\n"] : [];
      return [changed[at] ? h(tag, {}, `${line}\n`) : `${line}\n`];
    });
    return h("div", { class: "stack" }, h("h2", {}, title), h("pre", { tabindex: "0" }, ...shown));
  };
  return h("div", { class: "compare" }, side(t("conflict.here"), own, other, "ins"), side(t("conflict.disk"), other, own, "del"));
}

/** Listen to several events; gives what ends it. Several in one moment are one. */
export function listen(target, handlers) {
  const all = Object.entries(handlers).map(([name, does]) => [name, newest(async () => does())]);
  for (const [name, does] of all) target.addEventListener(name, does);
  return () => all.forEach(([name, does]) => target.removeEventListener(name, does));
}

export { go };
