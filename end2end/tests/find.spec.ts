// Finding: by words and by amounts; rows that do not wait for what they sum to.
import type { Page } from "@playwright/test";
import { accessible, expect, type Outlay, setUp, test } from "./outlay.js";

async function filled(page: Page, outlay: Outlay) {
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "500" });
  const rows = [["12.50", "Lunch with Ana"], ["7.20", "Crème brûlée"], ["40.00", "Table for 12"]];
  for (const [n, [amount, what]] of rows.entries()) {
    const form = { id: `0193a000-0000-7000-8000-00000000000${n + 1}`, amount, what };
    const status = await page.evaluate(async (form) => {
      const answer = await fetch("/api/page/expenses/record", { method: "POST", body: new URLSearchParams(form) });
      return answer.status;
    }, form);
    expect(status).toBe(200);
  }
}

test("a word finds words, a number finds amounts too", async ({ outlay, page }) => {
  await filled(page, outlay);
  await page.goto(`${outlay.url}/expenses`);
  const total = page.locator(".filter-total");
  await expect(total).toContainText("3 expenses · €59.70");
  for (const [typed, says] of [["creme", "1 expense · €7.20"], ["12,50", "1 expense · €12.50"], ["12", "1 expense · €40.00"], ["12 table", "1 expense · €40.00"]]) {
    await page.goto(`${outlay.url}/expenses?q=${encodeURIComponent(typed)}`);
    await expect(total, typed).toContainText(says);
  }
});

test("the rows are there before their total", async ({ outlay, page }) => {
  await filled(page, outlay);
  await page.goto(`${outlay.url}/expenses`);
  await expect(page.locator(".filter-total")).toContainText("3 expenses");
  // As if the total had not come in time, and then took its time.
  await page.route("**/api/page/expenses/list*", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), total: null } });
  });
  let count = () => {};
  const counted = new Promise<void>((done) => { count = done; });
  await page.route("**/api/page/expenses/total*", async (route) => {
    await counted;
    await route.continue();
  });
  await page.getByRole("link", { name: "Amount" }).click();
  await expect(page.locator(".filter-total")).toContainText("Counting…");
  await expect(page.getByRole("row", { name: /Lunch with Ana/ })).toBeVisible();
  await accessible(page);
  count();
  await expect(page.locator(".filter-total")).toContainText("3 expenses · €59.70 · average €19.90");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("a page waits for its total when it is asked to", async ({ outlay, page }) => {
    await page.goto(await outlay.setupLink());
    await setUp(page);
    await page.goto(`${outlay.url}/expenses?counted=1`);
    await expect(page.locator(".filter-total")).toContainText("0 expenses");
  });
});
