// By whom a letter is sent, and what it is made for: what was chosen, and what helps where it does not go together.
// Not here: where it is chosen (carrier.js), and whether the carrier takes the PDF (preflight.js).

import { button } from "./dom.js";
import { t, has } from "./words.js";
import { address, go } from "./route.js";

const key = (path) => `letterpress-sent ${path}`;
const NOTHING = { carrier: null, title: null, profile: null, own: false, duplex: false };

/** What was chosen for a letter in this browser: {carrier, title, profile, duplex}; `own`: the profile by somebody, not for the carrier. */
export function lastSent(path) {
  try {
    return { ...NOTHING, ...JSON.parse(localStorage.getItem(key(path))) };
  } catch {
    return { ...NOTHING };
  }
}

export function keepSent(path, sent) {
  if (sent.carrier || sent.profile || sent.duplex) localStorage.setItem(key(path), JSON.stringify(sent));
  else localStorage.removeItem(key(path));
}

/** What the studio is asked for with it. */
export const chosenOf = ({ carrier, profile }) => ({ ...(carrier ? { carrier } : {}), ...(profile ? { profile } : {}) });

/** A carrier as the page calls it; one of the project's own, as the project does. */
export function carrierTitle({ name, title, own = false }) {
  return !own && has(`carrier.${name}`) ? t(`carrier.${name}`) : (title ?? name);
}

/** Ways out where a letter does not fit its carrier, or what it is made for: they change the choice, or the letter's paper. */
export function sentFixes(fault, letter, main = false) {
  const { code, params = {} } = fault;
  const ways = [];
  const way = (words, does, name) => ways.push(button(words, does, { kind: `tight ${main && !ways.length ? "main" : ""}`, "data-mend": code, "data-key": `sent-${name}` }));
  if (code === "carrier-unfit") {
    const [paper] = params.papers ?? [];
    const [name, value] = params.with ?? [];
    if (name) way(t(name === "head" ? "fix.send.band" : "fix.send.window"), () => letter.change([{ path: `parameters.${name}`, value }]), "with");
    if (paper) way(t("fix.send.paper", { paper: t(`paper.${paper}`).split(",")[0] }), () => letter.change([{ path: "paper", value: paper }]), "paper");
    if (params.reason === "beyond") way(t("fix.send.press"), () => letter.send({ profile: "press", own: true }), "press");
    if (["bleed", "marks"].includes(params.reason)) way(t("fix.send.archive"), () => letter.send({ profile: "archive", own: true }), "archive");
    const elsewhere = location.pathname !== "/variants";
    if (elsewhere && !paper && !name && !["beyond", "envelope", "bleed", "marks"].includes(params.reason)) way(t("fix.send.heads"), () => go(address("variants", letter)), "heads");
  }
  if (code === "carrier-colors") way(t("fix.send.press"), () => letter.send({ profile: null, own: false }), "press");
  if (code.startsWith("press-") && letter.sent.profile) way(t("fix.send.archive"), () => letter.send({ profile: null, own: false }), "archive");
  if (["carrier-unfit", "carrier-colors", "carrier-unknown"].includes(code)) way(t("fix.send.self"), () => letter.send(NOTHING), "self");
  return ways;
}
