// What a fault says in an office's words, and the buttons that mend it. The console's text stands behind "Details".

import { h, button, id, chooseFile } from "./dom.js";
import { upload } from "./api.js";
import { t, has, takes, day, number, language } from "./words.js";
import { address, go } from "./route.js";
import { columnFix, newField } from "./columns.js";
import { carrierTitle, sentFixes } from "./sent.js";
import { wayToFill } from "./fill.js";
import { currencyFix } from "./kinds.js";
import { codeFixes } from "./code-faults.js";

const ASCII_QUOTES = /'([^']*)'/g;
const typographic = (text) => text.replace(ASCII_QUOTES, language === "de" ? "„$1“" : "“$1”");
const sentence = (text) => {
  const plain = typographic(text.trim());
  return plain.charAt(0).toUpperCase() + plain.slice(1) + (/[.!?…]$/.test(plain) ? "" : ".");
};

/** Where the letter goes by default: there, a postcode is a ZIP code. */
export const home = { country: "US" };

/** A part of a letter by its name: "to.postcode" is the ZIP code of the recipient. */
export function partTitle(path, titles = {}) {
  if (!path) return t("part.letter");
  const parts = path.split(".");
  if (parts[0] === "fields" && parts[1]) return titles[parts[1]] ?? spaced(parts[1]);
  const name = parts.filter((part) => !/^\d+$/.test(part)).pop();
  if (has(`part.${name}.${home.country}`)) return t(`part.${name}.${home.country}`);
  return has(`part.${name}`) ? t(`part.${name}`) : spaced(name ?? path);
}
const spaced = (name) => (name.charAt(0).toUpperCase() + name.slice(1)).replace(/_/g, " ");

const lackingValue = (key, values) => ["value", "column"].some((name) => values[name] === "" && takes(key, name));

/** Whether a postcode is not one of those that a zero in front would make whole. */
const noZero = (fault) => fault.code === "postcode-wrong" && !fault.params?.whole;

/** What is wrong, in a sentence, and what may be added to it. */
export function worded(fault, titles = {}) {
  if (fault.cleaned) return { what: t("pasted.what", { n: fault.cleaned.length, lines: new Intl.ListFormat(language).format(fault.cleaned.map(String)) }), more: "" };
  const key = `fault.${fault.code}`;
  const values = {
    ...fault.params,
    value: fault.code === "name-valueless" ? partTitle(fault.value, titles) : String(fault.value ?? "").replace(/^fields\./, ""),
    field: partTitle(fault.field, titles),
    column: fault.column ?? fault.value ?? "",
    nearest: shown(fault.fixes?.find((fix) => fix.kind !== "remove" && fix.value)?.value ?? ""),
    row: fault.row ?? "",
    carrier: fault.params?.title ? carrierTitle({ name: fault.params.carrier, title: fault.params.title }) : "",
  };
  const { country, reason } = fault.params ?? {};
  for (const one of [country && `${key}.${country}`, reason && `${key}.${reason}`, isOfList(fault) && `${key}.cell`, key]) {
    // A sentence that quotes what stands there says nothing where that is not known: the console's says it in words.
    if (one && has(one) && !lackingValue(one, values)) return { what: t(one, values), more: has(`${one}.more`) && !(values.nearest === "" && takes(`${one}.more`, "nearest")) && !noZero(fault) ? t(`${one}.more`, values) : "" };
  }
  return { what: sentence(fault.message), more: fault.hint ? sentence(fault.hint) : "" };
}

/** A date as the page writes it, if it is one. */
export function shown(value, options = { month: "short", day: "numeric", year: "numeric" }) {
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return day(new Date(`${value}T12:00`), options);
  return value === true ? t("yes") : value === false ? t("no") : String(value).replace(/^fields\./, "");
}

/** Whether a fault is one of a cell of the list; one of the letter itself names a row as well where it was found with it. */
export const isOfList = (fault) => Boolean(fault.record && fault.column);

/** Part of a line; places in it count characters, as the server does, and not what JavaScript keeps a sign like 😀 in. */
export const partOf = (line, first, last) => [...line].slice(first - 1, last).join("");

/** Whether a fault names just what stands at its place in the text. */
const quotes = (fault, { path, text }) => Boolean(fault.span && fault.value && fault.file === path && partOf(text.split("\n")[fault.line - 1] ?? "", ...fault.span) === fault.value);

