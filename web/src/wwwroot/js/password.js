// A password can be looked at, and a new one says while typing how strong it is. Without this file the server says so after sending.

for (const input of document.querySelectorAll("input[type='password']")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small secondary password-show";
  button.textContent = "パスワードを表示する";
  button.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
  // Never sent, and never offered as a suggestion, as plain text.
  input.form?.addEventListener("submit", () => {
    input.type = "password";
    button.setAttribute("aria-pressed", "false");
  });
  input.after(button);
}

for (const input of document.querySelectorAll("input[data-strength]")) {
  const said = document.createElement("p");
  said.className = "password-strength";
  said.setAttribute("role", "status");
  input.after(said);
  let timer;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const form = input.form;
    const body = new URLSearchParams({ password: input.value });
    for (const name of ["Email", "Name"]) if (form.elements[name]) body.set(name.toLowerCase(), form.elements[name].value);
    const answer = await fetch(input.dataset.strength, {
      method: "POST",
      headers: { "X-Requested-With": "fetch", RequestVerificationToken: form.elements["__RequestVerificationToken"].value },
      body,
    });
    if (!answer.ok || mine !== asked) return;
    const { acceptable, words } = await answer.json();
    said.dataset.acceptable = acceptable;
    said.textContent = words;
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value) timer = setTimeout(() => ask().catch(() => {}), 400);
    else {
      asked++;
      said.textContent = "";
    }
  });
}
