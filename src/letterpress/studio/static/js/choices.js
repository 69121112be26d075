// What there is to choose from, in the words of the page: kinds of letters, papers, copies, languages.

import { get } from "./api.js";
import { t, has, language } from "./words.js";

/** The project, and what can be begun. What the project made itself is called as it calls it. */
export async function project() {
  const start = await get("/api/start");
  const named = (group) => (known) => Object.fromEntries(Object.entries(known).map(([name, title]) => [name, has(`${group}.${name}`) ? t(`${group}.${name}`) : title]));
  const languages = new Intl.DisplayNames([language], { type: "language", style: "short", languageDisplay: "standard" });
  const kinds = start.kinds.map((kind) => (kind.shipped && has(`kind.${kind.name}`) ? { ...kind, title: t(`kind.${kind.name}`), description: t(`kind.${kind.name}.note`) } : { ...kind, description: kind.description.split(/[.;]/)[0] }));
  return { ...start, kinds, papers: named("paper")(start.papers), copies: named("copy")(start.copies), languages: Object.fromEntries(Object.keys(start.languages).map((tag) => [tag, languages.of(tag)])) };
}