/** The letter names the one recipient that it was written to: each row's is named instead. */
function eachNamed(fault, text) {
  if (fault.field === "salutation") return [{ title: t("fix.greet"), text: "auto" }];
  if (fault.field || !fault.line) return [];
  const before = (text.split("\n")[fault.line - 1] ?? "").split(String(fault.value));
  if (before.length < 2) return [];
  const first = [...before[0]].length + 1;
  return [{ title: t("fix.name"), edit: { line: fault.line, span: [first, first + [...String(fault.value)].length - 1], text: "{{ to.name }}" } }];
}

/** Whether a cell is one of a field that has to have a value. */
function isNeeded(fault, letter) {
  const used = letter.overview?.columns.find((one) => one.name === fault.column)?.used_as ?? [];
  return (letter.form?.fields ?? []).some((field) => field.required && used.includes(`fields.${field.name}`));
}

const NEEDLESS = ["character-missing"]; // what stands in the text can be left out
const EMPTY = ["region-left-out", "country-left-out", "date-empty"]; // the field or cell can be empty
const FILES = ["file-missing", "file-unreadable", "image-unreadable", "image-too-large", "image-colours", "image-astray", "url-remote", "svg-not-drawn", "svg-incomplete", "svg-script", "enclosure-locked", "enclosure-protected", "enclosure-unreadable", "enclosure-damaged", "enclosure-empty", "enclosure-xfa", "enclosure-portfolio"];

const TWO_READINGS = ["date-ambiguous", "number-ambiguous"]; // nobody but who made the list knows which is meant
/** Readings of a date in the order that is the same everywhere: the usual one of the letter's country first. */
function ordered(fault, all, dayOf) {
  if (fault.code !== "date-ambiguous") return all;
  const monthFirst = (one) => /^\d{4}-(\d\d)/.exec(dayOf(one) ?? "")?.[1] === /^\d+/.exec(String(fault.value).trim())?.[0].padStart(2, "0");
  const rank = (one) => Number(monthFirst(one) !== (home.country === "US"));
  return [...all].sort((one, two) => rank(one) - rank(two));
}

