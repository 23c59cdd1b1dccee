// @ts-check
// Spoken for those who do not see the list. Bundled, so that a flood never becomes noise.

import { say } from "./words.js";

const POLITE_MS = 4000;
const NOW_MS = 2000;
const NAMED_AT_MOST = 3;

class Speaker {
  /** @param {string} id @param {number} pause milliseconds between two announcements */
  constructor(id, pause) {
    this.id = id;
    this.pause = pause;
    /** @type {string[]} */
    this.waiting = [];
    this.spoke = 0;
    this.timer = 0;
  }

  /** @param {string} text */
  add(text) {
    this.waiting.push(text);
    if (this.timer) return;
    const wait = Math.max(60, this.spoke + this.pause - Date.now());
    this.timer = window.setTimeout(() => this.speak(), wait);
  }

  speak() {
    this.timer = 0;
    const region = document.getElementById(this.id);
    const texts = this.waiting.splice(0);
    if (!region || !texts.length) return;
    this.spoke = Date.now();
    const more = texts.length - NAMED_AT_MOST;
    const told = texts.slice(0, NAMED_AT_MOST);
    if (more > 0) told.push(say("new_alarms", { n: more }));
    region.textContent = told.join(" ");
  }
}

const polite = new Speaker("say-polite", POLITE_MS);
const now = new Speaker("say-now", NOW_MS);

/** @param {string} text */
export function sayPolitely(text) {
  polite.add(text);
}

/** For an unanswered P1 and for what stops the reader's own act. @param {string} text */
export function sayNow(text) {
  now.add(text);
}
