// Codes for machines, in the form: which a letter carries, and which field or column gives each of their parts.
// Not here: how a code is made and drawn, which the page beside the form shows as it prints.

import { h, button } from "./dom.js";
import { t } from "./words.js";
import { choice } from "./choice.js";
import { written } from "./code-faults.js";
import { addColumn, freeColumns } from "./columns.js";
import { home } from "./faults.js";
import { whole } from "./form-signers.js";
import { text } from "./form-address.js";

const KINDS = {
  epc: ["iban", "amount", "reference", "text"],
  "swiss-qr-bill": ["iban", "amount", "reference", "text"],
  spayd: ["iban", "amount", "variable_symbol", "text"],
  qr: ["content"],
  "data-matrix": ["content"],
  imb: ["service", "mailer", "serial"],
  rm4scc: [],
  "mailmark-c": ["class", "supply_chain", "item"],
  "mailmark-l": ["class", "supply_chain", "item"],
  kix: [],
  "japan-post": ["address_number"],
  "australia-post": ["delivery_point"],
}; // what an office says of each; the rest comes from the letter, or is said in the text
const POSTS = { US: ["imb"], GB: ["rm4scc", "mailmark-c", "mailmark-l"], NL: ["kix"], JP: ["japan-post"], AU: ["australia-post"] };
const PAYS = ["epc", "swiss-qr-bill", "spayd"];
const FIRST = { CH: "swiss-qr-bill", LI: "swiss-qr-bill", CZ: "spayd" };
const FIELD = /^\{\{\s*fields\.(\w+)\s*\}\}$/;
const TYPED = "typed";
const COLUMN = "column ";
const typeOf = (code) => (typeof code === "string" ? code : code?.type);

/** Kinds that the letter may have: its country's payment first, then what holds anything, then the posts of its countries. */
function offered(values) {
  const countries = [...new Set([home.country, values.from?.country, values.to?.country].filter(Boolean))];
  const first = countries.map((country) => FIRST[country]).find(Boolean) ?? PAYS[0];
  return [first, ...PAYS.filter((kind) => kind !== first), "qr", "data-matrix", ...countries.flatMap((country) => POSTS[country] ?? [])];
}

/** Change the codes, and show them anew: what one has chosen in is left meanwhile, since it would stay as it is. */
async function drawnAnew(form, change, then) {
  document.activeElement?.blur();
  await change();
  await form.letter.readForm();
  if (form.closed) return;
  form.draw();
  if (document.activeElement === document.body) form.folds.querySelector(then)?.focus();
}

/** What the letter carries, in a line. */
export const codesLine = (codes) => codes.map((code) => t(`code.${typeOf(code)}`)).join(", ");

/** The codes of a letter, each with its parts, and the kinds that can be added. */
export function codesOf(form, codes) {
  const { values } = form.letter.form;
  const own = `[data-path="codes.${codes.length + 1}"] :is(input, select)`;
  const add = (kind) => drawnAnew(form, () => whole(form, "codes", (all) => [...all, begun(kind, form.letter)]), `${own}, [data-key=add-code]`);
  const kinds = offered(values).map((kind) => [kind, t(`code.${kind}`)]);
  const select = choice(t("code.add"), [["", t("choose")], ...kinds], "", (kind) => kind && add(kind), { "data-key": "add-code" });
  return [...codes.map((code, at) => codeOf(form, code, at)), select];
}

/** The button that begins with codes in a letter that has none. */
export function firstCode(form) {
  const begin = () => {
    form.open.add("codes");
    form.draw();
    form.folds.querySelector("[data-key=add-code]")?.focus();
  };
  return button(t("code.add"), begin, { kind: "tight plain", "data-key": "first-code" });
}

/** A code as it is added: its amount is the letter's, if there is one. */
function begun(kind, letter) {
  const parts = KINDS[kind];
  const fields = letter.form?.fields ?? [];
  const money = parts.includes("amount") && fields.find((field) => field.type === "money");
  if (!parts.length) return kind;
  return { type: kind, ...(money ? { amount: written(money.name) } : {}) };
}

function codeOf(form, code, at) {
  const kind = typeOf(code);
  const title = t(`code.${kind}`);
  const away = button(t("form.remove"), () => drawnAnew(form, () => whole(form, "codes", (all) => all.toSpliced(at, 1)), "[data-key=add-code]"), { kind: "tight plain", "aria-label": t("form.remove.one", { name: title }), "data-key": `remove-code-${at}` });
  const parts = KINDS[kind] ?? [];
  return h(
    "fieldset",
    { class: "plain stack", "data-path": `codes.${at + 1}` },
    h("legend", { class: "row" }, h("span", { class: "strong" }, title), away),
    h("p", { class: "small soft" }, t(`code.${kind}.more`)),
    parts.map((part) => partOf(form, code, at, part)),
  );
}

/** A part of a code: the field or column that gives it, or what is typed. */
function partOf(form, code, at, part) {
  const { letter } = form;
  const path = `codes.${at + 1}.${part}`;
  const now = typeof code === "string" ? "" : text(code[part]);
  const [, field] = FIELD.exec(now) ?? [];
  const set = (value) => {
    if (typeof code !== "string") return letter.change([{ path, value: value === "" ? null : value }], form);
    return whole(form, "codes", (all) => all.toSpliced(at, 1, { type: code, [part]: value }));
  };
  const options = [
    [TYPED, t("code.typed")],
    ...letter.form.fields.map((one) => [one.name, one.title]),
    ...freeColumns(letter).map((one) => [`${COLUMN}${one.name}`, t("code.column", { column: one.name })]),
  ];
  const take = (value) => {
    const column = value.startsWith(COLUMN) ? freeColumns(letter).find((one) => one.name === value.slice(COLUMN.length)) : null;
    const change = async () => {
      await set(value === TYPED ? "" : written(column ? column.field.name : value));
      if (column) await addColumn(letter, column);
    };
    return drawnAnew(form, change, value === TYPED ? `[data-path="${path}"] input` : `[data-key="code-${path}"]`);
  };
  const known = letter.form.fields.some((one) => one.name === field);
  if (options.length === 1 && !known) return form.input(path, now, { label: t(`code.part.${part}`), change: set });
  const select = choice(t(`code.part.${part}`), options, known ? field : TYPED, take, { "data-key": `code-${path}` });
  return known ? select : h("div", { class: "cols" }, select, form.input(path, now, { label: t("code.typed.label", { part: t(`code.part.${part}`) }), change: set }));
}