/** Ways to mend a fault: each has a title, and what to set (`text`), or the edit of a file. */
export function fixes(fault, letter) {
  const { path, text } = letter;
  const found = [];
  const ofList = isOfList(fault);
  // What is empty then has to be filled in, or may be empty.
  if (fault.code === "value-nothing") return ofList && !isNeeded(fault, letter) ? [{ title: t("fix.empty"), text: "" }] : [];
  const years = new Set(fault.fixes.map((fix) => /^(\d{4})-\d\d-\d\d$/.exec(fix.value ?? "")?.[1]));
  const short = fault.fixes.length > 1 && years.size === 1 && !years.has(undefined) ? { month: "short", day: "numeric" } : undefined;
  for (const fix of ordered(fault, fault.fixes, (one) => one.value)) {
    if (!fix.edit && !ofList) continue;
    if (fix.edit && !fix.edit.cell && fix.edit.file !== path) continue;
    const value = fix.value ?? fix.edit?.text ?? "";
    const kind = fix.kind === "remove" ? "fix.remove" : ofList ? "fix.use" : fix.kind === "insert" ? "fix.insert" : "fix.change";
    found.push({ title: value === "" && fix.kind !== "remove" ? typographic(fix.title) : t(kind, { value: shown(value, short) }), value: fix.kind === "remove" ? null : shown(value, short), edit: fix.edit, text: fix.edit?.text ?? String(value) });
  }
  if (found.length) return found.slice(0, 3);
  for (const reading of ordered(fault, fault.params?.readings ?? [], (one) => one)) found.push({ title: t("fix.use", { value: shown(reading, { month: "short", day: "numeric" }) }), value: shown(reading, { month: "short", day: "numeric" }), text: String(reading) });
  if (fault.code === "tag-unclosed" && fault.file === path && fault.span) {
    const tag = /^\{\{[-+]?\s*[\w.]+/.exec(partOf(text.split("\n")[fault.line - 1], fault.span[0], Infinity));
    const at = fault.span[0] + (tag?.[0].length ?? 0);
    if (tag) found.push({ title: t("fix.insert", { value: "}}" }), value: "}}", edit: { file: path, line: fault.line, span: [at, at - 1], text: " }}" } });
  }
  if (fault.cleaned && fault.file === path) found.push({ title: t("fix.clean"), edit: { cleaned: toClean(fault, text) } });
  if (fault.code === "recipient-in-text" && fault.file === path) found.push(...eachNamed(fault, text));
  if (NEEDLESS.includes(fault.code) && quotes(fault, { path, text })) found.push({ title: t("fix.remove"), edit: { file: path, line: fault.line, span: fault.span, text: "" } });
  if (EMPTY.includes(fault.code) && (ofList || (fault.file === path && fault.field))) found.push({ title: t("fix.remove"), text: ofList ? "" : null });
  if (fault.code === "postcode-wrong" && fault.params?.whole) {
    const value = fault.params.whole;
    found.push({ title: t(ofList ? "fix.use" : "fix.change", { value }), value, text: value, again: "zero" });
  }
  return found;
}

/** Whether a fault is one of tabs and bullets that a word processor has put into the text. */
const isPasted = (fault) => Boolean(fault.line && !fault.record) && { "markdown-swallowed": ["tab", "indented"], "markdown-unread": ["list"] }[fault.code]?.includes(fault.params?.kind);

/** Lines to be cleaned: a list goes on to the next empty line, and so does what is set in. */
function toClean(fault, text) {
  const lines = text.split("\n");
  const found = new Set(fault.cleaned);
  for (const line of fault.cleaned) for (let at = line; lines[at]?.trim(); at += 1) found.add(at + 1);
  return [...found];
}

/** Whether two faults are one for people: what is said twice of the same place is shown once. */
export function once(faults) {
  const seen = new Set();
  const pasted = faults.filter(isPasted);
  const [first] = pasted;
  const all = first ? faults.filter((fault) => fault === first || !isPasted(fault)).map((fault) => (fault === first ? { ...first, cleaned: [...new Set(pasted.map((one) => one.line))] } : fault)) : faults;
  return all.filter((fault) => {
    const key = `${fault.code} ${fault.field} ${fault.line} ${fault.record} ${fault.message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Whether a field of the text has no value: where there is no list, all those are said at once. */
export const lacks = (fault) => fault.code === "value-missing" && Boolean(fault.field?.startsWith("fields."));

/** Say of several fields that they have no value yet. */
export function lackingBox(faults, letter, more = [], main = false) {
  const names = new Intl.ListFormat(language).format(faults.map((fault) => partTitle(fault.field, letter.titles)));
  const sheet = button(t("form.sheet"), () => go(address("list", letter)), { kind: `tight ${main ? "main" : ""}`, "data-mend": "value-missing" });
  return h("div", { class: "fault", id: id("fault"), role: "group", "aria-label": t("fault.mend"), "data-fault": "value-missing" }, h("p", {}, h("span", { class: "what" }, t("fault.lacking", { names, n: faults.length }))), h("div", { class: "mends several" }, sheet, more));
}

/** Ask once how a column writes its dates or numbers, where none of its values shows it. */
export function questionBox(fault, letter) {
  const { values } = fault.params;
  const dates = /^\d{4}-/.test(fault.params.ways[0][1]);
  const ways = ordered({ ...fault, code: dates ? "date-ambiguous" : "" }, fault.params.ways, ([, value]) => value);
  const titled = ([way, value]) => (dates ? t(`ask.${way}`, { value: shown(value, { month: "short", day: "numeric" }) }) : t("ask.number", { value: number(value) }));
  return h(
    "div",
    { class: "fault ask", id: id("fault"), role: "group", "aria-label": t("fault.mend"), "data-fault": fault.code },
    h("p", {}, h("span", { class: "what" }, t(dates ? "ask.dates" : "ask.numbers")), " ", t("ask.column", { column: fault.column, n: values, value: fault.value })),
    ways.map((way) => button(titled(way), () => letter.say(dates ? "data.dates" : "data.decimal", way[0]), { kind: "tight", "data-mend": fault.code })),
  );
}

/** The names of the columns stand further down: the letter keeps in which row. */
function headerRow(fault, letter, main) {
  const row = fault.code === "header-elsewhere" && fault.params?.header_row;
  return row ? button(t("fix.header", { row }), () => letter.say("data.header_row", String(row)), { kind: `tight ${main ? "main" : ""}`, "data-mend": fault.code }) : null;
}

/** A file that is not there, or is of no use, can be another one. */
function otherFile(fault, letter) {
  if (!FILES.includes(fault.code) || !quotes(fault, letter)) return null;
  const enclosed = fault.field?.startsWith("enclosures");
  const take = async () => {
    const file = await chooseFile(enclosed ? ".pdf" : ".png,.svg,.jpg,.jpeg");
    if (!file) return;
    const { name } = await upload(`/api/files?name=${encodeURIComponent(file.name)}`, file);
    if (fault.field) letter.change([{ path: fault.field, value: name }]);
    else letter.mend(fault, { edit: { line: fault.line, span: fault.span, text: encodeURI(name).replace(/[()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`) } });
  };
  return button(t(enclosed ? "fix.file" : "fix.picture"), take, { kind: "tight", "data-mend": fault.code });
}

