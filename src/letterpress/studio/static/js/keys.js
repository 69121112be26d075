// Keys that hold on every screen of a letter; all others are the browser's.

import { h } from "./dom.js";
import { t, has } from "./words.js";

const LIST = [
  ["Ctrl+S", "keys.save"],
  ["Ctrl+Enter", "keys.main"],
  ["F8", "keys.next"],
  ["Shift+F8", "keys.previous"],
  ["Ctrl+.", "keys.mend"],
  ["Alt+PageUp", "keys.row.previous"],
  ["Alt+PageDown", "keys.row.next"],
  ["Ctrl+F", "keys.find"],
  ["Ctrl+Space", "keys.complete"],
  ["Esc, Tab", "keys.leave"],
  ["Ctrl+/", "keys.these"],
];

/** A key as it is written on the keyboards of the page's language. */
const written = (key) => key.replace(/[A-Z][A-Za-z]+/g, (name) => (has(`key.${name}`) ? t(`key.${name}`) : name));

/** The buttons that mend faults, in the order of the page. */
const mends = () => [...document.querySelectorAll(".fault, tr[data-fault]")].filter((one) => one.checkVisibility());

/** The main action: that of the panel where it has one, else that of the bar. */
function main() {
  const first = (selector) => document.querySelector(`${selector}:not([disabled])`);
  if (document.querySelector("[data-main]")) return first("[data-main]") ?? first(".panel .button.main");
  return first(".bar .right .button") ?? first(".button.main");
}

export function keys(event, screen) {
  const { letter } = screen;
  const command = (event.ctrlKey || event.metaKey) && !event.altKey;
  if (command && !event.shiftKey && event.key.toLowerCase() === "s") {
    letter?.saveNow();
    return event.preventDefault();
  }
  if (document.querySelector("dialog[open]")) return null; // what stands behind it is not to be reached
  if (screen.desk?.rowKey?.(event)) return event.preventDefault();
  if (event.key === "F8") {
    const all = mends();
    if (!all.length) return null;
    const now = all.findIndex((one) => one.contains(document.activeElement));
    const next = all[(now + (event.shiftKey ? -1 : 1) + all.length + (now < 0 && event.shiftKey ? 1 : 0)) % all.length];
    (next.querySelector("[data-mend]") ?? next.querySelector("button, a[href]") ?? next.querySelector("summary") ?? next).focus();
    next.scrollIntoView({ block: "nearest" });
    return event.preventDefault();
  }
  if (!command) return null;
  if (event.key === "Enter") {
    main()?.click();
    return event.preventDefault();
  }
  if (event.key === ".") {
    const here = document.activeElement?.closest(".fault, tr[data-fault]") ?? mends()[0];
    here?.querySelector("button[data-mend]")?.click();
    return event.preventDefault();
  }
  if (event.key === "/") {
    show();
    return event.preventDefault();
  }
  return null;
}

function show() {
  const close = h("button", { type: "button", class: "button main", onclick: () => dialog.close() }, t("close"));
  const rows = LIST.flatMap(([key, words]) => [h("dt", {}, h("kbd", {}, written(key))), h("dd", {}, t(words))]);
  const dialog = h("dialog", { "aria-label": t("keys.title") }, h("div", { class: "stack wide" }, h("h2", {}, t("keys.title")), h("dl", { class: "facts" }, ...rows), h("div", {}, close)));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
