// The trash: what was deleted is listed, and put back one by one, on a desk and on a phone, and without JavaScript.
import type { Page } from "@playwright/test";
import { accessible, expect, type Outlay, setUp, test } from "./outlay.js";

/** An id for a new row: version 7, in the order of `n`. */
const id = (n: number) => `0193a000-0000-7000-8000-${n.toString().padStart(12, "0")}`;

/** Posts to a server function as the page's own forms do. */
async function post(page: Page, outlay: Outlay, name: string, form: Record<string, string>) {
  const answer = await page.request.post(`${outlay.url}/api/page/${name}`, { form, headers: { "sec-fetch-site": "same-origin", accept: "application/json" } });
  expect(answer.ok(), await answer.text()).toBe(true);
}

async function spend(page: Page, outlay: Outlay, n: number) {
  await post(page, outlay, "expenses/record", { id: id(n), amount: `${n}.00`, what: `Thing ${n}.`, date: "2026-11-20", allow_overdraft: "true" });
}

const row = (page: Page, text: string) => page.locator("tbody").getByRole("row").filter({ hasText: text });

for (const [device, viewport] of [["a desk", { width: 1440, height: 900 }], ["a phone", { width: 390, height: 844 }]] as const) {
  test(`the trash on ${device}`, async ({ outlay, page, complaints }) => {
    await page.setViewportSize(viewport);
    await page.goto(await outlay.setupLink());
    await setUp(page, { opening: "5000" });

    await test.step("it is reached from the history, and says when it is empty", async () => {
      await page.goto(`${outlay.url}/history`);
      await page.getByRole("link", { name: "Trash" }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Trash" })).toBeVisible();
      await expect(page.getByText("Nothing is deleted")).toBeVisible();
      await accessible(page);
    });

    for (let n = 1; n <= 64; n++) await spend(page, outlay, n);
    for (let n = 1; n <= 60; n++) await post(page, outlay, "expenses/delete", { id: id(n), version: "1" });
    const many = new URLSearchParams([["key", id(900)], ["act", "delete"], ["sure", "3"], ...[61, 62, 63].map((n) => ["ids[]", id(n)])]);
    const answer = await page.request.post(`${outlay.url}/api/page/expenses/bulk`, {
      data: many.toString(),
      headers: { "sec-fetch-site": "same-origin", accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    await post(page, outlay, "funds/add", { id: id(500), amount: "25", date: "2026-11-01", note: "A refund" });
    await post(page, outlay, "funds/delete", { id: id(500), version: "1" });

    await test.step("what was deleted, when and from where", async () => {
      await page.goto(`${outlay.url}/trash`);
      await page.waitForLoadState("networkidle");
      await expect(page.locator("tbody tr")).toHaveCount(50);
      await expect(row(page, "A refund")).toContainText("+€25.00");
      await expect(row(page, "Thing 63.")).toContainText("−€63.00");
      await expect(row(page, "Thing 63.")).toContainText("Deleted with others in the browser");
      await expect(row(page, "Thing 60.")).toContainText("Today");
      await accessible(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide).toBe(0);
    });

    await test.step("one of many is put back, the others stay", async () => {
      await row(page, "Thing 62.").getByRole("button", { name: "Put back Thing 62." }).click();
      await expect(row(page, "Thing 62.")).toHaveCount(0);
      await expect(row(page, "Thing 61.")).toHaveCount(1);
      await expect(page.locator(".toast")).toContainText("Put back “Thing 62.”, €62.00");
      await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
      await expect(row(page, "Thing 62.")).toHaveCount(1);
    });

    await test.step("older ones are appended, and stay", async () => {
      await page.getByRole("link", { name: "Older" }).press("Enter");
      await expect(row(page, "Thing 1.")).toHaveCount(1);
      await row(page, "Thing 1.").getByRole("button", { name: /Put back/ }).click();
      await expect(row(page, "Thing 1.")).toHaveCount(0);
      await expect(row(page, "Thing 2.")).toHaveCount(1);
    });

    await test.step("funds too, and what is there already says so in place", async () => {
      await post(page, outlay, "trash/restore-funds", { id: id(500) });
      await expect(row(page, "A refund")).toHaveCount(0);
      await page.goto(`${outlay.url}/trash`);
      await page.waitForLoadState("networkidle");
      await page.route("**/api/page/trash/restore-expense", async (route) => {
        await post(page, outlay, "trash/restore-expense", { id: id(60) });
        await route.continue();
      }, { times: 1 });
      // The page hears of it as well, and would have read the list again, without the row, before somebody slow sees the answer.
      let go = () => {};
      const told = new Promise<void>((resolve) => { go = resolve; });
      await page.route("**/api/page/trash/list*", async (route) => { await told; await route.continue(); });
      await row(page, "Thing 60.").getByRole("button", { name: /Put back/ }).click();
      await expect(page.getByText("It may have been put back already").first()).toBeVisible();
      go();
      await expect.poll(() => complaints.every((text) => text.includes("status of 409")) && complaints.length).toBe(1);
      complaints.length = 0;
    });

    await test.step("the page of a deleted expense puts it back, also one of many", async () => {
      await row(page, "Thing 61.").getByRole("link", { name: "Thing 61." }).click();
      await expect(page.getByRole("heading", { name: "This expense was deleted" })).toBeVisible();
      await accessible(page);
      await page.getByRole("button", { name: "Put back Thing 61." }).click();
      await expect(page.getByRole("heading", { name: "This expense was deleted" })).toBeHidden();
    });
  });
}

test("the trash by the palette", async ({ outlay, page }) => {
  await page.goto(await outlay.setupLink());
  await setUp(page);
  await page.waitForLoadState("networkidle");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go or do" }).fill("trash");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Trash" })).toBeVisible();
  await page.goto(`${outlay.url}/more`);
  await page.locator("main").getByRole("link", { name: "Trash" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Trash" })).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the trash", async ({ outlay, page }) => {
    await page.goto(await outlay.setupLink());
    await setUp(page, { opening: "5000" });
    for (let n = 1; n <= 52; n++) {
      await spend(page, outlay, n);
      await post(page, outlay, "expenses/delete", { id: id(n), version: "1" });
    }
    await page.goto(`${outlay.url}/trash`);
    await row(page, "Thing 52.").getByRole("button", { name: "Put back Thing 52." }).click();
    await expect(page.getByText("Put back “Thing 52.”, €52.00").first()).toBeVisible();
    await expect(row(page, "Thing 52.")).toHaveCount(0);
    await page.getByRole("link", { name: "Older" }).press("Enter");
    await expect(row(page, "Thing 1.")).toHaveCount(1);
    await expect(row(page, "Thing 51.")).toHaveCount(0);
    await page.getByRole("link", { name: "Newest" }).click();
    await expect(row(page, "Thing 51.")).toHaveCount(1);
  });
});
