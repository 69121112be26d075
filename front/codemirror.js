// What the studio's editor (static/js/rich-editor.js) uses of CodeMirror.
export { EditorState, StateField, StateEffect, Compartment, RangeSetBuilder } from "@codemirror/state";
export { EditorView, Decoration, ViewPlugin, WidgetType, keymap, lineNumbers, drawSelection, highlightActiveLine } from "@codemirror/view";
export { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
export { autocompletion, completionKeymap } from "@codemirror/autocomplete";
export { search, searchKeymap } from "@codemirror/search";
