// @ts-check
// Several streams as one, for the banner: the page is live when all of them are.

import { serverNow } from "./clock.js";

/** @typedef {import("./live.js").LiveStream} LiveStream */

const WORST_FIRST = ["off", "connecting", "on"];

export class Together extends EventTarget {
  /** @param {LiveStream[]} streams */
  constructor(streams) {
    super();
    this.streams = streams;
    this.state = "connecting";
    for (const stream of streams) {
      stream.addEventListener("state", () => this.settle());
      for (const name of ["polled", "bye"]) {
        stream.addEventListener(name, (event) => {
          this.dispatchEvent(new CustomEvent(name, { detail: /** @type {CustomEvent} */ (event).detail }));
        });
      }
    }
  }

  /** @returns {number} server time when all that is shown was last known to be true */
  get truthAt() {
    return Math.min(serverNow(), ...this.streams.map((stream) => stream.truthAt));
  }

  settle() {
    const worst = WORST_FIRST.find((state) => this.streams.some((stream) => stream.state === state)) ?? "on";
    if (worst === this.state) return;
    this.state = worst;
    this.dispatchEvent(new CustomEvent("state", { detail: worst }));
  }
}
