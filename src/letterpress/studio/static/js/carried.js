// A file that is taken from one screen to the next; it stays in the page's memory.

let file = null;

export function carry(given) {
  file = given;
}

export function carried() {
  const given = file;
  file = null;
  return given;
}
