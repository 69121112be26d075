// What a field of the letter holds: a text, a number, an amount, a date. The letter says it, the list shows and changes it.

import { t } from "./words.js";

const KINDS = ["text", "integer", "decimal", "money", "date", "boolean"];

/** Kinds that a field may be of, with their titles; an amount is one of money, of which the letter has to know which. */
export function kindsOf(field, letter) {
  const currency = field.currency ?? letter.form?.currency;
  const known = KINDS.filter((kind) => kind !== "money" || currency).map((kind) => [kind, t(`holds.${kind}`, { currency })]);
  return known.some(([kind]) => kind === field.type) ? known : [[field.type, t("holds.other")], ...known];
}

/** Have a field hold something else; what the letter says of it besides stays. */
export function holds(field, letter, type) {
  const path = `fields.${field.name}`;
  const own = letter.form.values.fields?.[field.name];
  const currency = type === "money" ? (field.currency ?? letter.form.currency) : null;
  // A field may be written as its value alone.
  if (own === null || typeof own !== "object") return letter.change([{ path, value: { type, ...(currency ? { currency } : {}), ...(own ? { default: String(own) } : {}) } }]);
  return letter.change([{ path: `${path}.type`, value: type }, { path: `${path}.currency`, value: currency }]);
}
