// ④ Files go up as soon as they are chosen or dropped, each with its progress. Without this file they go up with the form.

const form = document.querySelector("form[data-files]");
const largest = 20 * 1024 * 1024;
const pending = new Set();
let afterwards = null;

const size = bytes => bytes >= 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1)}MiB` : bytes >= 1024 ? `${Math.round(bytes / 1024)}KiB` : `${bytes}バイト`;

/** Shows the stored files as the server shows them; what was typed stays. */
async function refresh() {
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const list of document.querySelectorAll("[data-list]")) {
    const fresh = page.querySelector(`[data-list='${list.dataset.list}']`);
    if (!fresh) continue;
    const stored = [...list.children].filter(item => item.dataset.check);
    if (stored.map(item => item.outerHTML).join() === [...fresh.children].map(item => item.outerHTML).join()) continue;
    const focused = stored.some(item => item.contains(document.activeElement)) ? document.activeElement.value : null;
    list.replaceChildren(...fresh.children, ...[...list.children].filter(item => !item.dataset.check));
    if (focused) [...list.querySelectorAll("button")].find(button => button.value === focused)?.focus();
  }
  fillIn(page);
  watch();
}

// Files are looked into, and receipts read, after they have arrived: for two minutes after the last upload the page asks how that came out.
let asking = null;
let asked = 0;
function watch() {
  if (asking || asked >= 30 || !document.querySelector("[data-check='checking'], [data-reading='awaited']")) return;
  asking = setTimeout(async () => {
    asking = null;
    asked++;
    const bad = () => document.querySelectorAll("[data-check='unusable'], [data-check='quarantined']").length;
    const before = bad();
    await refresh().catch(() => {});
    if (bad() > before) form.querySelector("[data-saved]").textContent = "使えないファイルがあります。ファイルの下の説明をお読みください。";
    watch();
  }, 4000);
}

// What was read of a receipt goes into fields that are still empty.
function fillIn(page) {
  for (const receipt of document.querySelectorAll("fieldset.receipt")) {
    const fresh = page.querySelector(`fieldset.receipt[data-slot='${receipt.dataset.slot}']`);
    if (!fresh) continue;
    const words = fresh.querySelector("[data-read]").textContent;
    let filled = false;
    for (const field of receipt.querySelectorAll(".field-row input")) {
      const read = fresh.querySelector(`[name='${CSS.escape(field.name)}']`)?.value;
      if (!words || !read || field.value !== "" || field.readOnly || field === document.activeElement) continue;
      field.value = read;
      filled = true;
    }
    receipt.dataset.reading = fresh.dataset.reading;
    if (filled) receipt.querySelector("[data-read]").textContent = words;
  }
}

function row(list, file) {
  const item = document.createElement("li");
  item.className = "document";
  item.dataset.state = "uploading";
  const name = document.createElement("span");
  name.className = "document-name";
  name.textContent = file.name;
  const meta = document.createElement("span");
  meta.className = "document-meta";
  meta.setAttribute("role", "status");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `${file.name}のアップロード`);
  item.append(name, meta, bar);
  list.append(item);
  return { item, meta, bar };
}

function fail({ item, meta, bar }, message, again) {
  item.dataset.state = "failed";
  meta.setAttribute("role", "alert");
  meta.textContent = message;
  bar.remove();
  const actions = document.createElement("div");
  actions.className = "actions";
  if (again) {
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "button small secondary";
    retry.textContent = "もう一度送る";
    retry.addEventListener("click", () => {
      item.remove();
      again();
    });
    actions.append(retry);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button small secondary";
  close.textContent = "閉じる";
  close.addEventListener("click", () => item.remove());
  actions.append(close);
  item.append(actions);
}

// Seconds after which a file whose sending broke off is sent again by itself; then the person decides.
const pauses = [1, 3, 9];

/** One file; the same upload id on a retry, so that a lost answer does not store it twice. */
function send(area, file, id = crypto.randomUUID(), attempt = 0) {
  const list = area.querySelector("[data-list]");
  const shown = row(list, file);
  if (file.size === 0) return fail(shown, "ファイルが空です（0バイト）。もう一度ファイルを選んでください。");
  if (file.size > largest) return fail(shown, `ファイルが大きすぎます（${size(file.size)}）。20MiB以下のファイルを選んでください。`);
  asked = 0;
  const request = new XMLHttpRequest();
  const slot = area.dataset.slot ?? (area.dataset.single ? "0" : null);
  request.open("POST", `${form.dataset.files}?kind=${area.dataset.kind}${slot === null ? "" : `&slot=${slot}`}&uploadId=${id}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("X-Requested-With", "fetch");
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
  request.setRequestHeader("RequestVerificationToken", form.querySelector("[name='__RequestVerificationToken']").value);
  request.upload.addEventListener("progress", event => {
    shown.bar.value = event.loaded / event.total;
    shown.meta.textContent = `${size(event.loaded)} / ${size(event.total)} 送信中`;
  });
  const done = new Promise(resolve => {
    request.addEventListener("loadend", async () => {
      let answer = null;
      try { answer = JSON.parse(request.responseText); } catch { /* an error page */ }
      if (request.status === 200) {
        shown.item.remove();
        asked = 0;
        await refresh().catch(() => {});
      } else if (request.status === 401) fail(shown, "ログインの有効期限が切れました。別のタブでログインしてから、もう一度送ってください。", () => send(area, file, id));
      else if (answer?.message) fail(shown, answer.message);
      else if (attempt < pauses.length && (request.status === 0 || request.status >= 500)) {
        shown.meta.textContent = "送信が途切れました。もう一度送っています。";
        await new Promise(again => setTimeout(again, pauses[attempt] * 1000));
        shown.item.remove();
        await send(area, file, id, attempt + 1);
      } else fail(shown, "送信できませんでした。通信の状態を確かめて、もう一度送ってください。", () => send(area, file, id));
      resolve();
    });
  });
  pending.add(done);
  done.finally(() => {
    pending.delete(done);
    if (pending.size === 0 && afterwards) {
      const button = afterwards;
      afterwards = null;
      if (form.querySelector("[data-state='failed']:not([data-check])")) {
        form.querySelector("[data-state='failed']:not([data-check]) button")?.focus();
        form.querySelector("[data-saved]").textContent = "送信できなかったファイルがあります。";
      } else form.requestSubmit(button);
    }
  });
  request.send(file);
  return done;
}

for (const area of document.querySelectorAll(".upload")) {
  const input = area.querySelector("input[type='file']");
  if (!input || input.disabled) continue;
  const take = files => {
    for (const file of area.dataset.single ? [...files].slice(0, 1) : files) send(area, file);
    input.value = "";
  };
  input.addEventListener("change", () => take([...input.files]));
  for (const kind of ["dragenter", "dragover"]) area.addEventListener(kind, event => {
    event.preventDefault();
    area.classList.add("over");
  });
  for (const kind of ["dragleave", "drop"]) area.addEventListener(kind, () => area.classList.remove("over"));
  area.addEventListener("drop", event => {
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}

// A step is left only when its files have arrived.
form?.addEventListener("submit", event => {
  if (pending.size === 0) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  afterwards = event.submitter;
  delete form.dataset.sending;
  form.querySelector("[data-saved]").textContent = "ファイルを送っています。終わると次へ進みます。";
}, { capture: true });

watch();
