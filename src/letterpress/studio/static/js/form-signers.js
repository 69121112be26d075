// Who signs a letter and what goes with it, in the form: signers one by one, enclosures by their titles.

import { h, button } from "./dom.js";
import { t } from "./words.js";
import { text } from "./form-address.js";

/** A row for each signer, and a button for one more. */
export function signersOf(form, signers) {
  const rows = signers.map((one, at) => {
    const path = `signatories.${at + 1}`;
    const away = button(t("form.remove"), () => whole(form, "signatories", (all) => all.toSpliced(at, 1)), { kind: "tight plain", "aria-label": t("form.remove.one", { name: one.name ?? one }) });
    if (typeof one === "string") return h("div", { class: "row end" }, h("div", { class: "grow" }, form.input(path, one, { label: t("form.known") })), away);
    return h("div", { class: "cols signer" }, form.input(`${path}.name`, one.name), form.input(`${path}.title`, text(one.title), { label: t("part.role") }), away);
  });
  if (form.adding > signers.length) rows.push(newSigner(form, form.adding));
  const add = () => {
    form.adding = signers.length + 1;
    form.added = {};
    form.draw();
    form.inputs.get(`signatories.${form.adding}.name`)?.input.focus();
  };
  return [...rows, h("p", {}, button(t("form.signer"), add, { kind: "tight", "data-key": "add-signer" }))];
}

/** A signer who is not in the letter before a name is typed. */
function newSigner(form, at) {
  const change = (part) => (value) => {
    form.added[part] = value; // the form is as old as the studio's last answer
    const before = (form.letter.form.values.signatories ?? []).slice(0, at - 1);
    if (form.added.name) form.letter.change([{ path: "signatories", value: [...before, { ...form.added }] }], form);
  };
  const path = `signatories.${at}`;
  return h(
    "div",
    { class: "cols" },
    form.input(`${path}.name`, "", { change: change("name"), placeholder: t("form.signer.name") }),
    form.input(`${path}.title`, "", { change: change("title"), label: t("part.role") }),
  );
}

/** What is enclosed: titles are typed here, files are named in the text. */
export function enclosuresOf(form, enclosures) {
  if (enclosures.every((one) => typeof one === "string")) {
    const change = (written) => {
      const titles = written.split("\n").filter((line) => line.trim());
      form.letter.change([{ path: "enclosures", value: titles.length ? titles : null }], form);
    };
    return [form.input("enclosures", enclosures.join("\n"), { area: true, rows: "3", change, label: t("form.enclosures") })];
  }
  return [h("p", { class: "soft" }, t("form.files"), " ", form.inText("enclosures"))];
}

/** Change a list as a whole; its inputs are made anew. */
export async function whole(form, path, made) {
  await form.letter.changing; // what was typed last is in it
  await form.letter.readForm();
  const value = made(form.letter.form.values[path] ?? []);
  for (const name of [...form.inputs.keys()]) if (name.startsWith(`${path}.`)) form.inputs.delete(name);
  await form.letter.change([{ path, value: value.length ? value : null }], form);
}
