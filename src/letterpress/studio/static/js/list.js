// List: which column is used as what, and the letter of each row.

import { h, button, icon, id, chooseFile, dropPlace, refill } from "./dom.js";
import { get, upload, Refused } from "./api.js";
import { t, has, number, when, language } from "./words.js";
import { faultBox, questionBox, partTitle, worded } from "./faults.js";
import { Desk } from "./desk.js";
import { listen } from "./frame.js";
import { address, go, stay } from "./route.js";
import { addColumn } from "./columns.js";
import { choice, choosing, settles } from "./choice.js";
import { correctedBox, leaveButton } from "./corrected.js";
import { cellButton, fillingIn } from "./fill.js";
import { holds, kindOf, kindsOf } from "./kinds.js";

const ADDRESS = ["name", "organisation", "street", "postcode", "city", "region", "country", "honorific", "title", "given", "family", "attention", "care_of"].map((part) => `to.${part}`);
const OTHERS = ["lang", "letterhead", "date", "salutation"];
const TEXT = "text"; // what is chosen of a column that becomes a field of the text
const HEADERS = ["header-elsewhere", "header-empty", "table-unrelated", "table-empty"];
const ACCEPT = ".csv,.tsv,.txt,.xlsx,.xlsm,.xlsb,.xls,.ods,.json,.jsonl,.parquet";

const USUAL = "windows-1252"; // what a list of an older program is taken for
const encodingTitle = (name) => (has(`encoding.${name}`) ? t(`encoding.${name}`) : name);

export class Screen {
  constructor(frame, letter) {
    Object.assign(this, { frame, letter });
    this.desk = new Desk(frame, letter, { find: true, step: "list", goes: (place) => this.goes(place) });
    frame.panel.setAttribute("aria-label", t("list.panel"));
    this.inside = h("div", { class: "stack wide" });
    frame.panel.replaceChildren(this.inside);
    const draw = () => this.draw();
    const late = () => setTimeout(() => this.late && !this.closed && this.draw());
    for (const name of ["settled", "focusout"]) this.inside.addEventListener(name, late);
    this.unlisten = listen(letter, { list: draw, row: draw, form: draw, record: draw, faults: () => this.faults() });
    this.draw();
    if (letter.source && !letter.overview) letter.readList();
    else if (letter.source) this.#there();
  }

