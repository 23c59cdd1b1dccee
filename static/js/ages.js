// @ts-check
// Ages and targets, counted each second from server time.

import { clockText, serverNow } from "./clock.js";
import { say } from "./words.js";

const NEAR_SECONDS = 15;

/**
 * @param {number} milliseconds
 * @returns {string} 0:42, 12:05, 1:02:10 or "2 d 3 tim"
 */
export function ageText(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  if (hours >= 24) return say("days", { d: Math.floor(hours / 24), h: hours % 24 });
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours) return `${hours}:${pad(minutes)}:${pad(seconds % 60)}`;
  return `${minutes}:${pad(seconds % 60)}`;
}

/** @param {Element} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Element} element @returns {number} */
function moment(element) {
  return Date.parse(element.getAttribute("datetime") ?? "");
}

/** @param {Element} element @param {number} now */
function tellTarget(element, now) {
  const left = moment(element) - now;
  const since = element.parentElement?.querySelector("[data-age]");
  const whole = since ? moment(element) - moment(since) : 0;
  const late = left < 0;
  element.classList.toggle("late", late);
  element.classList.toggle("near", !late && left <= Math.max(NEAR_SECONDS * 1000, whole / 3));
  write(element, late
    ? say("target_late", { age: ageText(-left) })
    : say("target_in", { age: ageText(left + 999) }));
}

/**
 * Bring every age and target under an element up to now.
 * @param {ParentNode} [root]
 */
export function tell(root = document) {
  const now = serverNow();
  for (const element of root.querySelectorAll("[data-age]")) write(element, ageText(now - moment(element)));
  for (const element of root.querySelectorAll("[data-target-at]")) tellTarget(element, now);
}

/** Tell ages and the server's clock from now on, each second. */
export function startAges() {
  const tick = () => {
    const clock = document.getElementById("server-clock");
    if (clock) write(clock, clockText(serverNow()));
    tell();
    setTimeout(tick, 1000 - (serverNow() % 1000));
  };
  tick();
}
