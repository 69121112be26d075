// The text of a page in the order in which it is read: as large as a phone needs it.

import { h } from "./dom.js";
import { post } from "./api.js";

/** The text of the PDF that a letter shows now. */
export async function reading(letter) {
  const { blocks } = await post("/api/reading", { sha256: letter.pages.sha256 });
  return h("div", { class: "reading", tabindex: "0", lang: letter.form?.values.lang ?? "en" }, parts(blocks));
}

function parts(blocks) {
  const found = [];
  for (let at = 0; at < blocks.length; at += 1) {
    const { role, text } = blocks[at];
    if (role === "Lbl") {
      at += 1;
      found.push(h("div", { class: "item" }, h("span", {}, text), h("p", {}, blocks[at]?.text ?? "")));
    } else if (role === "TH") {
      const cells = blocks.slice(at).findIndex((one) => !["TH", "TD"].includes(one.role));
      const all = blocks.slice(at, cells < 0 ? undefined : at + cells);
      const wide = Math.max(1, all.findIndex((one) => one.role === "TD"));
      found.push(table(all.map((one) => one.text), wide));
      at += all.length - 1;
    } else found.push(h(/^H\d$/.test(role) ? "h2" : "p", {}, text));
  }
  return found;
}

function table(texts, wide) {
  const row = (at, tag) => h("tr", {}, texts.slice(at, at + wide).map((text) => h(tag, tag === "th" ? { scope: "col" } : {}, text)));
  const rest = [];
  for (let at = wide; at < texts.length; at += wide) rest.push(row(at, "td"));
  return h("table", {}, h("thead", {}, row(0, "th")), h("tbody", {}, rest));
}
