import assert from "node:assert/strict";
import { test } from "node:test";
import { getToken, paste, stage } from "../stage.js";

const { emulator } = stage;

test("the demo shows a live credential without a click, until somebody signs out", async (t) => {
  emulator.reset();
  const site = await stage.serve(t, { demo: { token: emulator.user.token, instance: "orders" } });
  const page = await stage.open(t, { serve: site });
  await page.goto(site.url);
  await page.locator(".held").waitFor();
  assert.equal(await page.locator(".state-word").innerText(), "Fresh");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("You are signed out").waitFor();
  await page.reload();
  await page.getByLabel("Workspace token").waitFor();
  assert.equal(emulator.requests.count("credentials"), 1);
});

test("without a config.json, the page is for the workspace that serves it, and takes pasted tokens", async (t) => {
  emulator.reset();
  const page = await stage.open(t);
  await page.route("**/config.json", (route) => route.fulfill({ status: 404 }));
  await page.goto(stage.url);
  await page.getByText(new URL(stage.url).host).waitFor();
  assert.equal(await page.getByRole("button", { name: "Sign in with Databricks" }).count(), 0);
  await paste(page, emulator.user.token);
  await page.getByRole("link", { name: /^orders / }).waitFor();
});

test("other workspaces are other pages, each with its own way to its workspace", async (t) => {
  emulator.reset();
  const other = await stage.serve(t, { name: "Staging" });
  const site = await stage.serve(t, { name: "Production", others: [{ name: "Staging", page: other.url }] });
  const page = await stage.open(t, { serve: site, allowed: [new URL(other.url).origin] });
  await page.goto(site.url);
  await page.getByText("Production").waitFor();
  await page.getByRole("link", { name: "Staging" }).click();
  await page.waitForURL(other.url);
  await page.getByLabel("Workspace token").fill(emulator.user.token);
  await page.getByRole("button", { name: "Use token" }).click();
  await page.getByRole("link", { name: /^orders / }).click();
  await getToken(page);
});
