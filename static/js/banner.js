// @ts-check
// Whether what stands on the screen is true now, told across the whole top when it is not.

import { ageText } from "./ages.js";
import { clockText, serverNow } from "./clock.js";
import { goDark } from "./lock.js";
import { say } from "./words.js";

/** @typedef {import("./live.js").LiveStream} LiveStream */

/** @param {string} id @param {string} text */
function put(id, text) {
  const element = document.getElementById(id);
  if (element && element.textContent !== text) element.textContent = text;
}

/**
 * Follow a stream's state in the indicator and the banner.
 * @param {LiveStream} stream
 */
export function startBanner(stream) {
  let lostAt = stream.truthAt;
  let polls = true;
  let signedOut = false;
  const show = () => {
    const indicator = document.getElementById("live");
    if (indicator) indicator.dataset.live = stream.state;
    put("live-word", say({ on: "live", off: "not_live" }[stream.state] ?? "connecting"));
    const banner = document.getElementById("not-live");
    if (!banner) return;
    banner.hidden = stream.state !== "off";
    if (banner.hidden) return;
    put("not-live-since", say("not_live_since", { at: clockText(lostAt), age: ageText(serverNow() - lostAt) }));
    let words = polls ? say("polling") : say("poll_failed", { at: clockText(stream.truthAt) });
    if (signedOut) words = say("signed_out");
    put("not-live-poll", words);
  };
  stream.addEventListener("state", () => {
    if (stream.state === "off") lostAt = stream.truthAt;
    if (stream.state === "on") { polls = true; signedOut = false; }
    show();
  });
  stream.addEventListener("polled", (event) => { polls = /** @type {CustomEvent} */ (event).detail; show(); });
  stream.addEventListener("bye", (event) => {
    if (/** @type {CustomEvent} */ (event).detail?.why === "locked") return goDark();
    signedOut = true;
    show();
  });
  setInterval(show, 1000);
  show();
}
