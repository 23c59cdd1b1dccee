// @ts-check
// The employee's report: the phone's own position, when the person asks for it.

const row = document.querySelector("[data-locate]");
const said = /** @type {HTMLElement | null} */ (row?.querySelector("[data-located]"));

/** @param {string} id @param {number} degrees */
function put(id, degrees) {
  const field = document.getElementById(id);
  if (field instanceof HTMLInputElement) field.value = degrees.toFixed(6);
}

/** @param {GeolocationPosition} here */
function found(here) {
  put("id_longitude", here.coords.longitude);
  put("id_latitude", here.coords.latitude);
  if (said) said.textContent = said.dataset.done ?? "";
}

function failed() {
  if (said) said.textContent = said.dataset.failed ?? "";
}

if (row instanceof HTMLElement && window.isSecureContext && "geolocation" in navigator) {
  row.hidden = false;
  row.querySelector("button")?.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 20_000 });
  });
}
