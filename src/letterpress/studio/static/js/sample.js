// What of a letter is still the sample's with which it was begun: marked in the form, and said where letters are made.

import { h, button, id } from "./dom.js";
import { t, language } from "./words.js";
import { address } from "./route.js";

const GROUPS = { to: "form.to", subject: "part.subject", salutation: "part.salutation", body: "form.text", from: "form.from", signatories: "form.signed", closing: "part.closing" };
const OF_NAME = ["to.honorific", "to.title"]; // what goes with the sample's name, and with no other one
const NAMING = ["salutation", "closing"]; // texts that name the sample's recipient

const listed = (letter, path) => Boolean(letter.source) && (letter.overview?.columns ?? []).some((column) => column.used_as.includes(path));

/** Paths of what is still the sample's, and will be printed. */
export function still(letter) {
  const all = letter.form?.sample ?? [];
  const hers = all.includes("to.name") && !listed(letter, "to.name"); // the letter still goes to the sample's recipient
  return all.filter((path) => !OF_NAME.includes(path) && !listed(letter, path) && !(NAMING.includes(path) && hers));
}

/** What changes with the recipient, where it is still the sample's: how the letter greets is found by the name. */
export function withRecipient(letter) {
  const all = letter.form?.sample ?? [];
  return [...OF_NAME.filter((path) => all.includes(path)).map((path) => ({ path, value: null })), ...NAMING.filter((path) => all.includes(path)).map((path) => ({ path, value: "auto" }))];
}

/** The mark of a field. */
export const mark = () => h("span", { class: "still small warnly", id: id("still") }, t("still.mark"));

/** Whether no sender would be printed: where a name is lacking, the street would stand in its place. */
export function nobody(letter) {
  const from = letter.form?.values.from;
  return Boolean(letter.form) && typeof from !== "string" && !from?.name && !from?.organisation && !from?.lines;
}

/** Say that nobody is named as the sender, with the way to it; null where somebody is. */
export function senderBox(letter) {
  if (!nobody(letter)) return null;
  return h(
    "div",
    { class: "fault warn", role: "group", "aria-label": t("fault.look") },
    h("p", {}, h("span", { class: "what" }, t("sender.none")), " ", t("sender.none.more")),
    h("div", { class: "mends" }, h("a", { class: "button tight", href: address("write", letter, { as: "form", part: "from.name" }), "data-link": true, "data-key": "sender" }, t("sender.name"))),
  );
}

/** Say which parts are still the sample's, with the way to them; null where nothing is. */
export function stillBox(letter) {
  const groups = new Set(still(letter).map((path) => path.split(".")[0]));
  if (!groups.size) return null;
  const each = listed(letter, "to.name") && NAMING.some((path) => groups.has(path)); // to many, each is greeted by name
  const greet = each ? button(t("fix.greet"), () => letter.greetEach(), { kind: "tight", "data-key": "greet" }) : null;
  const parts = new Intl.ListFormat(language).format(Object.keys(GROUPS).filter((one) => groups.has(one)).map((one) => t(GROUPS[one])));
  return h(
    "div",
    { class: "fault warn", role: "group", "aria-label": t("fault.look") },
    h("p", {}, h("span", { class: "what" }, t("still.what", { parts })), " ", t("still.more")),
    h("div", { class: "mends" }, greet, h("a", { class: "button tight", href: address("write", letter, { as: "form", part: still(letter)[0] }), "data-link": true, "data-key": "still" }, t("still.change"))),
  );
}
