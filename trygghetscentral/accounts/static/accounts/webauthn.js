// @ts-check
/**
 * Security keys and passkeys: fills the hidden `credential` field of a form marked
 * `data-webauthn="create"` or `"get"` with what the browser's authenticator answers.
 * The server's options stand in #webauthn-data, with binary values as base64url.
 */

/** @param {string} text @returns {ArrayBuffer} */
function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

/** @param {ArrayBuffer | null} buffer @returns {string | null} */
function text(buffer) {
  if (!buffer) return null;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {Array<{id: string}> | undefined} list */
function withBytes(list) {
  return (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
}

/** @param {any} options @returns {Promise<Credential | null>} */
function create(options) {
  const publicKey = {
    ...options.publicKey,
    challenge: bytes(options.publicKey.challenge),
    user: { ...options.publicKey.user, id: bytes(options.publicKey.user.id) },
    excludeCredentials: withBytes(options.publicKey.excludeCredentials),
  };
  return navigator.credentials.create({ publicKey });
}

/** @param {any} options @returns {Promise<Credential | null>} */
function get(options) {
  const publicKey = {
    ...options.publicKey,
    challenge: bytes(options.publicKey.challenge),
    allowCredentials: withBytes(options.publicKey.allowCredentials),
  };
  return navigator.credentials.get({ publicKey });
}

/** @param {any} credential */
function asJson(credential) {
  const { response } = credential;
  const answer = {
    clientDataJSON: text(response.clientDataJSON),
    ...(response.attestationObject
      ? {
          attestationObject: text(response.attestationObject),
          transports: response.getTransports ? response.getTransports() : [],
        }
      : {
          authenticatorData: text(response.authenticatorData),
          signature: text(response.signature),
          userHandle: text(response.userHandle),
        }),
  };
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: answer,
  };
}

const holder = document.getElementById("webauthn-data");
const data = holder ? JSON.parse(holder.textContent ?? "{}") : {};

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (
  document.querySelectorAll("form[data-webauthn]")
)) {
  const field = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=credential]"));
  const trouble = /** @type {HTMLElement | null} */ (form.querySelector("[data-webauthn-trouble]"));
  const missing = /** @type {HTMLElement | null} */ (form.querySelector("[data-webauthn-missing]"));
  if (!window.PublicKeyCredential) {
    if (missing) missing.hidden = false;
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!field) return;
    if (trouble) trouble.hidden = true;
    try {
      const credential = form.dataset.webauthn === "create"
        ? await create(data.creation_options)
        : await get(data.request_options);
      field.value = JSON.stringify(asJson(credential));
      // submit() does not fire this listener again.
      form.submit();
    } catch (error) {
      console.warn("webauthn", error);
      if (trouble) trouble.hidden = false;
    }
  });
}
