// Asks the studio. What it refuses is a Refused with its faults; a studio that is gone is a Gone, and `reach` tells of it.

const OWN = { "Letterpress-Studio": "1" };

export class Refused extends Error {
  constructor(status, body) {
    super(`refused: ${status}`);
    this.status = status;
    this.body = body;
    this.faults = body?.faults ?? [];
  }
}
export class Gone extends Error {}

/** Whether the studio answers: events `gone`, `back`, and `closed` where it wants the address with the token. */
export const reach = new (class extends EventTarget {
  there = true;

  lost() {
    if (!this.there) return;
    this.there = false;
    this.dispatchEvent(new Event("gone"));
    this.#look();
  }

  #look() {
    setTimeout(async () => {
      try {
        const answer = await fetch("/api/lists", { headers: OWN, cache: "no-store" });
        if (answer.status === 401) {
          this.dispatchEvent(new Event("closed"));
          this.#look();
          return;
        }
        this.there = true;
        this.dispatchEvent(new Event("back"));
      } catch {
        this.#look();
      }
    }, 1000);
  }
})();

async function sent(method, path, body, signal, keepalive = false) {
  let answer;
  const isFile = body instanceof Blob;
  const headers = isFile ? OWN : { ...OWN, "Content-Type": "application/json" };
  try {
    answer = await fetch(path, { method, headers, body: body === undefined || isFile ? body : JSON.stringify(body), signal, keepalive });
  } catch (error) {
    if (error.name !== "AbortError") reach.lost();
    throw error.name === "AbortError" ? error : new Gone();
  }
  if (answer.status === 401) {
    reach.lost();
    throw new Gone();
  }
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => null));
  return answer;
}

export const get = async (path) => (await sent("GET", path)).json();
export const post = async (path, body) => (await sent("POST", path, body ?? {})).json();
/** Of what has to arrive although the page is left, `keepalive` is true; a browser takes 64 KiB of that and no more. */
export const put = async (path, body, keepalive = false) => (await sent("PUT", path, body, undefined, keepalive)).json();
export const upload = async (path, file) => (await sent("POST", path, file)).json();
export const file = async (path) => (await sent("GET", path)).blob();

/** Ask for an answer that comes line by line. */
export async function* lines(path, body, signal) {
  const answer = await sent("POST", path, body, signal);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      rest += value;
      const whole = rest.split("\n");
      rest = whole.pop();
      for (const line of whole) if (line) yield JSON.parse(line);
    }
  } catch (error) {
    if (error.name === "AbortError") throw error;
    reach.lost();
    throw new Gone();
  }
}
