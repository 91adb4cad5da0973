import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

const www = new URL("../../../www/", import.meta.url);
const read = (name) => readFile(new URL(name, www), "utf8");
const names = await readdir(www);
const index = await read("index.html");

test("index.html names every module, so that none waits for another to name it", () => {
  const named = [...index.matchAll(/(?:href|src)="\.\/([^"]+\.js)"/g)].map(([, name]) => name);
  assert.deepEqual(named.sort(), names.filter((name) => name.endsWith(".js")).sort());
});

test("index.html names every style sheet", () => {
  const named = [...index.matchAll(/href="\.\/([^"]+\.css)"/g)].map(([, name]) => name);
  assert.deepEqual(named.sort(), names.filter((name) => name.endsWith(".css")).sort());
});

test("nothing is inline, and nothing is read as HTML", async () => {
  assert.doesNotMatch(index, /<style|style="|\son\w+="|<script>|<script type="module">/);
  for (const name of names.filter((one) => one.endsWith(".js"))) {
    assert.doesNotMatch(await read(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|"style"/, name);
  }
});

test("only one module knows the package", async () => {
  for (const name of names.filter((one) => one.endsWith(".js") && one !== "lakebase.js")) {
    assert.doesNotMatch(await read(name), /\/pkg\//, name);
  }
});
