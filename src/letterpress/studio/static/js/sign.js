import { h } from "./dom.js"; export class Screen { constructor(frame) { frame.panel.append(h("p", {}, "…")); } }
