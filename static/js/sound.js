// @ts-check
// One short motif per priority, made here and now, repeated until somebody has taken the alarm.

import { minuteText, serverNow } from "./clock.js";
import { say } from "./words.js";

const MUTE_MINUTES = 10;
const QUIET_BETWEEN_MS = 1500;
/** Tones in Hz, and milliseconds between repeats, for each priority. */
const MOTIFS = {
  1: { tones: [660, 880, 1175], length: 0.16, wave: /** @type {OscillatorType} */ ("triangle"), every: 5000 },
  2: { tones: [660, 880], length: 0.16, wave: /** @type {OscillatorType} */ ("triangle"), every: 10000 },
  3: { tones: [587], length: 0.24, wave: /** @type {OscillatorType} */ ("sine"), every: 20000 },
};

/** @param {number} priority */
function motif(priority) {
  return MOTIFS[/** @type {1 | 2 | 3} */ (Math.min(3, Math.max(1, priority)))];
}

/** @param {string} name @param {string} fallback @returns {string} */
function remembered(name, fallback) {
  try {
    return localStorage.getItem(name) ?? fallback;
  } catch {
    return fallback;
  }
}

/** @param {string} name @param {string} value */
function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Then it holds for this page only.
  }
}

export class Sound {
  /** @param {() => number[]} unanswered the priorities that sound now, any order */
  constructor(unanswered) {
    this.unanswered = unanswered;
    /** @type {AudioContext | null} */
    this.context = null;
    this.volume = Number(remembered("sound-volume", "70")) || 70;
    this.mutedUntil = Number(remembered("sound-muted-until", "0"));
    this.playedAt = 0;
  }

  start() {
    const menu = document.getElementById("sound-menu");
    if (menu) menu.hidden = false;
    this.wire();
    this.wake();
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => this.wake(), true);
    setInterval(() => this.beat(), 500);
    this.show();
  }

  wire() {
    const volume = /** @type {HTMLInputElement | null} */ (document.getElementById("sound-volume"));
    if (volume) volume.value = String(this.volume);
    volume?.addEventListener("input", () => {
      this.volume = Number(volume.value);
      remember("sound-volume", volume.value);
      this.show();
    });
    volume?.addEventListener("change", () => this.play(3, true));
    document.getElementById("sound-mute")?.addEventListener("click", () => this.toggleMute());
    document.getElementById("sound-unlock")?.addEventListener("click", () => this.wake());
    for (const button of document.querySelectorAll("[data-try]")) {
      button.addEventListener("click", () => this.play(Number(/** @type {HTMLElement} */ (button).dataset.try), true));
    }
  }

  /** Browsers keep sound shut until the operator has touched the page. */
  wake() {
    this.context ??= new AudioContext();
    if (this.context.state === "running") return this.show();
    this.context.resume().then(() => this.show(), () => this.show());
  }

  /** @returns {boolean} */
  get blocked() {
    return this.context?.state !== "running";
  }

  /** @returns {boolean} */
  get muted() {
    return this.mutedUntil > serverNow();
  }

  toggleMute() {
    this.mutedUntil = this.muted ? 0 : serverNow() + MUTE_MINUTES * 60000;
    remember("sound-muted-until", String(this.mutedUntil));
    this.show();
  }

  /** A new alarm, or one that sounds again: heard at once. @param {number} priority */
  arrived(priority) {
    if (Date.now() - this.playedAt > QUIET_BETWEEN_MS) this.play(priority, false);
  }

  beat() {
    this.show();
    const worst = Math.min(...this.unanswered(), Infinity);
    if (worst === Infinity) return;
    if (Date.now() - this.playedAt >= motif(worst).every) this.play(worst, false);
  }

  /** @param {number} priority @param {boolean} trying played although muted: the operator asked */
  play(priority, trying) {
    if (this.blocked || !this.context || (this.muted && !trying)) return;
    if (!trying) this.playedAt = Date.now();
    const { tones, length, wave } = motif(priority);
    tones.forEach((tone, index) => this.tone(tone, length, wave, index * (length + 0.05)));
  }

  /** @param {number} hertz @param {number} seconds @param {OscillatorType} wave @param {number} after seconds */
  tone(hertz, seconds, wave, after) {
    const context = /** @type {AudioContext} */ (this.context);
    const start = context.currentTime + 0.02 + after;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.type = wave;
    oscillator.frequency.value = hertz;
    // Soft edges: a click at each end is what makes a tone tiring over twelve hours.
    gain.gain.setValueAtTime(0.0001, start);
    gain.gain.exponentialRampToValueAtTime((this.volume / 100) ** 2, start + 0.015);
    gain.gain.setValueAtTime((this.volume / 100) ** 2, start + seconds - 0.05);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + seconds + 0.02);
  }

  show() {
    const unlock = document.getElementById("sound-unlock");
    if (unlock) unlock.hidden = !this.blocked;
    const menu = document.getElementById("sound-menu");
    const silent = this.blocked || this.muted;
    if (menu) menu.dataset.sound = silent ? "off" : "on";
    const minutes = Math.ceil((this.mutedUntil - serverNow()) / 60000);
    let words = say("sound_on");
    if (this.blocked) words = say("sound_blocked");
    if (this.muted) words = say("sound_muted", { at: minuteText(this.mutedUntil), n: minutes });
    put("sound-state", words);
    put("sound-level", `${this.volume} %`);
    const mute = document.getElementById("sound-mute");
    mute?.setAttribute("aria-pressed", String(this.muted));
  }
}

/** @param {string} id @param {string} text */
function put(id, text) {
  const element = document.getElementById(id);
  if (element && element.textContent !== text) element.textContent = text;
}
