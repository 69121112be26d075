// A letter is begun: its kind is chosen, its name and whom it is from are asked.

import { h, button, id } from "./dom.js";
import { post, Refused } from "./api.js";
import { t } from "./words.js";
import { worded } from "./faults.js";
import { go, lastList } from "./route.js";

export const COUNTRY = "letterpress-country";
export const SENDER = "letterpress-sender"; // whom the last letter was from

const PHONE = "(pointer: coarse) and (max-width: 480px)";

/** The address of a letter: on a phone it is read, else written. */
export const to = (letter) => `/${matchMedia(PHONE).matches ? "read" : "write"}?${new URLSearchParams({ letter: letter.path })}`;

/** The list of a letter, with the number of its rows; null: it has none. */
export function rowsOf(letter) {
  const list = lastList(letter.path, letter.list);
  return list?.rows ? t("start.rows", { n: list.rows, file: list.source.split("/").pop() }) : null;
}

function select(start) {
  const known = start.senders.map((one) => one.path);
  const last = localStorage.getItem(SENDER);
  const now = last === "" || known.includes(last) ? last : known.length === 1 ? known[0] : "";
  const options = [...start.senders.map((one) => [one.path, one.name]), ["", t("begin.nobody")]];
  return h("select", { class: "input", id: id("sender"), "data-key": "sender" }, options.map(([value, title]) => h("option", { value, selected: value === now }, title)));
}

/** Ask what a letter of a kind is called, and begin it. */
export function begin(start, kind) {
  const name = id("name");
  const taken = new Set(start.letters.map((one) => one.path.split("/").pop().replace(/\.md$/, "")));
  let free = t("begin.name");
  for (let at = 2; taken.has(free); at += 1) free = `${t("begin.name")}-${at}`;
  const input = h("input", { class: "input", id: name, value: free, required: true, maxlength: "80" });
  const senders = start.senders.length ? select(start) : null;
  const said = h("p", { class: "badly", role: "alert" });
  const dialog = h("dialog", { "aria-label": kind.title });
  const begin = async (event) => {
    event.preventDefault();
    try {
      const opened = await post("/api/letters", { name: input.value.trim(), letterhead: kind.name, sender: senders?.value || null });
      if (senders) localStorage.setItem(SENDER, senders.value);
      dialog.close();
      go(to(opened));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      said.textContent = error.status === 400 ? t("begin.wrong") : worded(error.faults[0]).what;
      input.focus();
    }
  };
  dialog.append(
    h("form", { class: "stack wide", onsubmit: begin }, h("h2", {}, kind.title), h("div", { class: "field" }, h("label", { for: name }, t("begin.called")), input, h("p", { class: "small soft" }, t("begin.where", { folder: `${start.root}/content/letters` }))), senders ? h("div", { class: "field" }, h("label", { for: senders.id }, t("begin.from")), senders) : null, said, h("div", { class: "row end" }, button(t("cancel"), () => dialog.close()), h("button", { class: "button main" }, t("begin.begin")))),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  input.select();
}
