import assert from "node:assert/strict";
import axe from "axe-core";

/** No violation of any rule of axe, best practices included. */
export async function check(page, where) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const told = violations.map(({ id, help, nodes }) => `${where}: ${id}, ${help}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ""}`).join(" | ")}`);
  assert.deepEqual(told, []);
}
