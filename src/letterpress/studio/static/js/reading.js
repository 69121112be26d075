// The text of a page in the order in which it is read: as large as a phone needs it.

import { h } from "./dom.js";
import { post } from "./api.js";

const ADDRESSES = ["to", "from"];

/** The text of the PDF that a letter shows now. */
export async function reading(letter) {
  const { blocks } = await post("/api/reading", { sha256: letter.pages.sha256 });
  return h("div", { class: "reading", tabindex: "0", lang: letter.form?.values.lang ?? "en" }, parts(blocks, letter.pages));
}

function parts(blocks, pages) {
  const found = [];
  for (let at = 0; at < blocks.length; at += 1) {
    const { role, text } = blocks[at];
    if (role === "Lbl") {
      at += 1;
      found.push(h("div", { class: "item" }, h("span", {}, text), h("p", {}, blocks[at] ? set(blocks[at]) : "")));
    } else if (role === "TH") {
      const cells = blocks.slice(at).findIndex((one) => !["TH", "TD"].includes(one.role));
      const all = blocks.slice(at, cells < 0 ? undefined : at + cells);
      const wide = Math.max(1, all.findIndex((one) => one.role === "TD"));
      found.push(table(all.map((one) => one.text), wide));
      at += all.length - 1;
    } else if (/^H\d$/.test(role)) found.push(h("h2", {}, text));
    else found.push(h("p", {}, set(blocks[at], isAddress(blocks[at], pages))));
  }
  return found;
}

/** Whether a block is an address, by where it stands on its page: its lines are lines, and no broken sentence. */
function isAddress({ page, y }, { places, sizes }) {
  const top = 100 - (100 * y) / sizes[page - 1][1];
  return places.some((place) => ADDRESSES.includes(place.name) && place.page === page && place.box[1] <= top && top <= place.box[1] + place.box[3]);
}

/** The text of a block, bold and italic as it is printed. */
function set({ runs }, byLine = false) {
  return runs.map(({ text, strong, slanted, line }) => {
    const words = byLine && line ? text.trimStart() : text;
    const made = slanted ? h("em", {}, words) : words;
    return [byLine && line ? h("br") : null, strong ? h("strong", {}, made) : made];
  });
}

function table(texts, wide) {
  const row = (at, tag) => h("tr", {}, texts.slice(at, at + wide).map((text) => h(tag, tag === "th" ? { scope: "col" } : {}, text)));
  const rest = [];
  for (let at = wide; at < texts.length; at += wide) rest.push(row(at, "td"));
  return h("table", {}, h("thead", {}, row(0, "th")), h("tbody", {}, rest));
}
