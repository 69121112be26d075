// What was mended in a list, and which of its rows are left out: each can be taken back by itself. The spreadsheet stays as it is.

import { h, button } from "./dom.js";
import { t } from "./words.js";
import { address } from "./route.js";

const MOST = 50; // that are shown at once
const FEW = 3; // rows that are named where the letter is written

/** Leave the row out that is shown: no letter is made of it. */
export const leaveButton = (letter) => button(t("check.leave", { row: letter.rowOf(letter.record) }), () => letter.correct([], [letter.record]), { kind: "tight plain flush", "data-key": "leave-row" });

const takenIn = (record) => (now) => ({ ...now, left_out: now.left_out.filter((one) => one !== record) });

/** Rows that are left out, each with the button that takes it in again; null: none is. */
export function leftOutLines(letter) {
  const all = letter.overview?.corrections.left_out ?? [];
  const line = (record) => h("p", { class: "small soft" }, t("corrected.row", { row: letter.rowOf(record) }), " ", button(t("corrected.in"), () => letter.keepCorrections(takenIn(record)), { kind: "tight plain flush", "aria-label": `${t("corrected.in")}: ${t("rows.row", { row: letter.rowOf(record) })}`, "data-key": `in-${record}` }));
  if (all.length <= FEW) return all.map(line);
  return [h("p", { class: "small soft" }, t("corrected.rows", { n: all.length }), " ", h("a", { href: address("list", letter), "data-link": true }, t("form.to-list")))];
}

/** All that is other than in the spreadsheet, each with the button that takes it back; null: nothing is. */
export function correctedBox(letter) {
  const made = letter.overview?.corrections;
  if (!made || !(made.cells.length || made.left_out.length)) return null;
  const back = (key, words, keeps) =>
    h("li", { class: "fold" }, h("span", { class: "value" }, words), button(t("corrected.back"), () => letter.keepCorrections(keeps), { kind: "tight plain", "aria-label": `${t("corrected.back")}: ${words}`, "data-key": `back-${key}`, "data-careful": true }));
  const rows = made.left_out.map((record) => [record, back(`${record}`, t("corrected.row", { row: letter.rowOf(record) }), takenIn(record))]);
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
