// Why a letter cannot be made: what stands where the button that makes it is grey, with the button that mends it.

import { h } from "./dom.js";
import { t } from "./words.js";
import { faultBox, lackingBox, lacks } from "./faults.js";
import { address } from "./route.js";

/** The faults that stop a letter, each with its ways to mend it and the way to its place. */
export function stopBoxes(letter, faults = letter.faults.filter((fault) => fault.severity === "error")) {
  const lacking = letter.source ? [] : faults.filter(lacks);
  const boxes = faults.filter((fault) => !lacking.includes(fault)).map((fault, at) => boxOf(fault, letter, at === 0 && !lacking.length && fault.severity === "error"));
  if (lacking.length) boxes.unshift(lackingBox(lacking, letter, [way(letter, { as: "form", part: lacking[0].field })], true));
  return boxes;
}

const way = (letter, place) => h("a", { class: "button tight", href: address("write", letter, place), "data-link": true, "data-key": `see-${place.line ?? place.as}` }, t("fix.see"));

function boxOf(fault, letter, main) {
  const inLetter = fault.file === letter.path && fault.line;
  const see = way(letter, inLetter ? { as: "text", line: fault.line } : { as: "form", ...(fault.field ? { part: fault.field } : {}) });
  const box = faultBox(fault, letter, { main, more: [see] });
  if (main && !box.querySelector(".main")) see.classList.add("main");
  return box;
}
