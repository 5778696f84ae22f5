// The five steps: saves by itself while one types, computes the amount, fills in what the portal knows, finds banks by name.
// Without this file the same is done by the buttons.

const form = document.querySelector("form[data-autosave]");
const status = form?.querySelector("[data-saved]");
const revision = form?.querySelector("[data-revision]");
let timer;
let running;

function say(text) {
  if (status) status.textContent = text;
}

async function autosave() {
  running?.abort();
  running = new AbortController();
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  body.set("Act", "autosave");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, signal: running.signal });
    if (answer.ok) {
      revision.value = answer.headers.get("X-Revision") ?? revision.value;
      const place = document.querySelector("[data-calculation]");
      if (place) place.innerHTML = await answer.text();
      say(`${new Date().toLocaleTimeString("ja-JP", { hour: "numeric", minute: "2-digit" })} 自動で保存しました`);
    } else if (answer.status === 401) say("ログインの有効期限が切れたか、もう一度ご本人の確認が必要です。「次へ」を押すと、確認のあとに入力内容が戻ります。");
    else if (answer.status === 409) say("ほかの方がこの画面の内容を変更したか、審査が始まりました。「一時保存する」を押してご確認ください。");
    else say("自動で保存できませんでした。「一時保存する」を押してください。");
  } catch (error) {
    if (error.name !== "AbortError") say("通信できないため、まだ保存されていません。入力内容はこの画面に残っています。");
  }
}

if (form) {
  form.addEventListener("input", event => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(autosave, 700);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    running?.abort();
  });
}

// ① The master fills in what was not typed by hand.
const number = form?.querySelector("[data-lookup-number]");
if (number) {
  const note = form.querySelector("[data-lookup-status]");
  const fields = { name: "Office_Name", address: "Office_Address", phone: "Office_Phone" };
  let filled = {};
  const lookUp = async () => {
    const value = number.value.normalize("NFKC").replace(/[^0-9A-Za-z]/g, "");
    if (value.length !== 10 || number.readOnly) return;
    const answer = await fetch(form.dataset.lookup + encodeURIComponent(value), { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (!answer?.ok) return;
    if (answer.status === 204) {
      note.textContent = "この番号は公開情報にありません。番号が正しければ、下の項目を入力してください。";
      return;
    }
    const known = await answer.json();
    for (const [key, id] of Object.entries(fields)) {
      const field = document.getElementById(id);
      if (known[key] && !field.readOnly && (field.value === "" || field.value === filled[key])) field.value = known[key];
    }
    const boxes = [...form.querySelectorAll("input[name='Office.Services']")];
    const untouched = boxes.every(box => box.checked === (filled.services ?? []).includes(box.value));
    if (known.services?.length && untouched) for (const box of boxes) if (!box.disabled) box.checked = known.services.includes(box.value);
    filled = known;
    note.textContent = "公開されている情報を入力しました。違うところは直してください。";
    form.dispatchEvent(new Event("input"));
  };
  number.addEventListener("change", lookUp);
  number.addEventListener("input", () => {
    note.textContent = "";
    if (number.value.normalize("NFKC").replace(/[^0-9A-Za-z]/g, "").length === 10) lookUp();
  });
}

// ③ Banks and branches by code or name: a combobox after the ARIA pattern.
for (const input of document.querySelectorAll("input[data-search]")) {
  if (input.readOnly) continue;
  const list = document.createElement("ul");
  list.className = "options";
  list.id = `${input.id}-options`;
  list.role = "listbox";
  list.hidden = true;
  list.setAttribute("aria-label", "候補");
  input.after(list);
  input.role = "combobox";
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  const name = input.closest(".field").querySelector("[data-name]");
  let active = -1;
  let wait;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = option => {
    input.value = option.dataset.code;
    name.textContent = option.dataset.name;
    close();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(wait);
  };
  const mark = to => {
    const options = [...list.children];
    if (options.length === 0) return;
    active = (to + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    options[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active].id);
  };
  const search = async () => {
    const text = input.value.trim();
    const bank = document.getElementById("Account_BankCode").value.trim();
    if (text === "") {
      name.textContent = "";
      return close();
    }
    const address = input.dataset.search.replace("{Account.BankCode}", encodeURIComponent(bank)) + encodeURIComponent(text);
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (!answer?.ok || input.value.trim() !== text) return;
    const found = await answer.json();
    const exact = found.find(f => f.code === text.normalize("NFKC"));
    name.textContent = exact ? exact.name : "";
    list.replaceChildren(...found.map((f, i) => {
      const option = document.createElement("li");
      option.role = "option";
      option.id = `${list.id}-${i}`;
      option.dataset.code = f.code;
      option.dataset.name = f.name;
      option.textContent = `${f.code} ${f.name}`;
      option.setAttribute("aria-selected", "false");
      option.addEventListener("mousedown", event => {
        event.preventDefault();
        choose(option);
      });
      return option;
    }));
    list.hidden = found.length === 0 || Boolean(exact) || document.activeElement !== input;
    input.setAttribute("aria-expanded", String(!list.hidden));
    active = -1;
  };
  input.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(search, 200);
  });
  input.addEventListener("keydown", event => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active - 1);
    else if (event.key === "Enter" && active >= 0) choose(list.children[active]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
}
