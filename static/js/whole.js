// @ts-check
// The list taken whole, when more was missed than is told in pieces.

/** @typedef {import("./live.js").LiveStream} LiveStream */
/** @typedef {import("./live.js").Message} Message */
/** @typedef {import("./live.js").Upsert} Upsert */
/** @typedef {import("./rows.js").RowList} RowList */

const PATIENCE_MS = 10000;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 10000;

export class WholeList {
  /** @param {{stream: LiveStream, list: RowList, taken: () => void}} parts `taken` is called when it has been */
  constructor({ stream, list, taken }) {
    this.stream = stream;
    this.list = list;
    this.taken = taken;
    this.taking = false;
    /** What the socket told while the page was read. @type {Message[]} */
    this.told = [];
  }

  start() {
    this.stream.addEventListener("reload", () => this.take());
    this.stream.addEventListener("rows", (event) => {
      if (this.taking) this.told.push(/** @type {CustomEvent} */ (event).detail);
    });
  }

  /** One at a time, again and again until it has succeeded or is no longer needed. */
  async take() {
    this.stream.openGap();
    if (this.taking) return;
    this.taking = true;
    let longest = FIRST_RETRY_MS;
    while (!(await this.read())) {
      this.stream.fail();
      // Spread, so that forty screens do not ask at the same moment.
      await new Promise((over) => setTimeout(over, longest * (0.5 + Math.random() / 2)));
      longest = Math.min(LAST_RETRY_MS, longest * 2);
      if (this.stream.ended || this.stream.whole) break;
    }
    this.taking = false;
  }

  /** @returns {Promise<boolean>} whether there is nothing left to try */
  async read() {
    this.told = [];
    const page = await this.fetchPage();
    if (this.stream.ended) return true;
    const main = page?.getElementById("main");
    const seq = Number(main?.dataset.seq ?? "none");
    if (!page || Number.isNaN(seq)) return false;
    this.list.replaceAll(merged(rowsOf(page), this.told, seq), this.stream.seq);
    this.stream.standAt(seq);
    this.taken();
    return true;
  }

  /** @returns {Promise<Document | null>} */
  async fetchPage() {
    try {
      const answer = await fetch(location.pathname + location.search, {
        cache: "no-store", headers: { "TC-Background": "1" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        this.stream.end({ t: "bye", why: "signed_out" });
      }
      return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    } catch {
      return null;
    }
  }
}

/** @param {Document} page @returns {Upsert[]} */
export function rowsOf(page) {
  return [...page.querySelectorAll(".row")].map((element) => {
    const row = /** @type {HTMLElement} */ (element);
    return {
      key: row.dataset.key ?? "", sort: row.dataset.sort ?? "", seq: Number(row.dataset.seq), html: row.outerHTML,
    };
  });
}

/**
 * A page that was read before the last news must not undo them: what it lacks is not gone, and
 * what it still has may be closed.
 * @param {Upsert[]} read
 * @param {Message[]} told
 * @param {number} seq what the page stands at
 * @returns {Upsert[]}
 */
function merged(read, told, seq) {
  const rows = new Map(read.map((row) => [row.key, row]));
  for (const message of told) {
    for (const row of message.upsert ?? []) {
      if (row.seq > seq) rows.set(row.key, row);
    }
    if ((message.seq ?? 0) <= seq) continue;
    for (const key of message.remove ?? []) rows.delete(key);
  }
  return [...rows.values()];
}