/** Where a fault of the list stands: its row, its column, and what the cell holds. */
const cellOf = (fault) => t(fault.value === null || fault.value === "" ? "fault.cell.empty" : "fault.cell", { row: fault.row ?? fault.record, column: fault.column, value: String(fault.value) });

const unfolded = new Set(); // details that somebody reads: they stay open when the fault is drawn anew

/** What the console says of a fault, which names the place and the reason; folded behind a word. */
export function detailsOf(fault, titles = {}) {
  const where = [fault.file && fault.line ? t("fault.line", { line: fault.line }) : "", fault.field ? partTitle(fault.field, titles) : ""].filter(Boolean).join(", ");
  const said = [where, fault.message, fault.hint].filter(Boolean).join(": ");
  if (!has(`fault.${fault.code}`)) return "";
  const turned = (event) => (event.target.open ? unfolded.add(said) : unfolded.delete(said));
  return h("details", { open: unfolded.has(said), ontoggle: turned }, h("summary", { title: t("fault.details") }, h("span", { class: "unseen" }, t("fault.details"))), h("p", {}, said));
}

/** A button that mends a fault; while it is pointed at, or has the focus, the page is shown with what it sets. */
export function fixButton(fault, fix, letter, does, kind = "tight") {
  const tries = () => letter.trial.begin(fault, fix, fix.value ?? null);
  return button(fix.title, does, { kind, "data-mend": fault.code, onmouseenter: tries, onfocus: tries, onmouseleave: () => letter.trial.end(), onblur: () => letter.trial.end() });
}

/** Where a part of a letter is typed. */
const toForm = (letter) => (path) => go(address("write", letter, { as: "form", part: path }));

/**
 * Show a fault in its place, with the ways to mend it; `fill` goes to where a part of the letter is typed, `line` to the
 * line of the text that the fault is in.
 */
export function faultBox(fault, letter, { main = false, more = [], fill = toForm(letter), line = null } = {}) {
  const asked = letter.askedOf(fault) && letter.questions.find((one) => one.column === fault.column);
  if (asked) return questionBox(asked, letter);
  const said = worded(fault, letter.titles);
  const warning = fault.severity !== "error";
  const sentence = h("p", {}, h("span", { class: "what" }, said.what), said.more ? ` ${said.more}` : "", isOfList(fault) ? h("span", { class: "small soft" }, ` ${cellOf(fault)}`) : "");
  const box = h(
    "div",
    { class: `fault ${warning ? "warn" : ""}`, id: id("fault"), role: "group", "aria-label": t(warning ? "fault.look" : "fault.mend"), "data-fault": fault.code },
    h("div", { class: "says" }, sentence, " ", line ? h("button", { type: "button", class: "aside", onclick: line }, t("fault.line", { line: fault.line })) : "", detailsOf(fault, letter.titles)),
  );
  const column = columnFix(fault, letter, main);
  const first = main && !column && !TWO_READINGS.includes(fault.code);
  const ways = fixes(fault, letter);
  const mends = [
    column,
    ...ways.map((fix, at) => fixButton(fault, fix, letter, () => letter.mend(fault, fix), `tight ${first && at === 0 ? "main" : ""}`)),
    column ? null : newField(fault, letter),
    currencyFix(fault, letter),
    wayToFill(fault, letter, fill, main && !column && !ways.length),
    headerRow(fault, letter, main),
    otherFile(fault, letter),
    ...sentFixes(fault, letter, main),
    ...codeFixes(fault, letter, fill),
    ...[more].flat(),
  ].filter(Boolean);
  // One button stands beside the sentence; several, in a row below it.
  if (mends.length) box.append(h("div", { class: `mends ${mends.length > 1 ? "several" : ""}`.trim() }, mends));
  return box;
}
