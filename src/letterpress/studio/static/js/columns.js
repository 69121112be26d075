// Fields and columns of the list in the text: what can be inserted, the field that a column becomes, names in braces.

import { h, button } from "./dom.js";
import { t } from "./words.js";
import { settles } from "./choice.js";
import { partOf } from "./faults.js";

const FEW = 6; // columns that are shown at once
const UNREAD = ["name-unknown", "template-syntax"];
const TAG = /\{\{[-+]?\s*(.*?)\s*[-+]?\}\}/g;
const adding = new Set(); // columns that are becoming fields
const folded = (name) => String(name).toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Columns that are not used yet, and can be. */
export const freeColumns = (letter) => (letter.source ? (letter.overview?.columns ?? []) : []).filter((one) => one.how === "unused" && one.field);

/** Make a field of a column: the letter has it from then on. */
export async function addColumn(letter, column) {
  const { name, type, currency } = column.field;
  const path = `fields.${name}`;
  await letter.change([{ path, value: { type, required: "true", ...(currency ? { currency } : {}) } }]);
  await letter.readList();
  const now = letter.overview?.columns.find((one) => one.name === column.name);
  if (now && !now.used_as.includes(path)) {
    // Its name alone does not say it, or it was said that it is not for the letter.
    await letter.change([{ path: "map", value: { ...letter.form?.values.map, [column.name]: path } }]);
    await letter.readList();
  }
  letter.show();
}

/** Buttons that put a field, or a column that becomes one, where the cursor is; null: there is nothing to insert. */
export function insertButtons(letter, insert) {
  const fields = letter.form?.fields ?? [];
  const columns = freeColumns(letter);
  if (!fields.length && !columns.length) return null;
  const one = (title, key, does, kind = "") => h("button", { type: "button", class: kind, onclick: does, "data-key": `insert-${key}` }, title);
  // What is typed next goes on behind it, also while the field is still being made; pressed twice, it is made once.
  const take = (column) => {
    if (adding.has(column.name)) return;
    adding.add(column.name);
    insert(`{{ fields.${column.field.name} }}`);
    addColumn(letter, column).finally(() => adding.delete(column.name));
  };
  const ofColumns = columns.map((column) => one(column.name, `column-${column.name}`, () => take(column), "ofcolumn"));
  return [
    h("span", { class: "small soft" }, t("write.insert")),
    fields.map((field) => one(letter.titles[field.name], field.name, () => insert(`{{ fields.${field.name} }}`))),
    one(t("part.name"), "to", () => insert("{{ to.name }}")),
    ofColumns.slice(0, FEW),
    ofColumns.length > FEW ? h("details", { class: "small" }, h("summary", {}, t("write.insert.more", { n: ofColumns.length - FEW })), h("div", { class: "insert" }, ofColumns.slice(FEW))) : null,
  ];
}

/** The name in braces that a fault is about, and its place: {name, span}. */
function named(fault, line) {
  for (const tag of line.matchAll(TAG)) {
    const first = [...line.slice(0, tag.index + tag[0].indexOf(tag[1], 2))].length + 1;
    const span = [first, first + [...tag[1]].length - 1];
    const [from, to] = [first - [...tag[0]].length, span[1] + 4];
    if (tag[1] && fault.span[0] <= to && fault.span[1] >= from) return { name: tag[1].replace(/^fields\./, ""), span };
  }
  return { name: "", span: fault.span };
}

/** Whether two names are one, but for a letter that is wrong, too many or lacking, or two that have changed places. */
function near(one, other) {
  if (one.length < 5 || Math.abs(one.length - other.length) > 1) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  if (one[at] === other[at + 1] && one[at + 1] === other[at] && one.slice(at + 2) === other.slice(at + 2)) return true;
  return [[1, 1], [1, 0], [0, 1]].some(([first, second]) => one.slice(at + first) === other.slice(at + second));
}

/** What a name in braces means: a column of the list, or a field by its title. */
function meant(name, letter) {
  const known = [
    ...(letter.source ? (letter.overview?.columns ?? []) : []).map((column) => ({ title: column.name, column, path: column.used_as.find((path) => /^(fields|to)\./.test(path)) })),
    ...(letter.form?.fields ?? []).map((field) => ({ title: field.title, path: `fields.${field.name}` })),
  ].filter((one) => one.path || one.column?.field);
  const wanted = folded(name);
  return wanted && (known.find((one) => folded(one.title) === wanted) ?? known.find((one) => near(wanted, folded(one.title))));
}

/** A name in the text that is a column of the list, or a field's title: the braces get it, and the letter a field of it. */
export function columnFix(fault, letter, main) {
  if (!UNREAD.includes(fault.code) || !fault.span || fault.file !== letter.path) return null;
  const line = letter.text.split("\n")[fault.line - 1] ?? "";
  const inBraces = named(fault, line);
  const own = { name: String(fault.value ?? "").replace(/^fields\./, ""), span: fault.span };
  // A filter behind a name, or an {% if %} around it, stays as it is.
  const whole = fault.code === "name-unknown" && partOf(line, ...own.span) === String(fault.value);
  const [found, span] = whole && meant(own.name, letter) ? [meant(own.name, letter), own.span] : [meant(inBraces.name, letter), inBraces.span];
  if (!found) return null;
  const path = found.path ?? `fields.${found.column.field.name}`;
  const take = async () => {
    await letter.mend(fault, { edit: { file: letter.path, line: fault.line, span, text: path } });
    if (!found.path) await addColumn(letter, found.column);
  };
  return button(t(found.column ? "fix.column" : "fix.change", { value: found.title }), take, { kind: `tight ${main ? "main" : ""}`, "data-mend": fault.code });
}

/** A field that the text names and the letter does not have can be added to it, for what somebody says that it holds. */
export function newField(fault, letter) {
  const name = fault.code === "name-unknown" && fault.file === letter.path && /^(?:fields\.)?([A-Za-z]\w*)$/.exec(fault.value ?? "")?.[1];
  if (!name || !fault.span) return null;
  const { currency } = letter.form ?? {};
  const kinds = ["text", "decimal", ...(currency ? ["money"] : []), "date"];
  const title = t("fix.field", { value: name });
  const add = async (type) => {
    if (!String(fault.value).startsWith("fields.")) await letter.mend(fault, { edit: { file: letter.path, line: fault.line, span: fault.span, text: `fields.${name}` } });
    await letter.change([{ path: `fields.${name}`, value: { type, ...(type === "money" ? { currency } : {}) } }]);
  };
  // What it holds is asked for when it is pressed.
  const select = h("select", { class: "input short", "aria-label": title, "data-mend": fault.code }, h("option", { value: "", hidden: true, selected: true }, title), kinds.map((kind) => h("option", { value: kind }, t(`kind-of.${kind}`))));
  return settles(select, add);
}
