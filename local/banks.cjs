// Writes the banks and branches of the zengin-code package as tab-separated lines:
// bank code, name, kana, branch code, name, kana. A bank without branches has one line with the last three empty.
"use strict";

const fs = require("node:fs");
const zengin = require("zengin-code");

const clean = (text) => text.replace(/\s+/g, " ").trim();
const lines = [];
for (const bank of Object.values(zengin).sort((a, b) => a.code.localeCompare(b.code))) {
  const branches = Object.values(bank.branches ?? {}).sort((a, b) => a.code.localeCompare(b.code));
  for (const branch of branches.length > 0 ? branches : [{ code: "", name: "", kana: "" }])
    lines.push([bank.code, bank.name, bank.kana, branch.code, branch.name, branch.kana].map(clean).join("\t"));
}

fs.writeFileSync(process.argv[2], lines.join("\n") + "\n");
