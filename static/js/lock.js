// @ts-check
// Lås: one form in the user's menu, one key, and every window of the workstation goes dark at once.

const CHANNEL = "workstation-lock";
const LOCKING_MS = 3000;

/** @returns {HTMLFormElement | null} */
function form() {
  return /** @type {HTMLFormElement | null} */ (document.getElementById("lock-form"));
}

/** @returns {boolean} whether this workstation uses letters as keys */
function lettersOn() {
  try {
    return localStorage.getItem("keys-letters") !== "off";
  } catch {
    return true;
  }
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (!event.shiftKey || event.key.toLowerCase() !== "l" || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !lettersOn()) return;
  const active = document.activeElement;
  if (active?.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
  event.preventDefault();
  lock();
}

/** Lock this workstation, from the command bar or by the key. */
export function lock() {
  form()?.requestSubmit();
}

/** The server refuses already; this takes away what still stands on the screen. */
export function goDark() {
  const page = form()?.action ?? "/larm/las/";
  document.body.replaceChildren();
  location.replace(page);
}

export function startLock() {
  const own = form();
  if (!own) return;
  const page = own.action;
  const channel = new BroadcastChannel(CHANNEL);
  own.addEventListener("submit", () => channel.postMessage("locking"));
  channel.addEventListener("message", (event) => {
    document.body.replaceChildren();
    setTimeout(() => location.replace(page), event.data === "locking" ? LOCKING_MS : 0);
  });
  document.addEventListener("keydown", pressed);
  // A page that the browser kept must not come back with what stood on it.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

/** Told by the lock page itself: now the other windows find it locked. */
export function tellLocked() {
  new BroadcastChannel(CHANNEL).postMessage("locked");
}
