// @ts-check
// One alarm as a page of its own: phones, zoomed screens, and links from elsewhere.

import { refresh } from "./acts.js";
import { startAges } from "./ages.js";
import { startBanner } from "./banner.js";
import { hearServerTime } from "./clock.js";
import { openClose, openedKey, openNote, startDetail } from "./detail.js";
import { startHand } from "./hand.js";
import { Keys } from "./keys.js";
import { startParts } from "./parts.js";
import { LiveStream } from "./live.js";

const main = document.getElementById("main");
hearServerTime(main?.dataset.now);

const stream = new LiveStream({
  stream: "alarms", since: Number(main?.dataset.seq), window: 1, pollUrl: main?.dataset.poll ?? "",
});

stream.addEventListener("rows", (event) => {
  const message = /** @type {CustomEvent} */ (event).detail;
  const touched = [...(message.upsert ?? []).map((/** @type {{key: string}} */ row) => row.key), ...(message.remove ?? [])];
  if (touched.includes(openedKey())) refresh();
});
stream.addEventListener("reload", () => refresh());

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest('.detail a[data-act="close"], .detail a[data-act="note"]') : null;
  if (!(link instanceof HTMLElement)) return;
  event.preventDefault();
  if (link.dataset.act === "close") openClose();
  else openNote();
});

const nothing = () => {};
startAges();
startDetail();
startHand();
startParts();
startBanner(stream);
stream.start();
new Keys({ list: null, mute: nothing, reveal: nothing, search: nothing }).start();
if (location.hash === "#avsluta") openClose();
