// @ts-check
// How pages look on this workstation. theme.js applies the same choices before the first paint.

const VIEW_NAMES = ["theme", "text", "contrast", "density"];

/**
 * Keep one choice of how pages look on this workstation.
 * @param {string} name one of VIEW_NAMES
 * @param {string} value "" follows the computer
 */
export function setView(name, value) {
  if (value) document.documentElement.dataset[name] = value;
  else delete document.documentElement.dataset[name];
  try {
    if (value) localStorage.setItem(`view-${name}`, value);
    else localStorage.removeItem(`view-${name}`);
  } catch {
    // The choice then lasts for this page only.
  }
  markChosen();
}

/** Show in the menu what is chosen. */
export function markChosen() {
  for (const name of VIEW_NAMES) {
    const value = document.documentElement.dataset[name] ?? "";
    const input = document.querySelector(`input[name="view-${name}"][value="${value}"]`);
    if (input instanceof HTMLInputElement) input.checked = true;
  }
}
