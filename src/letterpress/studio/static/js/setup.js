// How the letter looks: letterhead, language, paper, logo and colour, behind one button.

import { h, button, icon, id, chooseFile } from "./dom.js";
import { upload } from "./api.js";
import { choice } from "./choice.js";
import { t } from "./words.js";
import { project } from "./choices.js";
import { Sending } from "./carrier.js";

let known = null;
/** What there is to choose from; the same for all letters. */
export const choices = () => (known ??= project());
/** What there is to choose from has changed. */
export const changed = () => (known = null);

export function setup(write, words) {
  const { letter } = write;
  const name = id("setup");
  const label = id("setup");
  const shown = words.length ? words : [t("setup")];
  const now = h("span", { class: "firsts", id: id("setup") }, shown.map((word, at) => h("span", { class: "cut" }, at ? `,\u00a0${word}` : word)));
  const open = button([now, icon("down")], () => turn(), { kind: "tight", "aria-labelledby": `${label} ${now.id}`, "aria-haspopup": "dialog", "aria-controls": name, "data-key": "setup" });
  const turn = async () => {
    const dialog = h("dialog", { id: name, "aria-label": t("setup") });
    const sending = new Sending(letter, { title: false });
    dialog.addEventListener("close", () => {
      dialog.remove();
      sending.close();
      write.frame.panel.querySelector('[data-key="setup"]')?.focus();
    });
    dialog.append(await form(letter, sending, () => dialog.close()));
    document.body.append(dialog);
    dialog.showModal();
  };
  if (!write.kinds) {
    choices().then((start) => {
      write.kinds = Object.fromEntries(start.kinds.map((kind) => [kind.name, kind.title]));
      write.languages = start.languages;
      write.drawHead();
    });
  }
  return h("span", { class: "choosing" }, h("span", { class: "unseen", id: label }, t("part.letterhead")), open);
}

async function form(letter, sending, close) {
  const start = await choices();
  const values = letter.form?.values ?? {};
  const select = (path, label, options, now, empty = null) => {
    const all = Object.entries(options);
    if (now && !(now in options)) all.unshift([now, now]);
    if (empty) all.unshift(["", empty]);
    return choice(label, all, now ?? "", (value) => letter.change([{ path, value: value === "" ? null : value }]));
  };
  const kinds = Object.fromEntries(start.kinds.filter((kind) => !kind.fault).map((kind) => [kind.name, kind.title]));
  const kind = start.kinds.find((one) => one.name === (values.letterhead ?? "plain"));
  const papers = Object.fromEntries(Object.entries(start.papers).filter(([paper]) => !kind?.papers.length || kind.papers.includes(paper)));
  return h(
    "div",
    { class: "stack wide" },
    h("h2", {}, t("setup")),
    select("letterhead", t("part.letterhead"), kinds, values.letterhead ?? "plain"),
    h("div", { class: "cols" }, select("lang", t("part.lang"), start.languages, values.lang ?? "en-US"), select("paper", t("part.paper"), papers, values.paper, t("setup.usual"))),
    design(letter, values),
    sending.element,
    h("div", { class: "row end" }, button(t("close"), close, { kind: "main" })),
  );
}

function design(letter, values) {
  const own = new Set((letter.form?.parameters ?? []).filter((one) => one.of_design).map((one) => one.name));
  const parts = [];
  if (own.has("accent")) {
    const name = id("accent");
    const now = values.parameters?.accent;
    const input = h("input", { class: "input", type: "color", id: name, value: /^#[0-9a-f]{6}$/i.test(now) ? now : "#1c1e20" });
    input.addEventListener("change", () => letter.change([{ path: "parameters.accent", value: input.value }]));
    parts.push(h("div", { class: "field" }, h("label", { for: name }, t("setup.accent")), input));
  }
  if (own.has("logo")) {
    const shown = h("span", { class: "grow cut" }, values.parameters?.logo ?? t("form.none"));
    const take = async () => {
      const file = await chooseFile(".png,.svg,.jpg,.jpeg");
      if (!file) return;
      const taken = await upload(`/api/files?name=${encodeURIComponent(file.name)}`, file);
      shown.textContent = taken.name;
      letter.change([{ path: "parameters.logo", value: taken.name }]);
    };
    parts.push(h("div", { class: "field" }, h("span", { class: "label" }, t("setup.logo")), h("div", { class: "setup" }, shown, button(t("choose"), take, { kind: "tight" }))));
  }
  return parts.length ? h("div", { class: "cols" }, parts) : null;
}
