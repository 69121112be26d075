// Builds elements. Texts are set as texts, never read as HTML.

const ICONS = {
  left: "M10 3 5 8l5 5",
  right: "m6 3 5 5-5 5",
  first: "M12 3 7 8l5 5M4 3v10",
  last: "m4 3 5 5-5 5M12 3v10",
  down: "m4 6 4 4 4-4",
  tick: "m3 8 3.5 3.5L13 5",
};

/** Make an element; properties that begin with "on" are listeners, false and null are left out. */
export function h(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "selected") made[name] = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** An icon; words stand beside it, or in the label of its button. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function button(words, does, { kind = "", ...more } = {}) {
  return h("button", { type: "button", class: `button ${kind}`.trim(), onclick: does, ...more }, words);
}

let last = 0;
/** An id that nothing else has. */
export const id = (name) => `${name}-${(last += 1)}`;

/** What people tell a control by: its kind and its name. */
const called = (one) => `${one.tagName} ${one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent}`;

const LONGEST = 1000; // ms: who holds a button longer is not about to click
const late = new Map(); // what is to be put where, as soon as nothing is pressed
let pressed = null;

/** Nothing is pressed any more: what was held back is drawn, once what listens to the click is done. */
function release() {
  clearTimeout(pressed);
  pressed = null;
  setTimeout(() => {
    if (pressed) return;
    const held = [...late];
    late.clear();
    for (const [parent, children] of held) put(parent, children);
  });
}

// While a button is pressed nothing is made anew, and nothing is moved by what stands above it: one that is not where it
// was when the pointer is released is not clicked.
if (typeof window !== "undefined") {
  const press = () => {
    clearTimeout(pressed);
    pressed = setTimeout(release, LONGEST);
  };
  addEventListener("pointerdown", press, true);
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => pressed && setTimeout(release), true);
  addEventListener("click", () => pressed && release(), true); // before what listens to it: that draws at once
}

/**
 * Put children in the place of others, and leave the focus where it was: on what has the same data-key, or is called so.
 * While a button is pressed, that waits until it is released.
 */
export function refill(parent, ...children) {
  late.delete(parent);
  if (pressed && parent.isConnected) late.set(parent, children);
  else put(parent, children);
}

function put(parent, children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.closest("[data-key]")?.dataset.key;
  const alike = () => [...parent.querySelectorAll(focused.tagName)].filter((one) => called(one) === name);
  const name = focused && called(focused);
  const at = focused ? alike().indexOf(focused) : -1;
  parent.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (key) parent.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  else if (focused && !focused.isConnected) (alike()[at] ?? alike().at(-1))?.focus();
}

/** Go to a control as the Tab key does: what stands in a field is selected, so that it can be typed over. */
export function enter(control) {
  control?.focus();
  if (control?.matches("input, textarea:not(.grows)")) control.select();
}

/** Run something whenever it is asked for, one at a time: what is asked for meanwhile is run once more at the end. */
export function newest(run) {
  let wanted = false;
  let busy = null;
  return function ask() {
    wanted = true;
    busy ??= (async () => {
      try {
        while (wanted) {
          wanted = false;
          await run();
        }
      } finally {
        busy = null;
      }
    })();
    return busy;
  };
}

/** Have somebody choose a file; gives it, or null. */
export function chooseFile(accept) {
  return new Promise((done) => {
    const input = h("input", { type: "file", accept, hidden: true, "data-file": true });
    const end = (file) => {
      input.remove();
      done(file);
    };
    input.addEventListener("change", () => end(input.files[0] ?? null));
    input.addEventListener("cancel", () => end(null));
    document.body.append(input);
    input.click();
  });
}

/** A place where a file can be dropped. */
export function dropPlace(take, ...children) {
  const place = h("div", { class: "drop" }, ...children);
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.classList.add("over");
  });
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
  return place;
}

/** Load a picture, so that it is there at once when it is shown. */
export async function decoded(address) {
  const image = new Image();
  image.src = address;
  await image.decode().catch(() => {});
}
