// Passkeys: asks the portal what to ask the browser, and posts the browser's answer with the form. Without this file, or in a browser that
// knows no passkeys, these forms stay hidden and the page names the other ways.

const known = window.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined && PublicKeyCredential.parseCreationOptionsFromJSON !== undefined;
const words = {
  NotAllowedError: "操作が取り消されたか、時間がたちました。もう一度お試しください。",
  InvalidStateError: "この端末のパスキーは、すでに登録されています。",
};

async function ask(form) {
  const token = form.querySelector("input[name='__RequestVerificationToken']").value;
  const answer = await fetch(form.dataset.options, { method: "POST", headers: { "X-Requested-With": "fetch", RequestVerificationToken: token } });
  if (!answer.ok) throw new Error(answer.status);
  const options = await answer.json();
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(credential);
}

if (known) {
  for (const note of document.querySelectorAll("[data-no-passkey]")) note.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const status = form.querySelector("[data-passkey-status]");
    const button = form.querySelector("button");
    // Before the portal's own guard against a second click, which a form stopped here must not meet.
    form.addEventListener("submit", async event => {
      event.preventDefault();
      if (button.ariaBusy === "true") return;
      button.ariaBusy = "true";
      status.textContent = "";
      try {
        form.elements.credential.value = await ask(form);
        form.submit();
      } catch (error) {
        status.textContent = words[error.name] ?? "パスキーを使えませんでした。画面を開き直して、もう一度お試しください。";
        button.ariaBusy = null;
      }
    }, true);
  }
}
