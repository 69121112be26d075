// All letters of the project, in a list with a field that finds them: the start shows the last few only.

import { h, button, id, refill } from "./dom.js";
import { t, when } from "./words.js";
import { rowsOf, to } from "./begin.js";

/** Choose a letter by its title or file. */
export function another(letters) {
  const name = id("find");
  const list = h("ul", { class: "all-letters" });
  const said = h("p", { class: "soft", role: "status" });
  const input = h("input", { class: "input", id: name, type: "search" });
  const close = () => dialog.close();
  const draw = () => {
    const wanted = input.value.trim().toLowerCase();
    const found = letters.filter((one) => `${one.title} ${one.path}`.toLowerCase().includes(wanted));
    said.textContent = found.length ? "" : t("start.find.none");
    refill(list, found.map((one) => h("li", {}, h("a", { class: "recent", href: to(one), "data-link": true, onclick: close }, h("div", { class: "grow" }, h("h3", {}, one.title), h("p", { class: "small soft" }, [one.path.split("/").pop(), when(one.modified), rowsOf(one)].filter(Boolean).join(", ")))))));
  };
  input.addEventListener("input", draw);
  const dialog = h("dialog", { class: "wide", "aria-label": t("start.other") }, h("div", { class: "stack wide" }, h("h2", {}, t("start.other")), h("div", { class: "field" }, h("label", { for: name }, t("start.find.hint")), input), said, list, h("div", { class: "row end" }, button(t("cancel"), close))));
  dialog.addEventListener("close", () => dialog.remove());
  draw();
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
}
