// The editor of the text with CodeMirror: fields as chips, front matter folded to a line, faults below their lines.

import * as cm from "../vendor/codemirror.js";
import { h } from "./dom.js";
import { t } from "./words.js";
import { pastedText } from "./pasted.js";
import { bodyStart } from "./text-edits.js";

const { EditorState, StateField, StateEffect, EditorView, Decoration, WidgetType } = cm;
const TAG = /\{\{.*?\}\}/g;
const FIELD = /\{\{[-+]?\s*(fields\.(\w+)|to\.name)\s*[-+]?\}\}/g;
const PARTS = ["letterhead", "lang", "date", "from", "to", "subject", "reference", "via", "notices", "salutation", "closing", "signatories", "enclosures", "cc", "bcc", "postscript", "paper", "typography", "parameters", "fit", "fields", "variants", "map", "data"];
// Keys that CodeMirror would take: the page has two of them, the browser the others (bookmark, back, source, go to a line ...).
const OTHERS = new Set(["Mod-Enter", "Mod-/", "Mod-d", "Mod-u", "Alt-u", "Mod-i", "Shift-Mod-k", "Mod-Alt-g", "Mod-Shift-l", "Alt-l", "Alt-ArrowLeft", "Alt-ArrowRight"]);
const shown = StateEffect.define();
const marked = StateEffect.define();

/** What CodeMirror itself says, in the words of the page. */
const phrases = () => ({
  Find: t("find.find"),
  Replace: t("find.by"),
  next: t("find.next"),
  previous: t("find.previous"),
  all: t("find.all"),
  "match case": t("find.case"),
  "by word": t("find.word"),
  replace: t("find.replace"),
  "replace all": t("find.replace-all"),
  close: t("close"),
  "current match": t("find.current"),
  "on line": t("find.on-line"),
  "replaced match on line $": t("find.replaced"),
  "replaced $ matches": t("find.replaced-all"),
  Completions: t("keys.complete"),
});

/** Any element in the text. */
class Part extends WidgetType {
  constructor(key, make, block = false) {
    super();
    Object.assign(this, { key, make, block });
  }

  eq(other) {
    return other.key === this.key;
  }

  toDOM() {
    return this.make();
  }

  ignoreEvent() {
    return true;
  }
}

/** The line on which the front matter ends; 0 where there is none. */
function frontEnd(state) {
  const at = bodyStart(state.doc.sliceString(0, Math.min(state.doc.length, 40_000)));
  if (!at) return 0;
  for (let line = state.doc.lineAt(at - 1).number; line > 1; line -= 1) if (/^(---|\.\.\.)\s*$/.test(state.doc.line(line).text)) return line;
  return 0;
}

/** Whether the front matter is folded: at first, and until somebody wants to see it. */
const folding = StateField.define({
  create: () => ({ folded: true }),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(shown)) return { folded: !effect.value };
    return value;
  },
});

function frontFold(state) {
  const end = frontEnd(state);
  if (!state.field(folding).folded || !end) return Decoration.none;
  const line = () =>
    h("div", { class: "cm-front" }, h("span", { class: "cm-range small soft num" }, `1–${end}`), h("span", { class: "soft" }, t("write.front")), " ", h("button", { type: "button", class: "button tight plain", "data-show": true, onclick: (event) => EditorView.findFromDOM(event.target.closest(".cm-editor")).dispatch({ effects: shown.of(true) }) }, t("write.show")));
  const last = end < state.doc.lines && !state.doc.line(end + 1).text ? end + 1 : end;
  return Decoration.set([Decoration.replace({ widget: new Part(`front ${end}`, line, true), block: true }).range(0, state.doc.line(last).to)]);
}

const fold = StateField.define({
  create: frontFold,
  update: (value, transaction) => (transaction.docChanged || transaction.effects.some((effect) => effect.is(shown)) ? frontFold(transaction.state) : value),
  provide: (field) => [EditorView.decorations.from(field), EditorView.atomicRanges.of((view) => view.state.field(field))],
});

