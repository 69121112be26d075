// What a field of the letter holds: a text, a number, an amount, a date. The letter says it, the list shows and changes it.

import { button } from "./dom.js";
import { t } from "./words.js";

const KINDS = ["text", "integer", "decimal", "money", "date", "boolean"];
const CURRENCIES = ["EUR", "GBP", "USD", "CHF", "AUD", "CAD", "CZK", "DKK", "JPY", "NOK", "PLN", "SEK"]; // that lists are often in

/** What a field is, as a choice of kinds names it: an amount is one of its currency. */
export const kindOf = ({ type, currency }) => (type === "money" && currency ? `money ${currency}` : type);

/** Kinds that a field may be of, with their titles; amounts of its own currency and the letter's stand first. */
export function kindsOf(field, letter) {
  const currencies = [...new Set([field.currency, letter.form?.currency, ...CURRENCIES].filter(Boolean))];
  const amounts = currencies.map((currency) => [`money ${currency}`, t("holds.money", { currency })]);
  const known = KINDS.flatMap((kind) => (kind === "money" ? amounts : [[kind, t(`holds.${kind}`)]]));
  return known.some(([kind]) => kind === kindOf(field)) ? known : [[kindOf(field), t("holds.other")], ...known];
}

/** Have a field hold something else; what the letter says of it besides stays. */
export function holds(field, letter, kind) {
  const path = `fields.${field.name}`;
  const own = letter.form.values.fields?.[field.name];
  const [type, currency = null] = kind.split(" ");
  // A field may be written as its value alone.
  if (own === null || typeof own !== "object") return letter.change([{ path, value: { type, ...(currency ? { currency } : {}), ...(own ? { default: String(own) } : {}) } }]);
  return letter.change([{ path: `${path}.type`, value: type }, { path: `${path}.currency`, value: currency }]);
}

/** An amount shows another currency than its field's: all the column is in that one; null: the fault is another one. */
export function currencyFix(fault, letter) {
  const { other } = fault.params ?? {};
  const paths = letter.overview?.columns.find((one) => one.name === fault.column)?.used_as ?? [fault.field];
  const field = (letter.form?.fields ?? []).find((one) => paths.includes(`fields.${one.name}`));
  if (fault.code !== "currency-wrong" || !other || !field) return null;
  return button(t("fix.currency", { currency: other }), () => letter.saying(() => holds(field, letter, `money ${other}`)), { kind: "tight", "data-mend": fault.code });
}
