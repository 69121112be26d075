// What has no value is filled in: in its cell of the list, by the column that gives it, or where the letter itself says it.

import { h, button, enter, id } from "./dom.js";
import { t } from "./words.js";
import { address, go } from "./route.js";

const LACKING = ["field-missing", "value-missing", "name-valueless"];
export const CELLS = ["number-unreadable", "currency-wrong"]; // what is proposed may not be what is meant: a number among words, say

/** Whether a fault says that something has no value. */
export const isLacking = (fault) => LACKING.includes(fault.code);

/** Path of the part of a letter that has no value; null: the fault is about something else. */
const lackingPath = (fault) => (isLacking(fault) ? ((fault.code === "name-valueless" ? fault.value : fault.field) ?? "to") : null);

/** The fault of the cell that would give a part; null: no column gives it. */
function inCell(fault, path, letter) {
  if (fault.record && fault.column) return fault;
  const column = path && (letter.overview?.columns ?? []).find((one) => one.used_as.includes(path));
  if (!column || letter.record === null) return null;
  const record = Number.parseInt(fault.record ?? letter.record, 10);
  const cells = letter.row?.number === record ? letter.row.cells : {};
  return { ...fault, column: column.name, record: String(record), row: letter.rowOf(record), value: cells[column.name] ?? "" };
}

/**
 * The way to fill in what has no value, or what stands in a cell as something else; null: there is none.
 *
 * `fill` goes to where a part of the letter is typed.
 */
export function wayToFill(fault, letter, fixes, fill, main = false) {
  const kind = `tight ${main ? "main" : ""}`;
  const path = lackingPath(fault);
  const cell = letter.source ? inCell(fault, path, letter) : null;
  if (cell) return !fixes.length || CELLS.includes(fault.code) ? inPlace(cell, letter, kind) : null;
  if (!path) return null;
  const listed = letter.source && (letter.overview?.columns ?? []).some((one) => one.used_as.some((other) => other.split(".")[0] === path.split(".")[0]));
  const byColumn = letter.source && (path.startsWith("fields.") || listed);
  if (byColumn) return button(t("fix.choose"), () => go(address("list", letter)), { kind, "data-mend": fault.code });
  return button(t("fix.fill"), () => fill(path), { kind, "data-mend": fault.code });
}

/** The way from what is said of the list to the list; none where the fault is about something else. */
export const wayToList = (fault, letter) => (letter.listFaults.includes(fault) ? [button(t("form.to-list"), () => go(address("list", letter)), { kind: "tight", "data-mend": fault.code })] : []);

/** A button that becomes the field for another value of a cell; the spreadsheet stays as it is. */
function inPlace(fault, letter, kind) {
  const place = h("span", { class: "filled" });
  const begin = () => {
    const own = id("cell");
    const input = h("input", { class: "input short", id: own, value: String(fault.value ?? ""), autocomplete: "off", "data-key": "fill" });
    const use = h("button", { class: "button tight", "data-mend": fault.code }, t("check.use"));
    const take = (event) => {
      event.preventDefault();
      use.focus(); // nobody types here any more: what is said of the letter can be drawn anew
      letter.correct([{ fault, text: input.value }]);
    };
    place.replaceChildren(h("form", { class: "field", onsubmit: take }, h("label", { for: own }, t("check.fill.label", { column: fault.column, row: fault.row ?? fault.record })), h("span", { class: "row" }, input, use)));
    enter(input);
  };
  place.append(button(t("fix.fill"), begin, { kind, "data-mend": fault.code }));
  return place;
}

/** Whether somebody types, or chooses, in what is said of a fault: then it is not drawn anew. */
export const fillingIn = (place) => Boolean(document.activeElement?.matches(".fault :is(input, select)") && place.contains(document.activeElement));
