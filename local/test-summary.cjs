// Adds up what test runners left in a folder: NAME.json (CTRF) with the counts, NAME.exit with the exit code.
// A name without counts is one check, passed or failed by its exit code. The last line says the sum, the exit code too.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const folder = process.argv[2];
const sum = { passed: 0, failed: 0, skipped: 0 };
const complaints = [];

for (const file of fs.readdirSync(folder).filter((f) => f.endsWith(".exit")).sort()) {
  const name = path.basename(file, ".exit");
  const exitCode = Number(fs.readFileSync(path.join(folder, file), "utf8"));
  const counts = read(path.join(folder, `${name}.json`));
  const tests = counts?.results?.tests ?? [{ name, status: exitCode === 0 ? "passed" : "failed" }];

  for (const test of tests) {
    if (test.status === "passed") sum.passed++;
    else if (test.status === "skipped" || test.status === "pending") {
      sum.skipped++;
      complaints.push(`skipped: ${test.name}`);
    } else {
      sum.failed++;
      complaints.push(`failed: ${test.name}`);
    }
  }

  if (exitCode !== 0 && !tests.some((test) => test.status === "failed")) {
    sum.failed++;
    complaints.push(`failed: ${name} ended with exit code ${exitCode}`);
  }
}

for (const complaint of complaints) console.log(complaint);
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ""}`);
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;

/** The file's object; nothing where a runner crashed before or while writing it. */
function read(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
