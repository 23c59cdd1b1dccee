// @ts-check
// The socket. It is fast, the database is true: every silence is noticed, told and healed.

import { hearServerTime, serverNow } from "./clock.js";

const BEAT_SILENCE_MS = 15000;
const POLL_MS = 5000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5000;
const CLOSED_BY_SERVER = 4403;

/**
 * @typedef {{key: string, sort: string, seq: number, html: string}} Upsert
 * @typedef {{t: string, seq?: number, now?: string, upsert?: Upsert[], remove?: string[],
 *   counts?: Record<string, number>, why?: string}} Message
 */

/**
 * Events: "rows" and "counts" (detail: Message), "reload", "bye" (detail: Message),
 * "state" (detail: "connecting" | "on" | "off"), "polled" (detail: boolean, whether it answered).
 */
export class LiveStream extends EventTarget {
  /**
   * `select` is the tags that the server gave for what is selected; `pollUrl` says the same.
   * @param {{stream: string, since: number, window: number, pollUrl: string, select?: string[]}} options
   */
  constructor({ stream, since, window, pollUrl, select = [] }) {
    super();
    this.stream = stream;
    this.seq = since;
    this.window = window;
    this.pollUrl = pollUrl;
    this.select = select;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.tries = 0;
    this.heardAt = Date.now();
    this.polledAt = 0;
    this.state = "connecting";
    this.ended = false;
    /** Whether the page shows all there is up to `seq`. While it does not, news do not raise `seq`. */
    this.whole = true;
    /** The page could not be made whole: the socket may be live, what is shown is not. */
    this.stale = false;
    /** Server time when what is shown was last known to be true, for "sedan 14:03:22". */
    this.truthAt = serverNow();
  }

  start() {
    this.connect();
    setInterval(() => this.watch(), 1000);
    addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.watch();
    });
  }

  connect() {
    if (this.ended || this.socket) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/live/`);
    this.socket = socket;
    socket.addEventListener("open", () => {
      const open = { t: "open", stream: this.stream, since: this.seq, window: this.window };
      this.send(this.select.length ? { ...open, select: this.select } : open);
    });
    socket.addEventListener("message", (event) => {
      if (this.socket === socket) this.hear(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (this.socket === socket) this.lost(event.code);
    });
  }

  /**
   * The page shows another selection now, as it was at `seq`: follow that instead.
   * @param {{select: string[], pollUrl: string, seq: number}} other
   */
  follow({ select, pollUrl, seq }) {
    const before = this.socket;
    Object.assign(this, { select, pollUrl, seq, whole: true, stale: false, socket: null });
    before?.close();
    this.retryNow();
  }

  /** @param {object} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {Message} message */
  hear(message) {
    this.heardAt = Date.now();
    if (message.t === "bye") return this.end(message);
    this.takeIn(message);
    this.tries = 0;
    this.setState(this.stale ? "off" : "on");
    // Whoever does not answer is taken to have left the desk.
    if (message.t === "beat") this.send({ t: "here" });
    if (message.t === "beat" && (message.seq ?? 0) > this.seq) this.send({ t: "missed", since: this.seq });
    if (message.t === "rows" || message.t === "counts") this.reach(message.seq);
  }

  /** @param {Message} message from the socket or from a poll */
  takeIn(message) {
    hearServerTime(message.now);
    // Rows with counts answer `missed`: all that was not told before.
    if (message.t === "rows" && message.counts) { this.whole = true; this.stale = false; }
    if (this.whole) this.truthAt = serverNow();
    if (message.t === "reload") this.dispatchEvent(new Event("reload"));
    if (message.t === "rows") this.tell("rows", message);
    if (message.counts) this.tell("counts", message);
  }

  /** @param {number | undefined} seq */
  reach(seq) {
    if (this.whole && seq !== undefined && seq > this.seq) this.seq = seq;
  }

  /** More was missed than is told in pieces: the page stands at `seq` until it has been read anew. */
  openGap() {
    this.whole = false;
  }

  /** The page was read anew as it was at `seq`: ask for what was told meanwhile. @param {number} seq */
  standAt(seq) {
    this.whole = false;
    this.stale = false;
    this.seq = seq;
    this.send({ t: "missed", since: seq });
  }

  /** The page could not be read anew. That the socket lives does not make what is shown true. */
  fail() {
    this.stale = true;
    this.tell("polled", false);
    this.setState("off");
  }

  /** @param {string} name @param {unknown} detail */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {string} state */
  setState(state) {
    if (this.state === state) return;
    this.state = state;
    this.tell("state", state);
  }

  /** @param {number} code */
  lost(code) {
    this.socket = null;
    if (code === CLOSED_BY_SERVER) return this.end({ t: "bye", why: "signed_out" });
    if (this.state === "on") this.setState("connecting");
    const longest = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.tries);
    this.tries += 1;
    // Spread, so that forty screens do not knock at the same moment after a restart.
    setTimeout(() => this.connect(), FIRST_RETRY_MS + Math.random() * (longest - FIRST_RETRY_MS));
  }

  retryNow() {
    this.tries = 0;
    this.connect();
  }

  /** @param {Message} message */
  end(message) {
    this.ended = true;
    this.socket?.close();
    this.socket = null;
    this.setState("off");
    this.tell("bye", message);
  }

  watch() {
    if (this.ended) return;
    if (Date.now() - this.heardAt < BEAT_SILENCE_MS) return;
    this.setState("off");
    if (this.socket?.readyState === WebSocket.OPEN) this.abandon();
    if (Date.now() - this.polledAt >= POLL_MS) this.poll();
  }

  /** A socket that is open but silent is worse than none: its close event may take minutes. */
  abandon() {
    const silent = this.socket;
    this.lost(0);
    silent?.close();
  }

  async poll() {
    this.polledAt = Date.now();
    const asked = this.pollUrl;
    const url = new URL(asked, location.href);
    url.searchParams.set("since", String(this.seq));
    url.searchParams.set("window", String(this.window));
    try {
      const answer = await fetch(url, {
        // A screen left alone must still count as silent, or no session would ever end.
        headers: { Accept: "application/json", "TC-Background": "1" }, cache: "no-store", redirect: "manual",
        signal: AbortSignal.timeout(POLL_MS),
      });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        return this.end({ t: "bye", why: "signed_out" });
      }
      if (!answer.ok) return this.tell("polled", false);
      const message = await answer.json();
      // An answer about another selection would take rows away that belong.
      if (asked === this.pollUrl) this.take(message);
    } catch {
      this.tell("polled", false);
    }
  }

  /** @param {Message} message what a poll answered */
  take(message) {
    this.takeIn(message);
    this.reach(message.seq);
    this.tell("polled", !this.stale);
  }
}
