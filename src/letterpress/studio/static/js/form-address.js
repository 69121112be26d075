// Names and addresses in the form: the recipient's, which the list may give row by row, and the sender's.

import { h, button } from "./dom.js";
import { choice } from "./choice.js";
import { t, language } from "./words.js";
import { partTitle } from "./faults.js";
import { address } from "./route.js";
import { cellButton } from "./fill.js";
import { leaveButton, leftOutLines } from "./corrected.js";
import { withRecipient } from "./sample.js";

const STATES = new Set(["US", "CA", "AU"]);

export const text = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? Object.values(value).join(" / ") : String(value));

/** The inputs of a person's or a firm's name and address. */
function addressOf(form, path, party) {
  if (typeof party === "string") return [form.input(path, party, { label: t("form.known") })];
  if (Array.isArray(party)) return [h("p", { class: "soft" }, t("form.several", { n: party.length }), " ", form.inText(path))];
  const own = party ?? {};
  const country = own.country ?? form.letter.form.values.from?.country ?? "US";
  const part = (name, more = {}) => form.input(`${path}.${name}`, text(own[name]), more);
  const another = (value) => form.letter.change([{ path: "to.name", value: value === "" ? null : value }, ...withRecipient(form.letter)], form);
  const name = h("div", { class: "cols" }, part("name", path === "to" ? { change: another } : {}), part("organisation"));
  if (own.lines) {
    const change = (written) => form.letter.change([{ path: `${path}.lines`, value: written.split("\n") }], form);
    return [name, form.input(`${path}.lines`, [own.lines].flat().join("\n"), { area: true, rows: "3", change, label: t("part.lines") })];
  }
  const label = (one) => t(country === "US" && one !== "city" ? `part.${one}.US` : `part.${one}`);
  const parts = STATES.has(country) || own.region ? ["city", "region", "postcode"] : ["postcode", "city"];
  return [
    name,
    part("street"),
    h("div", { class: `cols ${parts.length === 3 ? "place" : "town"}` }, parts.map((one) => part(one, { label: label(one) }))),
  ];
}

/** The name by which a letter's `from` calls an organisation of the project. */
const calledOf = (sender) => sender.path.split("/").pop().replace(/\.ya?ml$/, "");

/** Whom the letter is from, in a line. */
export const senderName = (form, from) => (typeof from === "string" ? (form.senders.find((one) => calledOf(one) === from)?.name ?? from) : (from?.name ?? from?.organisation ?? ""));

/** Whom the letter is from: an organisation of the project, by its name, or what the letter says itself. */
export function senderOf(form, from) {
  const { letter, senders } = form;
  if (!senders.length) return [...addressOf(form, "from", from), ...contactOf(form, from)];
  const options = senders.map((one) => [calledOf(one), one.name]);
  if (typeof from === "string" && !options.some(([value]) => value === from)) options.unshift([from, from]);
  options.push(["", t("form.from.own")]);
  const choose = async (sender) => {
    await letter.change([{ path: "from", value: sender || null }]);
    await letter.readForm();
    const select = form.folds.querySelector('[data-key="sender"]');
    const here = document.activeElement === select;
    if (here) select.blur(); // what is chosen in is not drawn anew
    form.draw();
    if (here) form.folds.querySelector('[data-key="sender"]')?.focus();
  };
  const now = typeof from === "string" ? from : "";
  const field = choice(t("begin.from"), options, now, choose, { "data-key": "sender" });
  return typeof from === "string" ? [field] : [field, ...addressOf(form, "from", from), ...contactOf(form, from)];
}

/** Telephone and e-mail of the sender. */
function contactOf(form, from) {
  if (typeof from === "string" || Array.isArray(from)) return [];
  return [h("div", { class: "cols" }, form.input("from.phone", text(from?.phone)), form.input("from.email", text(from?.email)))];
}

/** A value that the row gives, with the way to another one for each of its cells. */
function factOf(letter, [path, value, columns]) {
  const ways = letter.row.number === letter.record ? columns.map((column) => cellButton(letter, column, columns.length === 1)) : [];
  const from = t("form.column", { column: columns.join(", ") });
  return [h("dt", {}, partTitle(path, letter.titles)), h("dd", {}, value || h("span", { class: "soft" }, t("list.empty")), h("span", { class: "soft small" }, `  ${from} `), ways)];
}

/** Parts of the address that are empty in the row that is shown, though a column gives them. */
function emptyOf(letter, rows) {
  const given = new Set(rows.flatMap(([, , columns]) => columns));
  const columns = letter.row ? (letter.overview?.columns ?? []).filter((one) => one.used_as[0]?.startsWith("to.") && !given.has(one.name) && letter.row.cells[one.name] === "") : [];
  return columns.map((one) => [one.used_as[0], "", [one.name]]);
}

/** What else the row gives: values of the fields, and how the letter is made. */
export function listValues(letter) {
  const rows = (letter.row?.values ?? []).filter(([path, value]) => !path.startsWith("to.") && value);
  return rows.length ? [h("h2", {}, t("form.values")), h("dl", { class: "facts" }, rows.flatMap((row) => factOf(letter, row)))] : [];
}

/** To whom the letter goes: what the list gives in the row that is shown, else what the letter says. */
export function recipient(form, values) {
  const { letter } = form;
  const heading = h("h2", {}, t("form.to"));
  const fromList = letter.source && (letter.overview?.columns ?? []).some((column) => column.used_as.some((path) => path.startsWith("to.")));
  const toList = h("a", { href: address("list", letter), "data-link": true }, t("form.to-list"));
  if (!letter.source || (letter.overview && !fromList)) return [heading, letter.source ? h("p", { class: "small soft" }, t("form.to-one"), " ", toList) : null, ...addressOf(form, "to", values.to)];
  const rows = (letter.row?.values ?? []).filter(([path]) => path.startsWith("to."));
  return [
    heading,
    h("dl", { class: "facts" }, [...rows, ...emptyOf(letter, rows)].flatMap((row) => factOf(letter, row))),
    h("p", { class: "small soft" }, t("form.from-list"), " ", toList, " ", letter.record === null ? null : leaveButton(letter)),
    ...leftOutLines(letter),
    ...(rows.length ? besides(form, values.to) : []),
  ];
}

/** The letter's own recipient beside a list: none of it is printed, and it can be taken out. */
function besides({ letter }, own) {
  const parts = own !== null && typeof own === "object" && !Array.isArray(own) ? Object.entries(own).filter(([, value]) => value !== null && value !== "") : [["name", own]];
  const held = parts.filter(([, value]) => typeof value === "string").map(([name, value]) => `${partTitle(`to.${name}`)} ${value}`);
  if (!held.length) return [];
  const away = () => letter.change([{ path: "to", value: null }]);
  return [h("p", { class: "small soft" }, t("form.to-own", { parts: new Intl.ListFormat(language).format(held) }), " ", button(t("form.to-own.away"), away, { kind: "tight plain flush", "data-key": "own-away" }))];
}
