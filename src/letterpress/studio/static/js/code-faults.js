// What is wrong with a code of a letter, and the buttons that mend it. Not here: how its parts are chosen (codes.js).

import { button } from "./dom.js";
import { t } from "./words.js";

/** How a part of a code says that a field gives it. */
export const written = (name) => `{{ fields.${name} }}`;

/** Buttons that mend what is wrong with a code; `fill` goes to where a part of the letter is typed. */
export function codeFixes(fault, letter, fill) {
  const mend = (words, does) => button(words, does, { kind: "tight", "data-mend": fault.code });
  const { part } = fault.params ?? {};
  const [, at] = /^codes\.(\d+)/.exec(fault.field ?? "") ?? [];
  if (fault.code === "code-paper") return [mend(t("fix.a4"), () => letter.change([{ path: "paper", value: "a4" }]))];
  if (!at) return [];
  if (fault.code === "code-values-both") return ["reference", "text"].map((one) => mend(t("fix.leave", { part: t(`code.part.${one}`) }), () => letter.change([{ path: `codes.${at}.${one}`, value: null }])));
  if (fault.code === "codes-missing" || fault.code === "code-key-unknown" || fault.code === "code-place" || !part || part === "type") return [];
  const found = part === "amount" && fault.code === "code-value-missing" ? (letter.form?.fields ?? []).find((one) => one.type === "money") : null;
  if (found) return [mend(t("fix.use", { value: found.title }), () => letter.change([{ path: `codes.${at}.amount`, value: written(found.name) }]))];
  const go = async () => {
    await letter.readForm(); // a code that was just added may not be in the form yet
    fill(`codes.${at}.${part}`);
  };
  return [mend(t("fix.fill"), go)];
}