  /** The spreadsheet may have been moved away since it was read. */
  async #there() {
    const { lists } = await get("/api/lists");
    if (!this.closed && !lists.some((one) => one.path === this.letter.source)) this.letter.readList();
  }

  close() {
    this.closed = true;
    this.unlisten();
    this.desk.close();
  }

  goes(place) {
    const line = place.lines?.[0] ?? this.letter.form?.places[place.name];
    go(address("write", this.letter, { as: "text", line: line ?? 1 }));
  }

  draw() {
    const { letter, frame } = this;
    this.late = choosing(this.inside) || fillingIn(this.inside);
    if (this.late) return null;
    if (!letter.source) {
      frame.main = [];
      return this.said?.isConnected ? null : this.#empty();
    }
    const { overview } = letter;
    frame.main = overview && letter.rows ? button(t("list.check", { n: letter.rows }), () => go(address("make", letter)), { kind: overview.blocking ? "" : "main", "data-key": "main" }) : [];
    this.drawn = h("div", { class: "stack" });
    refill(this.inside, this.asked, this.#head(), this.#read(), this.drawn, overview ? this.#table(overview) : null, overview && letter.record !== null ? h("p", {}, leaveButton(letter)) : null, correctedBox(letter));
    return this.faults();
  }

  #head() {
    const { letter } = this;
    const { overview, source } = letter;
    const ranges = overview?.ranges ?? [];
    const values = ranges.length && { sheet: overview.sheet, first: number(letter.rowOf(ranges[0][0])), last: number(letter.rowOf(ranges.at(-1)[1])) };
    const several = overview?.sheets.length > 1; // then the choice names the sheet
    const words = letter.rows === 1 ? t("rows.row", { row: values.first }) : values && t(overview.sheet && !several ? "list.sheet" : "list.rows", values);
    const about = values ? h("p", { class: "soft small" }, words) : null;
    const name = source.split("/").pop();
    const title = h(
      "div",
      { class: "row wrap" },
      h("div", { class: "grow" }, h("h2", { class: "cut", title: name }, name), several ? null : about),
      button(t("list.leave"), () => this.take(null), { kind: "tight plain", "data-key": "leave" }),
      button(t("list.other"), () => this.choose(), { kind: `tight ${overview && !letter.rows ? "main" : ""}`, "data-key": "other" }),
    );
    return several ? h("div", { class: "stack" }, title, h("div", { class: "row wrap" }, this.#sheets(overview), about)) : title;
  }

  /** What the letter says that its list is written in. */
  get #encoding() {
    return this.letter.form?.values.data?.encoding ?? null;
  }

  /** How the list is read, where that was chosen, with the way back. */
  #read() {
    const encoding = this.#encoding;
    if (!encoding) return null;
    return h("p", { class: "small soft" }, t("list.encoding", { title: encodingTitle(encoding) }), " ", button(t("list.encoding.other"), () => this.letter.say("data.encoding", null), { kind: "tight plain flush", "data-key": "encoding" }));
  }

  #sheets(overview) {
    const field = choice(t("list.sheets"), overview.sheets.map((one) => [one, one]), overview.sheet, (sheet) => this.take(this.letter.source, sheet), { "data-key": "sheet" });
    field.classList.add("beside");
    return field;
  }

  /** Choose the row that the columns' names are in: a title may stand above them. */
  #header(fault) {
    const now = String(this.letter.overview?.header_row ?? "");
    const rows = [...new Set([now, ...Array.from({ length: 10 }, (_, at) => String(at + 1))])];
    const field = choice(t(fault.params?.header_row ? "list.header.or" : "list.header"), rows.map((row) => [row, row === "" ? "" : number(Number(row))]), now, (row) => this.letter.say("data.header_row", row), { kind: "short", "data-key": "header" });
    field.classList.add("beside");
    return field;
  }

  /** What is wrong with the columns, or that all is well. */
  faults() {
    const { letter } = this;
    if (!this.drawn || !letter.source) return;
    if (choosing(this.drawn) || fillingIn(this.drawn)) {
      this.late = true;
      return;
    }
    const faults = letter.listFaults.filter((fault) => fault.code !== "column-missing" && fault.code !== "column-unused");
    const headless = faults.some((fault) => HEADERS.includes(fault.code)); // then no column is what it seems
    const lacking = headless ? [] : (letter.overview?.lacking ?? []);
    let main = faults.some((fault) => fault.severity === "error");
    const good = letter.overview && !lacking.length && !letter.overview.blocking;
    const empty = good && !letter.rows;
    refill(
      this.drawn,
      empty ? h("p", { class: "warnly" }, t("list.empty-of-rows")) : good ? this.#good() : null,
      lacking.length ? this.#lacking(lacking) : null,
      letter.questions.map((fault) => questionBox(fault, letter)),
      faults.map((fault) => {
        const box = faultBox(fault, letter, { main: main && fault.severity === "error", more: this.#ways(fault, main) });
        if (box.querySelector(".main")) main = false;
        return box;
      }),
    );
  }

  /** All fields have a column; whether the row that is shown has a letter is another thing. */
  #good() {
    const { letter } = this;
    const stopped = letter.row?.number === letter.record && letter.faults.some((fault) => fault.severity === "error");
    return stopped ? h("p", { class: "soft" }, t("list.good.but")) : h("p", { class: "row good" }, h("span", { class: "tick" }, icon("tick")), t("list.good"));
  }

  /** What can be done about a fault of the columns, beside what mends it. */
  #ways(fault, main) {
    const read = this.#readings(fault);
    if (read) return read;
    if (!this.letter.overview) return main ? button(t("list.choose"), () => this.choose(), { kind: "tight main", "data-key": "choose" }) : [];
    if (HEADERS.includes(fault.code)) return this.#header(fault);
    if (fault.code === "name-column-missing") return this.#give("to.name", true);
    if (fault.code === "family-column-missing") return this.#give("to.family", true);
    return fault.row && fault.record ? button(t("rows.row", { row: fault.row }), () => this.desk.goTo(Number.parseInt(fault.record, 10)), { kind: "tight plain" }) : [];
  }

  /** Encodings that the list can be in, each with words as it reads them; null: that is not asked. */
  #readings(fault) {
    const all = (fault.params?.offers ?? []).filter(([encoding]) => encoding !== this.#encoding);
    if (!all.length || (this.letter.overview && this.#encoding)) return null;
    const one = ([encoding, words]) => button(t("list.encoding.reads", { words: words.join(", "), title: encodingTitle(encoding) }), () => this.letter.say("data.encoding", encoding), { kind: "tight", "data-mend": fault.code });
    if (!this.letter.overview) return all.map(one);
    return h("details", { class: "small" }, h("summary", {}, t("list.encoding.other")), h("div", { class: "mends several" }, all.filter(([encoding]) => encoding !== USUAL).map(one)));
  }

  /** Choose the column that gives a part of the letter; `told`: which part is said beside it. */
  #give(path, told) {
    const options = [["", t("fix.choose")], ...this.letter.overview.columns.map((one) => [one.name, one.name])];
    return choice(partTitle(path, this.letter.titles), options, "", (column) => this.use(column, path), { told, "data-key": `give-${path}` });
  }

  /** Say which fields no column gives, each with the choice of one. */
  #lacking(paths) {
    const named = paths.map((path) => partTitle(path, this.letter.titles));
    const choices = paths.map((path) => this.#give(path, paths.length === 1));
    return h("div", { class: "fault", role: "group", "aria-label": t("fault.mend"), "data-fault": "column-missing" }, h("p", {}, h("span", { class: "what" }, t("list.lacks", { fields: new Intl.ListFormat(language).format(named) }))), h("div", { class: `mends ${paths.length > 1 ? "several" : ""}`.trim() }, choices));
  }

  #table(overview) {
    const { letter } = this;
    const cells = letter.row?.number === letter.record ? letter.row.cells : {};
    const row = letter.record === null ? "" : letter.rowOf(letter.record);
    return h(
      "div",
      { class: "scrolls" },
      h(
        "table",
        { class: "columns" },
        h("caption", { class: "unseen" }, t("list.caption")),
        h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "w-key" }, t("list.column")), h("th", { scope: "col", class: "w-value" }, row ? t("list.in-row", { row }) : t("check.cell")), h("th", { scope: "col", class: "w-used" }, t("list.used")), h("th", { scope: "col" }, h("span", { class: "unseen" }, t("list.how"))))),
        h("tbody", {}, overview.columns.map((column) => this.#column(column, cells[column.name] ?? column.samples[0] ?? "", row))),
      ),
    );
  }

  #column(column, cell, row) {
    const now = column.how === "ignored" ? "ignore" : (column.used_as[0] ?? "");
    const { titles } = this.letter;
    const fields = (this.letter.form?.fields ?? []).map((field) => `fields.${field.name}`);
    const known = new Set([...ADDRESS, ...OTHERS, ...fields, "ignore", ""]);
    const option = (path) => h("option", { value: path, selected: path === now }, path === "" ? t("list.choose-use") : partTitle(path, titles));
    const select = h(
      "select",
      { class: "input", "aria-label": t("list.use.of", { column: column.name }), "data-key": `use-${column.name}` },
      column.how === "unused" ? option("") : null,
      column.field ? h("option", { value: TEXT }, t("list.in-text")) : null,
      known.has(now) ? null : option(now),
      fields.length ? h("optgroup", { label: t("list.fields") }, fields.map(option)) : null,
      h("optgroup", { label: t("list.address") }, ADDRESS.map(option)),
      h("optgroup", { label: t("list.others") }, OTHERS.map(option)),
      option("ignore"),
    );
    settles(select, (path) => (path === TEXT ? addColumn(this.letter, column) : this.use(column.name, path)));
    const field = (this.letter.form?.fields ?? []).find((one) => now === `fields.${one.name}`);
    return h(
      "tr",
      {},
      h("th", { scope: "row", class: "broken" }, column.name),
      h("td", { class: "soft num" }, h("span", { class: "lines broken", title: cell }, cell === "" && row ? t("list.empty") : cell), row && this.letter.row?.number === this.letter.record ? cellButton(this.letter, column.name) : null),
      h("td", {}, select),
      h("td", { class: "small soft" }, this.#state(column), field ? this.#kind(column, field) : null),
    );
  }

  /** How a column came to what it is used as; a field that the text does not print has the way into the text. */
  #state(column) {
    const own = column.used_as.find((path) => path.startsWith("fields."));
    if (own && !new RegExp(`\\b${own.replace(".", "\\.")}\\b`).test(this.letter.text)) {
      return h("p", {}, button(t("list.insert"), () => go(address("write", this.letter, { as: "form", part: "body" })), { kind: "tight plain flush", title: t("list.insert.how"), "data-key": `insert-${column.name}` }));
    }
    const how = { found: "list.found", chosen: "list.chosen", ignored: "list.chosen", unused: "list.open" }[column.how];
    return h("p", {}, how ? t(how) : "");
  }

  /** What a field holds. */
  #kind(column, field) {
    const { letter } = this;
    const take = async (kind) => {
      await holds(field, letter, kind);
      await letter.readList();
      letter.show();
    };
    const select = h("select", { class: "input quiet", "aria-label": t("list.kind.of", { column: column.name }), "data-key": `kind-${column.name}` }, kindsOf(field, letter).map(([kind, title]) => h("option", { value: kind, selected: kind === kindOf(field) }, title)));
    return settles(select, take);
  }

  /** Use a column as something: the letter keeps it, beside what was chosen of others just before. */
  use(column, path) {
    const { letter } = this;
    this.using = (this.using ?? Promise.resolve()).then(async () => {
      await letter.changing;
      await letter.readForm();
      await letter.change([{ path: "map", value: { ...letter.form?.values.map, [column]: path } }]);
      await letter.readList();
      await letter.greetEach();
      letter.show();
    });
    return this.using;
  }

  // --- which list ---------------------------------------------------------------------------------------------------

  async #empty() {
    const said = h("p", { class: "badly", role: "alert" });
    const known = h("div", { class: "stack" });
    this.said = said;
    refill(
      this.inside,
      dropPlace((file) => this.upload(file), h("div", { class: "grow" }, h("h2", {}, t("list.none")), h("p", { class: "small soft" }, t("list.none.more"))), button(t("list.choose"), () => this.choose(), { kind: "main", "data-key": "choose" })),
      said,
      known,
    );
    const { lists } = await get("/api/lists");
    if (!lists.length) return;
    refill(
      known,
      h("h3", {}, t("list.known")),
      h(
        "ul",
        {},
        lists.map((one) => h("li", { class: "fold" }, h("div", { class: "grow" }, h("p", { class: "cut" }, one.path.split("/").pop()), h("p", { class: "small soft" }, when(one.modified))), button(t("list.use"), () => this.take(one.path), { kind: "tight", "aria-label": `${t("list.use")}: ${one.path.split("/").pop()}` }))),
      ),
    );
  }

  async choose() {
    const file = await chooseFile(ACCEPT);
    if (file) await this.upload(file);
  }

  async upload(file, other = null) {
    const reading = h("p", { class: "soft", role: "status" }, t("list.reading"));
    if (this.said?.isConnected) {
      this.said.textContent = "";
      this.said.before(reading);
    }
    try {
      const taken = await upload(`/api/lists?name=${encodeURIComponent(file.name)}${other ? `&other=${other}` : ""}`, file);
      await this.take(taken.path);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.faults[0]?.code === "file-exists") return this.#twice(file);
      if (this.said?.isConnected) this.said.textContent = error.faults[0] ? worded(error.faults[0]).what : t("cannot");
    } finally {
      reading.remove();
    }
    return null;
  }

  /** There is another file of that name: its corrections go on with the new one, or stay with it. */
  #twice(file) {
    const ways = [["replace", t("list.replace")], ["beside", t("list.beside")]];
    this.asked?.remove();
    this.asked = h(
      "div",
      { class: "fault ask", id: id("fault"), role: "group", "aria-label": t("fault.mend"), "data-fault": "file-exists" },
      h("p", {}, h("span", { class: "what" }, t("list.exists", { name: file.name })), " ", t("list.exists.more")),
      h("div", { class: "mends several" }, ways.map(([way, title]) => button(title, () => this.upload(file, way), { kind: "tight", "data-key": way }))),
    );
    this.inside.prepend(this.asked);
    this.asked.querySelector("button").focus();
  }

  async take(source, sheet = null) {
    const { letter, frame } = this;
    this.asked = null;
    if (!sheet && this.inside.contains(document.activeElement)) frame.panel.focus(); // all that is in it becomes something else
    await letter.setList(source, sheet);
    stay(address("list", letter));
    letter.show();
    letter.tell("list");
  }
}
