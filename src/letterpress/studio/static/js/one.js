// The PDF of a letter to one recipient: made of what is written now, from whichever screen it is asked for.

import { post, Refused } from "./api.js";
import { t } from "./words.js";
import { address, go } from "./route.js";

/** What stops the letter: its first fault that is more than a remark; null: nothing. */
export const stopped = (letter) => letter.faults.find((fault) => fault.severity === "error") ?? null;

/** Go to Make, and have it made there at once: who has pressed "Make the PDF" is not asked a second time. */
export function goAndMake(letter) {
  letter.wanted = !letter.source; // the rows of a list are looked through first
  go(address("make", letter));
}

/**
 * Make the PDF, under a name of one's own if one is given: {path}, or {faults} where it was refused; null where a fault of the letter stops it.
 *
 * What is kept is the PDF that was last shown. So that it is the letter's own, the page is asked for once more where it
 * is older than the text, bears the guides, or shows a fix that was only tried.
 */
export async function makeOne(letter, name = null) {
  await letter.changing;
  await letter.saveNow();
  letter.trial.end();
  if (!letter.current) {
    letter.overlay = false;
    await letter.show();
  }
  if (stopped(letter) || !letter.current || letter.conflict) return null;
  try {
    return await post("/api/make", { letter: letter.path, sha256: letter.pages.sha256, name });
  } catch (error) {
    if (!(error instanceof Refused)) return null;
    return { faults: error.faults };
  }
}

/** What the button says that makes all of a letter. */
export const makeWords = (letter) => (letter.source ? t(letter.check?.letters ? "make.many" : "make.letters", { n: letter.check?.letters }) : t("make.one"));
