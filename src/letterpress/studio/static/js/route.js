// Addresses: each step of each letter is one, with its list and row.

/** The address of a step of a letter. */
export function address(step, letter, more = {}) {
  const query = new URLSearchParams({ letter: letter.path });
  if (letter.source) query.set("list", letter.source);
  if (letter.source && letter.sheet) query.set("sheet", letter.sheet);
  if (letter.source && letter.record) query.set("record", letter.record);
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `/${step}?${query}`;
}

export function go(to) {
  history.pushState(null, "", to);
  dispatchEvent(new Event("route"));
}

/** Have the address say what is shown, without another screen. */
export function stay(to) {
  history.replaceState(null, "", to);
}

const listKey = (path) => `letterpress-list ${path}`;

/** The list that a letter had last in this browser: {source, sheet, rows, first, faulty}; if it is not the one that the project keeps, that one. */
export function lastList(path, kept = null) {
  let last = null;
  try {
    last = JSON.parse(localStorage.getItem(listKey(path)));
  } catch {
    // what is kept is none
  }
  return kept && kept.source !== last?.source ? kept : last;
}

/** Keep which list a letter has; null: none. */
export function keepList(path, list) {
  if (list) localStorage.setItem(listKey(path), JSON.stringify(list));
  else localStorage.removeItem(listKey(path));
}
