// What was mended in a list, and which of its rows are left out: each can be taken back by itself. The spreadsheet stays as it is.

import { h, button } from "./dom.js";
import { t } from "./words.js";

const MOST = 50; // that are shown at once

/** All that is other than in the spreadsheet, each with the button that takes it back; null: nothing is. */
export function correctedBox(letter) {
  const made = letter.overview?.corrections;
  if (!made || !(made.cells.length || made.left_out.length)) return null;
  const back = (key, words, keeps) =>
    h("li", { class: "fold" }, h("span", { class: "value" }, words), button(t("corrected.back"), () => letter.keepCorrections(keeps), { kind: "tight plain", "aria-label": `${t("corrected.back")}: ${words}`, "data-key": `back-${key}`, "data-careful": true }));
  const rows = made.left_out.map((record) => [record, back(`${record}`, t("corrected.row", { row: letter.rowOf(record) }), (now) => ({ ...now, left_out: now.left_out.filter((one) => one !== record) }))]);
  const cells = made.cells.map(({ record, column, was, text }) => {
    const words = t(was === "" ? "corrected.empty" : text === "" ? "corrected.emptied" : "corrected.cell", { row: letter.rowOf(record), column, was, now: text });
    return [record, back(`${record}-${column}`, words, (now) => ({ ...now, cells: now.cells.filter((one) => one.record !== record || one.column !== column) }))];
  });
  const all = [...rows, ...cells].sort(([one], [other]) => one - other).map(([, line]) => line);
  return h(
    "section",
    { class: "stack", "aria-label": t("corrected.title") },
    h("div", { class: "row" }, h("h3", { class: "grow" }, t("corrected.title")), all.length > 1 ? button(t("corrected.all", { n: all.length }), () => letter.keepCorrections(() => ({ cells: [], left_out: [] })), { kind: "tight plain", "data-key": "back-all", "data-careful": true }) : null),
    h("ul", {}, all.slice(0, MOST)),
    all.length > MOST ? h("p", { class: "small soft" }, t("corrected.more", { n: all.length - MOST })) : null,
    h("p", { class: "small soft" }, t("corrected.kept")),
  );
}
