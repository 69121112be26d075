// What is pasted from a word processor becomes text as a person would type it: lists, bold and italics, no tabs.

const BULLET = /^[ \t\u00a0]*(?:[•·▪▫◦‣●○■□➢➔✓§\uf0b7\uf0a7\uf0d8]|o(?=\t))[ \t\u00a0]+/u;
const NUMBERED = /^[ \t\u00a0]*(\d{1,3})[.)][ \t\u00a0]*\t[ \t\u00a0]*/;
const BLOCKS = new Set(["P", "DIV", "LI", "UL", "OL", "H1", "H2", "H3", "H4", "H5", "H6", "BLOCKQUOTE", "SECTION", "ARTICLE", "BODY", "TABLE"]);
const SILENT = new Set(["STYLE", "SCRIPT", "META", "TITLE", "LINK", "XML"]);
const FORMATTED = /<(?:li|b|strong|i|em|p|table)\b/i;
const OWN = /\{\{|\{%|^---\s*$|^(?:- |\* |> |#+ )/m; // it is text of a letter already

/** A line without what a word processor puts before it and in it: bullets are hyphens, tabs are blanks. */
export function cleanLine(line) {
  let clean = line;
  if (BULLET.test(clean)) clean = clean.replace(BULLET, "- ");
  else if (NUMBERED.test(clean)) clean = clean.replace(NUMBERED, "$1. ");
  else clean = clean.replace(/^(?:[ \u00a0]*\t[ \t\u00a0]*| {4,})/, "");
  return clean.replace(/[ \t]*\t[ \t]*/g, " ").replace(/[ \u00a0]{2,}(?=\S)/g, " ");
}

/** A plain text as it is pasted. */
function cleanText(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/[\u000b\u2028]/g, "\n").replace(/\u2029/g, "\n\n").split("\n");
  return lines.map((line) => (OWN.test(text) && !/[\t•·]/.test(line) ? line : cleanLine(line))).join("\n").replace(/\n{3,}/g, "\n\n");
}

/** The text of something that is pasted; null: it is pasted as it is. */
export function pastedText(data) {
  const plain = data.getData("text/plain");
  const html = data.getData("text/html");
  if (!plain && !html) return null;
  const clean = html && FORMATTED.test(html) && !OWN.test(plain) ? fromHtml(html) : cleanText(plain);
  return clean === plain ? null : clean;
}

/** Paragraphs, lists, bold and italics of a page. */
function fromHtml(html) {
  // Styles are read here, and the page's policy forbids that they are applied, even to what is never shown.
  const unstyled = html.replace(/<style\b[\s\S]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/i, " data-style="));
  const { body } = new DOMParser().parseFromString(unstyled, "text/html");
  const found = []; // {list, text} of each paragraph or item
  let open = null;
  const close = () => {
    const text = open?.text.replace(/[ \t\n]+/g, " ").replace(/[ \u00a0]{2,}/g, " ").replace(/ ?\u2028 ?/g, "\\\n").replace(/(?:\\\n)+$/, "").trim();
    if (text) found.push({ ...open, text });
    open = null;
  };
  const add = (text, about = {}) => {
    open ??= { list: null, text: "" };
    open.text += text;
    Object.assign(open, about);
  };
  const walk = (node, list) => {
    if (node.nodeType === Node.TEXT_NODE) {
      if (open || node.nodeValue.trim()) add(node.nodeValue);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || SILENT.has(node.nodeName)) return;
    const style = node.dataset?.style ?? "";
    if (/mso-list:\s*ignore/i.test(style)) {
      // The bullet or number that Word has written before an item.
      add("", { list: /^\s*(\d{1,3})[.)]/.exec(node.textContent)?.[1] ?? "-" });
      return;
    }
    if (node.nodeName === "BR") {
      add("\u2028");
      return;
    }
    const table = node.nodeName === "TABLE" ? tableOf(node) : "";
    if (table) {
      close();
      found.push({ list: null, text: table });
      return;
    }
    const block = BLOCKS.has(node.nodeName);
    if (block) close();
    if (node.nodeName === "LI") {
      const number = node.parentElement?.nodeName === "OL" ? String([...node.parentElement.children].filter((one) => one.nodeName === "LI").indexOf(node) + 1) : "-";
      add("", { list: number });
    }
    const sign = signOf(node, style);
    if (sign) open ??= { list: null, text: "" };
    const [holder, before] = [open, open?.text.length];
    for (const child of node.childNodes) {
      if (node.nodeName === "LI" && child.nodeName === "P") for (const inner of child.childNodes) walk(inner, list); // one item, and no paragraph of its own
      else walk(child, list);
    }
    if (sign && open === holder) open.text = open.text.slice(0, before) + marked(open.text.slice(before), sign);
    if (block) close();
  };
  walk(body, null);
  close();
  // What has a bullet of its own, without being a list to the program that it comes from.
  for (const one of found) {
    const clean = cleanLine(one.text.replace(/^([•·▪◦●○§])[\s\u00a0]*/u, "$1\t"));
    if (!one.list && clean.startsWith("- ")) Object.assign(one, { list: "-", text: clean.slice(2) });
  }
  return found.map(({ list, text }, at) => {
    const end = at === found.length - 1 ? "" : list && found[at + 1].list ? "\n" : "\n\n";
    return (list === "-" ? "- " : list ? `${list}. ` : "") + text + end;
  }).join("");
}

/** A table as a letter's text has it, its first row as the head; nothing for one that has a single row or column, which only places text. */
function tableOf(node) {
  const rows = [...node.rows].map((row) => [...row.cells].flatMap((cell) => [cell.textContent.replace(/[\s\u00a0]+/g, " ").trim().replace(/[\\|]/g, "\\$&"), ...Array(Math.min(cell.colSpan, 20) - 1).fill("")]));
  const most = Math.max(0, ...rows.map((row) => row.length));
  if (rows.length < 2 || most < 2) return "";
  const line = (cells) => `| ${[...cells, ...Array(most - cells.length).fill("")].join(" | ")} |`;
  return [line(rows[0]), `|${"---|".repeat(most)}`, ...rows.slice(1).map(line)].join("\n");
}

/** What stands around bold or italic text. Google's documents are bold as a whole, with a weight that says that they are not. */
function signOf(node, style) {
  const weight = /font-weight:\s*(\w+)/i.exec(style)?.[1];
  const bold = weight ? /^(bold|[6-9]00)$/.test(weight) : ["B", "STRONG"].includes(node.nodeName);
  const slanted = /font-style:\s*(\w+)/i.exec(style)?.[1];
  const italic = slanted ? slanted === "italic" : ["I", "EM"].includes(node.nodeName);
  if (BLOCKS.has(node.nodeName)) return "";
  return (bold ? "**" : "") + (italic ? "*" : "");
}

function marked(text, sign) {
  const [, before, inner, after] = /^([\s\u00a0]*)([\s\S]*?)([\s\u00a0]*)$/.exec(text);
  return inner ? `${before}${sign}${inner}${[...sign].reverse().join("")}${after}` : text;
}

/** Have what is pasted into a text area be cleaned, where that is asked for; it can be undone as what is typed can be. */
export function cleansPasted(area, asked = () => true) {
  area.addEventListener("paste", (event) => {
    const text = asked() ? pastedText(event.clipboardData) : null;
    if (text === null) return;
    event.preventDefault();
    document.execCommand("insertText", false, text);
  });
}
