// A choice among several. By the mouse it is made at once; by the keyboard when it is final: the arrow keys go through a
// list that is not unfolded one by one, and what lies between is not meant.

import { h, id } from "./dom.js";
import { t } from "./words.js";

const CHOOSING = "data-choosing"; // somebody goes through it: it is not drawn anew

/** Whether somebody is choosing in a part of the screen; `settled` is sent from there when they have done. */
export const choosing = (place) => Boolean(place.querySelector(`[${CHOOSING}]`));

/** Have a select's value taken when the choice is final: Enter, or leaving it; Esc takes it back. */
export function settles(select, take) {
  let before = select.value;
  let [keyed, open] = [false, false]; // whether its value is one that keys came by; whether it is unfolded
  const hint = h("span", { class: "small soft hint", role: "status" }, t("choice.keys"));
  const end = () => {
    open = false;
    hint.remove();
    if (!select.hasAttribute(CHOOSING)) return;
    select.removeAttribute(CHOOSING);
    select.dispatchEvent(new Event("settled", { bubbles: true }));
  };
  const settle = () => {
    const changed = select.value !== before;
    before = select.value;
    if (changed) take(select.value);
    end();
  };
  const elsewhere = (event) => {
    if (event.target === select) return;
    removeEventListener("pointerup", elsewhere);
    setTimeout(() => open && end());
  };
  select.addEventListener("pointerdown", () => {
    [keyed, open] = [false, true];
    select.setAttribute(CHOOSING, "");
    addEventListener("pointerup", elsewhere);
  });
  select.addEventListener("keydown", (event) => {
    const waits = hint.isConnected;
    if (open) end(); // keys come here only while it is not unfolded
    if (event.key === "Enter" && waits) {
      settle();
      if (!event.ctrlKey && !event.metaKey) event.preventDefault();
    } else if (event.key === "Escape" && waits) {
      select.value = before;
      end();
      event.preventDefault();
    } else {
      keyed = true; // until what the key does is done
      setTimeout(() => (keyed = false));
    }
  });
  select.addEventListener("change", () => {
    if (!keyed) return settle();
    if (select.value === before) return end();
    select.setAttribute(CHOOSING, "");
    if (!hint.isConnected) select.after(hint);
    return null;
  });
  select.addEventListener("blur", settle);
  return select;
}

/** A select with its label above it. */
export function choice(label, options, now, take, { kind = "", told = false, ...more } = {}) {
  const own = id("choice");
  const select = h("select", { class: `input ${kind}`.trim(), id: own, ...more }, options.map(([value, title]) => h("option", { value, selected: value === now }, title)));
  return h("div", { class: "field" }, h("label", { for: own, class: told ? "unseen" : null }, label), settles(select, take));
}
