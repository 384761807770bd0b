// Asks the browser for a passkey and sends what it signed with the form around it. Nothing is fetched.
"use strict";

const form = document.getElementById("passkey");
const options = JSON.parse(form.dataset.options);

function toBytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function toText(bytes) {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function withBytes(list) {
  return (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));
}

async function make() {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
    },
  });
  return { made, fields: { attestation: made.response.attestationObject } };
}

async function use() {
  const made = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: withBytes(options.allowCredentials),
    },
  });
  const { authenticatorData, signature } = made.response;
  return { made, fields: { authenticator_data: authenticatorData, signature } };
}

async function ask() {
  try {
    const { made, fields } = "user" in options ? await make() : await use();
    const all = { ...fields, credential_id: made.rawId, client_data: made.response.clientDataJSON };
    for (const [name, bytes] of Object.entries(all)) form.elements[name].value = toText(bytes);
    form.submit();
  } catch {
    document.getElementById("passkey-failed").hidden = false;
  }
}

document.getElementById("passkey-ask").addEventListener("click", ask);
