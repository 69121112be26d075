// The words of the page, from one file a language. `{name}` stands for a value; a key with `.one` is for the number one.

let words = {};
let other = {};
let plural = new Intl.PluralRules("en");
export let language = "en";
const LANGUAGES = ["en", "de"];

/** Load the words of the language that the browser asks for, or of the one that was chosen. */
export async function loadWords() {
  const asked = [localStorage.getItem("letterpress-words"), ...navigator.languages].filter(Boolean);
  language = asked.map((tag) => tag.split("-")[0]).find((tag) => LANGUAGES.includes(tag)) ?? "en";
  const [own, english] = await Promise.all([language, "en"].map(async (tag) => (await fetch(`/static/words/${tag}.json`)).json()));
  [words, other, plural] = [own, english, new Intl.PluralRules(language)];
  document.documentElement.lang = language;
}

export const has = (key) => key in words || key in other;

/** Whether what is said holds a value of that name. */
export const takes = (key, name) => (words[key] ?? other[key] ?? "").includes(`{${name}}`);

/** Say something. */
export function t(key, values = {}) {
  let found = words[key] ?? other[key] ?? key;
  if ("n" in values && plural.select(values.n) === "one") found = words[`${key}.one`] ?? found;
  return found.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined || value === null ? whole : typeof value === "number" ? number(value) : String(value);
  });
}

export const number = (value) => new Intl.NumberFormat(language).format(value);
export const clock = (seconds) => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false }).format(seconds * 1000);
export const day = (date, options = { dateStyle: "long" }) => new Intl.DateTimeFormat(language, options).format(date);

/** When something was, as people say it. */
export function when(seconds) {
  const then = new Date(seconds * 1000);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days <= 1) return t(days === 1 ? "when.yesterday" : "when.today", { time: clock(seconds) });
  return day(then);
}

/** How long something takes yet. */
export function left(seconds) {
  if (seconds < 90) return t("left.seconds", { n: Math.max(1, Math.round(seconds)) });
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? t("left.minutes", { n: minutes }) : t("left.hours", { n: Math.round(minutes / 60) });
}
