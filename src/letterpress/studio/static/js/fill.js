// What has no value is filled in: in its cell of the list, by the column that gives it, or where the letter itself says it.

import { h, button, enter, id } from "./dom.js";
import { t } from "./words.js";
import { address, go } from "./route.js";

const LACKING = ["field-missing", "value-missing", "name-valueless"];

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
export function wayToFill(fault, letter, fill, main = false) {
  const kind = `tight ${main ? "main" : ""}`;
  const path = lackingPath(fault);
  const cell = letter.source ? inCell(fault, path, letter) : null;
  if (cell) return inPlace(cell, letter, { kind }); // also where something is proposed: it may not be what is meant
  if (!path) return null;
  const listed = letter.source && (letter.overview?.columns ?? []).some((one) => one.used_as.some((other) => other.split(".")[0] === path.split(".")[0]));
  const byColumn = letter.source && (path.startsWith("fields.") || listed);
  if (byColumn) return button(t("fix.choose"), () => go(address("list", letter)), { kind, "data-mend": fault.code });
  return button(t("fix.fill"), () => fill(path), { kind, "data-mend": fault.code });
}

/** The way from what is said of the list to the list; none where the fault is about something else. */
export const wayToList = (fault, letter) => (letter.listFaults.includes(fault) ? [button(t("form.to-list"), () => go(address("list", letter)), { kind: "tight", "data-mend": fault.code })] : []);

/** The way to another value of a cell of the row that is shown; `told`: its column stands beside it. */
export function cellButton(letter, column, told = true) {
  const fault = { code: "cell", record: String(letter.record), row: letter.rowOf(letter.record), column, value: letter.row?.cells[column] ?? "" };
  const words = told ? t("fix.cell") : t("fix.cell.of", { column });
  return inPlace(fault, letter, { kind: "tight plain flush", words, "aria-label": t("fix.cell.of", { column }), "data-key": `cell-${column}` });
}

/** A button that becomes the field for another value of a cell; the spreadsheet stays as it is. */
function inPlace(fault, letter, { words = t("fix.fill"), ...more }) {
  const place = h("span", { class: "filled" });
  const away = (event) => {
    if (event.key !== "Escape") return;
    place.replaceChildren(opens);
    opens.focus();
  };
  const begin = () => {
    const own = id("cell");
    const input = h("input", { class: "input short", id: own, value: String(fault.value ?? ""), autocomplete: "off", "data-key": "fill" });
    const use = h("button", { class: "button tight", "data-mend": fault.code }, t("check.use"));
    const take = (event) => {
      event.preventDefault();
      use.focus(); // nobody types here any more: what is said of the letter can be drawn anew
      letter.correct([{ fault, text: input.value }]);
    };
    place.replaceChildren(h("form", { class: "field", onsubmit: take, onkeydown: away }, h("label", { for: own }, t("check.fill.label", { column: fault.column, row: fault.row ?? fault.record })), h("span", { class: "row" }, input, use)));
    enter(input);
  };
  const opens = button(words, begin, { "data-mend": fault.code, ...more });
  place.append(opens);
  return place;
}

/** Whether somebody types, or chooses, in what is said of a fault: then it is not drawn anew. */
export const fillingIn = (place) => Boolean(document.activeElement?.matches(".fault :is(input, select), .filled input") && place.contains(document.activeElement));
