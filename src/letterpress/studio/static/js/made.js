// What was made before: where it is, what is older than its letter, and what is of no row any more.

import { h, button, id, refill } from "./dom.js";
import { get, post, file as bytesOf, Refused } from "./api.js";
import { t, when, language } from "./words.js";
import { worded } from "./faults.js";
import { go } from "./route.js";
import { carry } from "./carried.js";

const names = (all) => new Intl.ListFormat(language).format(all);
export const nameOf = (path) => path.split("/").pop();
const fileAddress = (path) => `/api/file?path=${encodeURIComponent(path)}`;

/** The link that downloads a PDF of the project. */
export const download = (path, kind = "") => h("a", { class: `button ${kind}`.trim(), href: fileAddress(path), download: nameOf(path), "data-key": `download-${path}` }, t("make.download"));

/** Open the folder of a PDF, or a folder, on this computer; where that cannot be done, say where it is. */
export function folderButton(path, kind = "") {
  const said = h("span", { class: "small soft broken told", role: "status" });
  const open = async () => {
    try {
      await post("/api/finished/folder", { path });
      said.textContent = "";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      said.textContent = t("made.unopened", { path: error.faults[0]?.file ?? path });
    }
  };
  return [button(t("made.open"), open, { kind, "data-key": `folder-${path}` }), said];
}

/** A name of one's own for a PDF: `does` is called with it, and what it refuses is said below. */
function nameForm(label, value, words, does, cancel = null) {
  const [name, why] = [id("name"), id("why")];
  const input = h("input", { class: "input", id: name, value, required: true, maxlength: "80", autocomplete: "off", spellcheck: "false", "data-key": "name" });
  const said = h("p", { class: "small badly", role: "alert", id: why });
  const use = async (event) => {
    event.preventDefault();
    try {
      await does(plain(input.value));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      said.textContent = error.status === 400 ? t("begin.wrong") : worded(error.faults[0]).what;
      input.setAttribute("aria-describedby", why);
      input.focus();
      input.select();
    }
  };
  return h("form", { class: "stack", onsubmit: use }, h("div", { class: "field" }, h("label", { for: name }, label), input), said, h("div", { class: "row wrap" }, h("button", { class: "button main", "data-key": "named" }, words), cancel ? button(t("cancel"), cancel) : null));
}

/** A name without the ending, which is given to every one. */
export const plain = (name) => name.trim().replace(/\.pdf$/i, "");

/** Ask for a name in a dialog. */
export function askName(title, value, words, does) {
  const dialog = h("dialog", { class: "wide", "aria-label": title });
  const use = async (name) => {
    await does(name);
    dialog.close();
  };
  dialog.append(h("div", { class: "stack wide" }, h("h2", {}, title), nameForm(t("made.name"), value, words, use, () => dialog.close())));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("input").select();
}

const older = () => h("span", { class: "count warn" }, t("made.older"));
const signed = (one) => (one.signers.length ? h("span", { class: "count good" }, t("made.signed", { names: names(one.signers) })) : null);

/** The address at which a PDF of a letter is shown, and signed. */
const signAddress = (one) => `/sign?${new URLSearchParams({ letter: one.letter, pdf: one.path })}`;

/** Show a PDF that is of no letter: as any other. */
async function showAny(path) {
  carry(new File([await bytesOf(fileAddress(path))], nameOf(path), { type: "application/pdf" }));
  go("/sign");
}

/** A PDF or folder that was made, with what can be done with it. */
export function madeRow(one, leave = () => {}) {
  const about = [h("h3", { class: "broken" }, one.path.replace(/^out\//, "")), h("p", { class: "small soft" }, [one.pdfs === null ? null : t("made.pdfs", { n: one.pdfs }), when(one.modified)].filter(Boolean).join(", "))];
  const marks = [signed(one), one.older ? older() : null].filter(Boolean);
  const zip = `/api/finished/letters.zip?folder=${encodeURIComponent(one.path)}`;
  const show = one.letter
    ? h("a", { class: "button tight", href: signAddress(one), "data-link": true, onclick: leave, "data-key": `show-${one.path}` }, t("made.show"))
    : button(t("made.show"), () => (leave(), showAny(one.path)), { kind: "tight", "data-key": `show-${one.path}` });
  const does = one.pdfs === null ? [show, download(one.path, "tight")] : [folderButton(one.path, "tight"), h("a", { class: "button tight", href: zip, download: "", "data-key": zip }, t("made.zip"))];
  return h("li", { class: "made" }, h("div", { class: "grow" }, about, marks.length ? h("p", { class: "row wrap" }, marks) : null), h("div", { class: "row wrap" }, does));
}

/** All that was made, in a dialog with a field that finds it. */
export async function finished() {
  const { folder, files } = await get("/api/finished");
  const name = id("find");
  const list = h("ul", { class: "all-letters" });
  const said = h("p", { class: "soft", role: "status" });
  const input = h("input", { class: "input", id: name, type: "search" });
  const close = () => dialog.close();
  const draw = () => {
    const wanted = input.value.trim().toLowerCase();
    const found = files.filter((one) => one.path.toLowerCase().includes(wanted));
    said.textContent = found.length ? "" : t(files.length ? "made.unfound" : "made.none");
    refill(list, found.map((one) => madeRow(one, close)));
  };
  input.addEventListener("input", draw);
  const where = h("div", { class: "stack" }, h("p", { class: "broken" }, t("made.where", { folder })), files.length ? h("div", { class: "row wrap" }, folderButton("out", "tight")) : null);
  const dialog = h("dialog", { class: "wider", "aria-label": t("made.title") }, h("div", { class: "stack wide" }, h("h2", {}, t("made.title")), where, h("div", { class: "field" }, h("label", { for: name }, t("made.find")), input), said, list, h("div", { class: "row end" }, button(t("close"), close))));
  dialog.addEventListener("close", () => dialog.remove());
  draw();
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
}

/** PDFs of one letter, or in its folder; null where there are none. */
export async function madeOf(letter) {
  const { files } = await get("/api/finished");
  const of = files.filter((one) => one.letter === letter.path);
  return of.length ? of : null;
}

/** PDFs of rows that get no letter any more: nobody is to send them by mistake. */
export function leftBox(found, remove) {
  if (!found?.left.length) return null;
  const n = found.left.length;
  const gone = n - found.signed; // what is signed is never deleted
  const listed = h("ul", { class: "small broken" }, found.left.slice(0, 5).map((path) => h("li", {}, nameOf(path))), n > 5 ? h("li", {}, t("made.left.more", { n: n - 5 })) : null);
  return h(
    "div",
    { class: "fault warn left", role: "group", "aria-label": t("fault.look") },
    h("p", {}, h("span", { class: "what" }, t("made.left", { n, folder: found.folder })), " ", t(found.stay?.length || !gone ? "made.left.stay" : "made.left.why", { n })),
    listed,
    h("div", { class: "mends several" }, gone > 0 ? button(t("made.left.remove", { n: gone }), remove, { kind: "tight", "data-key": "remove-left", "data-careful": true }) : null, folderButton(found.folder, "tight")),
  );
}
