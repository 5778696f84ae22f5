// ファイルを確かめる: compares files of this device with those of the 受付票 by their SHA-256. Nothing leaves the browser.

const area = document.querySelector("[data-verify]");
const largest = 20 * 1024 * 1024;
const received = [...document.querySelectorAll("tr[data-sha256]")].map(row => ({ ...row.dataset }));
const results = area.querySelector("[data-results]");
const count = area.querySelector("[data-count]");
const input = area.querySelector("input");
let waiting = Promise.resolve();

function show(file) {
  const item = document.createElement("li");
  const name = document.createElement("strong");
  name.textContent = file.name;
  const words = document.createElement("p");
  words.textContent = "確かめています…";
  item.append(name, words);
  results.append(item);
  return (state, text) => {
    item.dataset.state = state;
    words.textContent = text;
  };
}

async function sha256(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, "0")).join("");
}

async function verify(file, tell) {
  // No larger file was ever taken.
  if (file.size > largest) return tell("other", "一致しません。20MiBより大きいファイルは、受付票のファイルではありません。");
  let hash;
  try {
    hash = await sha256(file);
  } catch {
    return tell("other", "ファイルを読み取れませんでした。フォルダーではなくファイルを選び、もう一度お試しください。");
  }
  const same = received.filter(one => one.sha256 === hash);
  if (same.length > 0) return tell("same", `一致しました。受付票の${same.map(one => `「${one.kind}」（${one.name}）`).join("、")}と同じ内容です。`);
  const namesake = received.find(one => one.name === file.name);
  tell("other", `一致しません。受付票のどのファイルとも内容が違います。${namesake ? `ファイル名は「${namesake.kind}」と同じですが、中身が違います。` : ""}（SHA-256 ${hash}）`);
}

/** One after the other: twenty large files at once would not fit a telephone. */
function take(files) {
  const lines = [...files].map(file => [file, show(file)]);
  waiting = waiting.then(async () => {
    for (const [file, tell] of lines) await verify(file, tell);
    const same = results.querySelectorAll("[data-state='same']").length;
    count.textContent = `${results.children.length}個のファイルを確かめました。一致 ${same}個、不一致 ${results.children.length - same}個。`;
  });
}

// Only pages reached over https, or on this machine, may compute hashes.
if (globalThis.crypto?.subtle) {
  area.hidden = false;
  document.querySelector("[data-by-hand]").hidden = true;
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) area.addEventListener(kind, event => {
    event.preventDefault();
    area.classList.add("over");
  });
  for (const kind of ["dragleave", "drop"]) area.addEventListener(kind, () => area.classList.remove("over"));
  area.addEventListener("drop", event => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
}