/** Fields as chips, but where the cursor is; signs of Markdown in a softer colour. */
function chips(titles, wrong) {
  const built = (view) => {
    const found = [];
    const { from: here } = view.state.selection.main;
    for (const { from, to } of view.visibleRanges) {
      const text = view.state.doc.sliceString(from, to);
      for (const match of text.matchAll(FIELD)) {
        const [start, end] = [from + match.index, from + match.index + match[0].length];
        const title = match[2] ? titles()[match[2]] : t("part.name");
        const inside = view.hasFocus && here > start && here < end;
        if (title && !inside) found.push(Decoration.replace({ widget: new Part(`chip ${title}`, () => h("span", { class: "cm-chip" }, title)) }).range(start, end));
      }
      for (const match of text.matchAll(/\*\*|(?<=^|\n)(?:- |#+ |> |\d+\. )|<!--.*?-->/g)) found.push(Decoration.mark({ class: "cm-sign" }).range(from + match.index, from + match.index + match[0].length));
    }
    for (const [start, end] of wrong()) if (end > start && end <= view.state.doc.length) found.push(Decoration.mark({ class: "cm-wrong" }).range(start, end));
    return Decoration.set(found, true);
  };
  return cm.ViewPlugin.fromClass(
    class {
      constructor(view) {
        this.decorations = built(view);
      }

      update(update) {
        if (update.docChanged || update.selectionSet || update.viewportChanged || update.focusChanged || update.transactions.some((one) => one.effects.some((effect) => effect.is(marked)))) this.decorations = built(update.view);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

/** Faults below their lines. */
const faultsField = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    let now = value.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(marked)) now = effect.value(transaction.state);
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The number of a line; the folded front matter has those of its lines, and the empty line after the last one has none. */
function numberOf(line, state) {
  if (line === 1 && state.field(folding, false)?.folded && frontEnd(state)) return `1–${frontEnd(state)}`;
  return line > 1 && line === state.doc.lines && !state.doc.line(line).length ? "" : String(line);
}

/** What is wrong of a line: the part that a fault names, and the whole tag that it stands in. */
function wrongPart(line, [first, last]) {
  const [from, to] = [first - 1, last];
  const tag = [...line.text.matchAll(TAG)].find((one) => one.index <= from && to <= one.index + one[0].length);
  return tag ? [line.from + tag.index, line.from + tag.index + tag[0].length] : [line.from + from, line.from + to];
}

export function richEditor({ letter, typed, moved, fault }) {
  let own = false;
  let spans = [];
  let described = new Map(); // number of a line -> ids of its faults
  let touched = false; // whether the cursor has been in it
  const titles = () => letter.titles;
  const editor = {};

  const completes = (context) => {
    const tag = context.matchBefore(/\{\{\s*[\w.]*/);
    if (tag) {
      const options = [...Object.entries(titles()).map(([name, title]) => ({ label: `fields.${name}`, detail: title })), { label: "to.name", detail: t("part.name") }];
      return { from: tag.from + /^\{\{\s*/.exec(tag.text)[0].length, options: options.map((one) => ({ ...one, apply: context.state.sliceDoc(context.pos, context.pos + 3).includes("}") ? one.label : `${one.label} }}` })) };
    }
    const word = context.matchBefore(/^\w*/);
    const inFront = context.state.doc.lineAt(context.pos).number < frontEnd(context.state);
    if (!inFront || !word || (word.from === word.to && !context.explicit)) return null;
    return { from: word.from, options: PARTS.map((label) => ({ label, apply: `${label}: ` })) };
  };

  const state = EditorState.create({
    doc: letter.text,
    extensions: [
      EditorView.cspNonce.of(document.body.dataset.nonce),
      folding,
      fold,
      faultsField,
      cm.lineNumbers({ formatNumber: numberOf }),
      cm.history(),
      cm.drawSelection(),
      cm.highlightActiveLine(),
      cm.autocompletion({ override: [completes] }),
      cm.search({ top: true }),
      EditorState.phrases.of(phrases()),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": t("write.text"), spellcheck: "true" }),
      EditorView.contentAttributes.of((shown) => {
        const ids = described.get(shown.state.doc.lineAt(shown.state.selection.main.head).number);
        return ids ? { "aria-describedby": ids.join(" ") } : null;
      }),
      chips(titles, () => spans),
      cm.keymap.of([...cm.completionKeymap, ...cm.searchKeymap, ...cm.defaultKeymap, ...cm.historyKeymap, cm.indentWithTab].filter((one) => !OTHERS.has(one.key))),
      EditorView.domEventHandlers({
        paste(event, { state }) {
          const front = state.doc.lineAt(state.selection.main.from).number <= frontEnd(state);
          const text = front ? null : pastedText(event.clipboardData);
          if (text === null) return false;
          view.dispatch(state.replaceSelection(text), { userEvent: "input.paste", scrollIntoView: true });
          return true;
        },
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && !own) typed(update.state.doc.toString());
        if (update.view.hasFocus) touched = true;
        if (update.selectionSet || update.focusChanged) {
          const { head } = update.state.selection.main;
          const line = update.state.doc.lineAt(head);
          moved(line.number, head - line.from);
        }
      }),
    ],
  });
  const view = new EditorView({ state });
  view.scrollDOM.tabIndex = 0;
  view.dispatch({ selection: { anchor: Math.min(bodyStart(letter.text), view.state.doc.length) } });

  const lineOf = (number) => view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));
  const unfold = (number) => {
    if (view.state.field(folding).folded && number <= frontEnd(view.state)) view.dispatch({ effects: shown.of(true) });
  };

  Object.assign(editor, {
    element: h("div", { class: "editor rich" }, view.dom),
    setText(text) {
      const now = view.state.doc.toString();
      if (now === text) return;
      let start = 0;
      while (start < now.length && start < text.length && now[start] === text[start]) start += 1;
      let end = 0;
      while (end < now.length - start && end < text.length - start && now[now.length - 1 - end] === text[text.length - 1 - end]) end += 1;
      own = true;
      view.dispatch({ changes: { from: start, to: now.length - end, insert: text.slice(start, text.length - end) } });
      own = false;
    },
    goTo(number) {
      unfold(number);
      const line = lineOf(number);
      view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
      view.focus();
      moved(number);
    },
    insert(text) {
      view.dispatch(view.state.replaceSelection(text));
      view.focus();
    },
    mark(faults) {
      const of = faults.filter((one) => one.file === letter.path && one.line && one.line <= view.state.doc.lines);
      const stops = of.filter((one) => one.severity === "error" && !one.code.endsWith("-missing"));
      if (stops.length) unfold(Math.min(...stops.map((one) => one.line)));
      const here = of.filter((one) => !(view.state.field(folding).folded && one.line <= frontEnd(view.state)));
      spans = here.filter((one) => one.span).map((one) => wrongPart(lineOf(one.line), one.span));
      // Before anybody writes, the cursor stands where the letter is to be mended: there the page is marked.
      if (stops.length && !touched) {
        const first = stops.reduce((one, other) => (other.line < one.line ? other : one));
        if (view.state.doc.lineAt(view.state.selection.main.head).number !== first.line) view.dispatch({ selection: { anchor: lineOf(first.line).from } });
      }
      const main = here.findIndex((one) => one.severity === "error");
      const names = new Map();
      const ids = here.map(({ code, line }) => {
        const name = `fault-${line}-${code}`;
        names.set(name, (names.get(name) ?? 0) + 1);
        return `${name}-${names.get(name)}`;
      });
      described = new Map();
      here.forEach(({ line }, at) => described.set(line, [...(described.get(line) ?? []), ids[at]]));
      const built = () =>
        Decoration.set(
          here.flatMap((one, at) => {
            const line = lineOf(one.line);
            const kind = one.severity === "error" ? "cm-bad" : "cm-warn";
            const box = new Part(`${ids[at]} ${one.message} ${at === main}`, () => h("div", { class: "cm-fault", id: ids[at] }, fault(one, at === main)), true);
            return [Decoration.line({ class: kind }).range(line.from), Decoration.widget({ widget: box, block: true, side: 1 }).range(line.to)];
          }),
          true,
        );
      view.dispatch({ effects: marked.of(built) });
      return new Set(here);
    },
    focus: () => view.focus(),
    close: () => view.destroy(),
  });
  return Object.defineProperties(editor, {
    text: { get: () => view.state.doc.toString() },
    line: { get: () => view.state.doc.lineAt(view.state.selection.main.head).number },
  });
}
