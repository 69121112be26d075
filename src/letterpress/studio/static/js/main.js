// The page's beginning: its words, its theme, and the screen that the address names.

import { h } from "./dom.js";
import { get, reach, Refused, Gone } from "./api.js";
import { loadWords, t } from "./words.js";
import { Letter } from "./letter.js";
import { Frame } from "./frame.js";
import { worded } from "./faults.js";
import { go } from "./route.js";
import { keys } from "./keys.js";
import { keepFocus } from "./focus.js";

const SCREENS = { read: () => import("./read.js"), write: () => import("./write.js"), list: () => import("./list.js"), make: () => import("./make.js"), variants: () => import("./variants.js"), sign: () => import("./sign.js"), letterhead: () => import("./letterhead.js") };
const ALONE = ["sign", "letterhead"]; // screens that need no letter
let screen = null;
let letter = null;
let number = 0;

async function route() {
  const own = (number += 1);
  const query = new URLSearchParams(location.search);
  const step = location.pathname.slice(1);
  const path = query.get("letter");
  try {
    if (!(step in SCREENS) || (!path && !ALONE.includes(step))) {
      letter?.close();
      letter = null;
      const { StartScreen } = await import("./start.js");
      return put(await StartScreen.made(), own);
    }
    const module = await SCREENS[step]().catch(() => {
      reach.lost(); // its script cannot be had
      throw new Gone();
    });
    if (!path || step === "letterhead") return put(await module.alone(query), own);
    const record = query.get("record") ? Number(query.get("record")) : null;
    if (letter?.path !== path || letter.source !== (query.get("list") ?? letter.source)) {
      letter?.close();
      letter = new Letter(path, { list: query.get("list"), sheet: query.get("sheet"), row: record });
      await letter.open();
    } else if (record !== null) letter.goTo(record);
    if (step === "read") return put(new module.Screen(letter), own);
    const frame = new Frame(step, letter);
    return put(new module.Screen(frame, letter, query), own, frame);
  } catch (error) {
    if (error instanceof Refused) return put(cannot(error), own);
    if (error instanceof Gone) return put(gone(), own);
    throw error;
  }
}

function put(made, own, frame = null) {
  if (own !== number) return made.close?.();
  screen?.close?.();
  screen?.frame?.close();
  screen = made;
  screen.frame = frame;
  document.body.replaceChildren(frame?.element ?? made.element);
  screen.shown?.();
  return null;
}

/** What is shown where an address leads to nothing. */
function cannot(error) {
  const said = error.faults[0] ? worded(error.faults[0]).what : t("cannot");
  return { element: h("main", { class: "reading", tabindex: "-1" }, h("h1", {}, said), h("p", {}, h("a", { href: "/", "data-link": true }, t("bar.all")))) };
}

function gone() {
  const again = () => {
    reach.removeEventListener("back", again);
    route();
  };
  reach.addEventListener("back", again);
  return { element: h("main", { class: "reading", tabindex: "-1" }, h("h1", {}, t("gone.what")), h("p", {}, t("gone.start"))) };
}

function theme() {
  const chosen = localStorage.getItem("letterpress-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
}

addEventListener("popstate", route);
addEventListener("route", route);
addEventListener("theme", theme);
addEventListener("keydown", (event) => screen && keys(event, { letter, desk: screen.desk }));
addEventListener("beforeunload", (event) => letter && !letter.leavable && event.preventDefault());
addEventListener("pagehide", () => letter?.leave());
document.addEventListener("click", (event) => {
  const skip = event.target.closest("a.skip");
  if (skip) {
    event.preventDefault(); // the address stays that of the screen
    document.querySelector(skip.hash).focus();
  }
  const link = event.target.closest("a[data-link]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});

keepFocus();
theme();
await loadWords();
await route();
