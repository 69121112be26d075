// The focus stays where somebody works. A part of the screen that is drawn anew, or an action whose button goes away,
// would drop it to nothing: who uses the keyboard would begin again at the top, and a screen reader would fall silent.

const STOPS = "a[href], button, input, select, textarea, summary, [tabindex='0'], [contenteditable='true']";
let last = null; // what had the focus last

/** From now on, hand the focus on when what has it goes away. */
export function keepFocus() {
  document.addEventListener("focusin", (event) => (last = event.target));
  document.addEventListener("focusout", (event) => setTimeout(() => {
    // Somebody has clicked where nothing is: then nothing is what they want.
    if (document.hasFocus() && document.activeElement === document.body && last === event.target && stands(last)) last = null;
  }));
  const options = { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled", "hidden"] };
  new MutationObserver(handOn).observe(document.body, options);
}

const stands = (one) => one.isConnected && !one.matches(":disabled") && !one.closest("[hidden]");
const canHave = (one) => stands(one) && one.tabIndex >= 0 && one.checkVisibility();
const mayCome = (one) => canHave(one) && !one.matches("[data-careful]"); // what undoes or deletes is never pressed by somebody who goes on pressing Enter
const stopsIn = (root) => [...root.querySelectorAll(STOPS)].filter(mayCome);

function handOn(records) {
  const now = document.activeElement;
  if (!last || (now !== document.body && now !== last) || (now === last && stands(last))) return;
  if (stands(last)) {
    // Where it was only moved to another place, it is still what somebody works at.
    if (records.some((record) => [...record.removedNodes].some((node) => node.contains(last)))) last.focus();
    return;
  }
  (same() ?? beside(records) ?? area())?.focus();
}

/** What was drawn anew in its place: it has the same key. */
function same() {
  const key = last.closest("[data-key]")?.dataset.key;
  return key ? [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(canHave) : null;
}

/** What stands where it stood: of several alike the next one, else what follows on the screen. */
function beside(records) {
  if (last.isConnected) return stopsIn(last.parentElement)[0];
  const taken = (node) => records.findLast((record) => [...record.removedNodes].some((removed) => removed.contains(node)));
  let record = taken(last);
  while (record && !record.target.isConnected) record = taken(record.target);
  if (!record || record.target === document.body) return null;
  const text = record.target.closest?.("[contenteditable='true']"); // a fault below its line: back to the text
  if (text) return text;
  const before = record.previousSibling?.isConnected ? record.previousSibling : null;
  const place = before ?? record.target;
  const follows = (one) => place.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING && !before?.contains(one);
  const all = stopsIn(document.querySelector("dialog[open]") ?? document).filter(follows);
  const within = all.filter((one) => record.target.contains(one));
  const stood = [...record.removedNodes].flatMap((node) => (node.querySelectorAll ? [node, ...node.querySelectorAll(STOPS)] : [])).filter((one) => one.matches(STOPS)).indexOf(last);
  return within[Math.min(stood, within.length - 1)] ?? all[0];
}

/** The part of the screen in which one begins. */
const area = () => document.querySelector("#panel") ?? document.querySelector("main");
