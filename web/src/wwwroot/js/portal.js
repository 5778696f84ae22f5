// Everything works without this file; it only makes the portal quicker to use.

// After an error or a refusal the page opens at the explanation.
document.querySelector("[data-focus]")?.focus();

// The error summary's links put the cursor into the field and keep its label in sight.
for (const link of document.querySelectorAll(".error-summary a[href^='#']")) {
  link.addEventListener("click", event => {
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });
}

// A second click on a button does not send the form twice. Coming back with the browser's button frees it again.
for (const form of document.querySelectorAll("form[method='post']")) {
  form.addEventListener("submit", event => {
    if (event.defaultPrevented) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});
