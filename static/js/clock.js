// @ts-check
// Server time. The workstation's own clock is never trusted: only the distance to it is used.

/** Milliseconds to add to the workstation's clock; the smallest delay seen gives the truest value. */
let offset = 0;
let known = false;

/** @param {string | undefined} iso the server's time when it sent a message */
export function hearServerTime(iso) {
  const sent = Date.parse(iso ?? "");
  if (Number.isNaN(sent)) return;
  const heard = sent - Date.now();
  // A message can only be late, so a larger offset is nearer the truth; drift is let in slowly.
  offset = !known || heard > offset ? heard : offset + (heard - offset) * 0.05;
  known = true;
}

/** @returns {number} server time in milliseconds since 1970 */
export function serverNow() {
  return Date.now() + offset;
}

/**
 * @param {number} at milliseconds since 1970
 * @returns {string} such as 14:03:22, in the centre's own time zone
 */
export function clockText(at) {
  return new Date(at).toLocaleTimeString("sv-SE", { timeZone: "Europe/Stockholm" });
}

/**
 * @param {number} at milliseconds since 1970
 * @returns {string} such as 14:03
 */
export function minuteText(at) {
  return clockText(at).slice(0, 5);
}
