// The expenses grow as one scrolls, Back comes back to the same place, a row leads to its page, and what is found can be exported.
import type { Page } from "@playwright/test";
import { accessible, expect, live, type Outlay, setUp, test } from "./outlay.js";

const rows = (page: Page) => page.locator("tbody tr");
const row = (page: Page, name: RegExp) => page.locator("tbody").getByRole("row", { name });
const total = (page: Page) => page.locator(".filter-total");
const down = (page: Page) => page.evaluate(() => Math.round(scrollY));

/** 230 expenses, the first the oldest: `Thing 1.` to `Thing 230.`, two on each day. */
async function filled(page: Page, outlay: Outlay) {
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "5000" });
  await page.evaluate(async () => {
    for (let n = 1; n <= 230; n++) {
      const date = new Date(Date.UTC(2026, 5, 1 + n / 2)).toISOString().slice(0, 10);
      const body = new URLSearchParams({ id: `0193a000-0000-7000-8000-${n.toString().padStart(12, "0")}`, amount: "1.50", what: `Thing ${n}.`, date });
      const answer = await fetch("/api/page/expenses/record", { method: "POST", headers: { accept: "application/json" }, body });
      if (!answer.ok) throw new Error(await answer.text());
    }
  });
}

/** The page of the expenses, once it is live. */
async function expenses(page: Page, outlay: Outlay, query = "") {
  await live(page, `${outlay.url}/expenses${query}`);
}

/** Scrolls on until so many rows are shown. */
async function scrollTo(page: Page, count: number) {
  await expect(async () => {
    await page.mouse.wheel(0, 3000);
    expect(await rows(page).count()).toBeGreaterThanOrEqual(count);
  }).toPass();
}

for (const [device, viewport] of [["a desk", { width: 1440, height: 900 }], ["a phone", { width: 390, height: 844 }]] as const) {
  test.describe(`on ${device}`, () => {
    test.use({ viewport });

    test("pages are appended as one scrolls, and everything goes on working", async ({ outlay, page }) => {
      await filled(page, outlay);
      await expenses(page, outlay);
      await expect(rows(page)).toHaveCount(50);
      await scrollTo(page, 230);
      await expect(rows(page)).toHaveCount(230);
      await expect(page.getByRole("link", { name: "Next page" })).toHaveCount(0);
      await expect(total(page)).toContainText("230 expenses · €345.00");
      await accessible(page);

      await test.step("a row far down is changed in place", async () => {
        const far = row(page, /Thing 12\./);
        await far.scrollIntoViewIfNeeded();
        await far.hover();
        await far.getByRole("link", { name: "Edit Thing 12." }).click();
        await page.getByLabel("Amount in €").fill("2.50");
        await page.keyboard.press("Enter");
        await expect(far).toContainText("−€2.50");
        await expect(total(page)).toContainText("€346.00");
        await expect(page.locator(".toast")).toContainText("Changed “Thing 12.”");
        await expect(rows(page)).toHaveCount(230);
      });

      await test.step("one is deleted and comes back by Undo, in its place", async () => {
        const before = await down(page);
        const far = row(page, /Thing 14\./);
        await far.hover();
        await far.getByRole("button", { name: "Delete Thing 14." }).click();
        await expect(rows(page)).toHaveCount(229);
        await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
        await expect(rows(page)).toHaveCount(230);
        await expect(far).toContainText("−€1.50");
        expect(Math.abs((await down(page)) - before)).toBeLessThan(120);
      });

      await test.step("what is added elsewhere comes without losing the place", async () => {
        const before = await down(page);
        const form = { id: "0193a000-0000-7000-8000-000000009999", amount: "3", what: "From elsewhere", date: "2026-06-02" };
        const answer = await page.request.post(`${outlay.url}/api/page/expenses/record`, { form, headers: { "sec-fetch-site": "same-origin", accept: "application/json" } });
        expect(answer.ok()).toBe(true);
        await expect(row(page, /From elsewhere/)).toBeVisible();
        await expect(rows(page)).toHaveCount(231);
        expect(Math.abs((await down(page)) - before)).toBeLessThan(120);
      });

      await test.step("another order begins from the top, with one page", async () => {
        await page.evaluate(() => window.scrollTo(0, 0));
        await page.goto(`${outlay.url}/expenses?q=thing&sort=date`);
        await page.waitForLoadState("networkidle");
        await expect(rows(page)).toHaveCount(50);
        await expect(rows(page).first()).toContainText("Thing 1.");
      });
    });

    test("a reload comes back to the same place, and it goes on from there", async ({ outlay, page }) => {
      test.setTimeout(120_000);
      await filled(page, outlay);
      for (const query of ["", "?q=thing&sort=date"]) {
        await expenses(page, outlay, query);
        await scrollTo(page, 150);
        const far = row(page, query ? /Thing 110\./ : /Thing 120\./);
        await far.scrollIntoViewIfNeeded();
        const [shown, before, y] = [await rows(page).count(), await down(page), (await far.boundingBox())!.y];
        expect(before).toBeGreaterThan(2_000);
        for (let round = 0; round < 3; round++) {
          // What is kept is kept when one has stopped to scroll.
          await page.waitForTimeout(250);
          await live(page);
          await expect(far, `round ${round}`).toBeInViewport();
          await expect.poll(async () => Math.abs((await down(page)) - before), { message: `round ${round}` }).toBeLessThanOrEqual(2);
          expect(Math.abs((await far.boundingBox())!.y - y)).toBeLessThanOrEqual(4);
          await expect(rows(page)).toHaveCount(shown);
          await page.waitForTimeout(250);
          expect(Math.abs((await down(page)) - before), `round ${round}, later`).toBeLessThanOrEqual(2);
        }
        await scrollTo(page, 230);
        await expect(rows(page)).toHaveCount(230);
        expect(new Set(await rows(page).allTextContents()).size, "each once").toBe(230);
      }
    });

    test("Back comes back to the same place, ten times", async ({ outlay, page }) => {
      test.setTimeout(120_000);
      await filled(page, outlay);
      await expenses(page, outlay);
      await scrollTo(page, 150);
      for (let round = 0; round < 10; round++) {
        const n = 100 + round * 3;
        const far = row(page, new RegExp(`Thing ${n}\\.`));
        await far.scrollIntoViewIfNeeded();
        await far.hover();
        const [before, y] = [await down(page), (await far.boundingBox())!.y];
        expect(before).toBeGreaterThan(900);
        if (round % 3 === 2 && viewport.width > 1000) {
          await far.focus();
          await page.keyboard.press("o");
        } else {
          await far.getByRole("link", { name: `Open Thing ${n}.` }).click();
        }
        await expect(page.getByRole("heading", { level: 1, name: `Thing ${n}.` })).toBeVisible();
        // A tab of the page is as good a way on as any.
        if (round % 2) {
          await page.getByRole("navigation", { name: "Entries" }).getByRole("link", { name: "History" }).click();
          await expect(page.getByRole("heading", { level: 1, name: "History" })).toBeVisible();
          await page.goBack();
          await expect(page.getByRole("heading", { level: 1, name: `Thing ${n}.` })).toBeVisible();
        }
        await page.goBack();
        await expect(far, `round ${round}`).toBeInViewport();
        await expect.poll(async () => Math.abs((await down(page)) - before), { message: `round ${round}` }).toBeLessThanOrEqual(2);
        expect(Math.abs((await far.boundingBox())!.y - y)).toBeLessThanOrEqual(4);
        // It stays there.
        await page.waitForTimeout(250);
        expect(Math.abs((await down(page)) - before), `round ${round}, later`).toBeLessThanOrEqual(2);
      }
    });
  });
}

test.describe("at a desk", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test("a filter that Back comes back to has its place too", async ({ outlay, page }) => {
    await filled(page, outlay);
    await expenses(page, outlay);
    await scrollTo(page, 100);
    await page.waitForTimeout(250);
    const before = await down(page);
    await page.evaluate(() => (document.querySelector("th.col-amount a") as HTMLElement).click());
    await expect(page).toHaveURL(/sort=-amount/);
    await expect(rows(page)).toHaveCount(50);
    await expect.poll(() => down(page)).toBe(0);
    await page.goBack();
    await expect(page).not.toHaveURL(/sort/);
    await expect.poll(async () => Math.abs((await down(page)) - before)).toBeLessThanOrEqual(2);
    expect(await rows(page).count()).toBeGreaterThanOrEqual(100);
  });

  test("many at once, over several pages, and ahead of the answer", async ({ outlay, page, complaints }) => {
    await filled(page, outlay);
    await expenses(page, outlay);
    await scrollTo(page, 100);
    await page.evaluate(() => window.scrollTo(0, 0));

    await test.step("a range over a border of pages", async () => {
      const box = (n: number) => row(page, new RegExp(`Thing ${n}\\.`)).getByRole("checkbox");
      await box(190).check();
      await box(170).click({ modifiers: ["Shift"] });
      await expect(page.locator(".bulk-said")).toContainText("21 selected · €31.50");
    });

    await test.step("they change at once", async () => {
      let go = () => {};
      const gone = new Promise<void>((resolve) => { go = resolve; });
      await page.route("**/api/page/expenses/bulk", async (route) => { await gone; await route.continue(); });
      await page.getByLabel("Category for the selected").selectOption({ label: "Groceries" });
      await page.getByRole("button", { name: "Set category" }).click();
      await expect(row(page, /Thing 180\./)).toContainText("Groceries");
      await expect(row(page, /Thing 191\./)).not.toContainText("Groceries");
      await expect(page.locator(".toast")).toHaveCount(0);
      go();
      await expect(page.locator(".toast")).toContainText("Changed 21 expenses");
      await expect(row(page, /Thing 180\./)).toContainText("Groceries");
      await page.unroute("**/api/page/expenses/bulk");
    });

    await test.step("what is refused is put back, with the reason and the selection", async () => {
      await row(page, /Thing 200\./).getByRole("checkbox").check();
      await row(page, /Thing 201\./).getByRole("checkbox").check();
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      const sure = page.getByRole("button", { name: "Yes, delete" });
      await expect(sure).toBeVisible();
      // Meanwhile another device deletes one of them.
      await page.route("**/api/page/expenses/bulk", async (route) => {
        await page.request.post(`${outlay.url}/api/page/expenses/delete`, {
          form: { id: "0193a000-0000-7000-8000-000000000201", version: "1" },
          headers: { "sec-fetch-site": "same-origin", accept: "application/json" },
        });
        await route.continue();
      }, { times: 1 });
      await sure.click();
      await expect(page.locator(".toast")).toContainText("There is nothing here");
      await expect(row(page, /Thing 200\./)).toBeVisible();
      await expect(row(page, /Thing 200\./).getByRole("checkbox")).toBeChecked();
      await expect(row(page, /Thing 201\./)).toHaveCount(0);
      expect(complaints.filter((text) => !/status of (404|422)/.test(text))).toEqual([]);
      complaints.length = 0;
    });

    await test.step("all that match", async () => {
      await expect(page.getByText("All 229 that match")).toBeVisible();
      await page.getByText("All 229 that match").click();
      await page.getByLabel("Day for the selected").fill("2026-10-01");
      await page.getByRole("button", { name: "Set day" }).click();
      await expect(page.locator(".toast")).toContainText("Changed 229 expenses");
      await expect(row(page, /Thing 200\./)).toContainText("1 Oct");
    });
  });

  test("what is found is exported", async ({ outlay, page }) => {
    await filled(page, outlay);
    await expenses(page, outlay, "?q=thing+23");
    await page.getByRole("button", { name: "Export" }).first().click();
    await accessible(page);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download as CSV" }).click();
    const file = await (await download).createReadStream();
    let text = "";
    for await (const part of file) text += part;
    const lines = text.trim().split("\n");
    // "Thing 23." and "Thing 230.", below the heading.
    expect(lines).toHaveLength(3);
    expect(text).toContain("Thing 23.");
    expect(text).toContain("Thing 230.");
    const json = await page.request.get(`${outlay.url}${await page.getByRole("link", { name: "Download as JSON" }).getAttribute("href")}`);
    expect(JSON.stringify(await json.json())).toContain("Thing 230.");
  });

  test("a row of the dashboard leads to its page", async ({ outlay, page }) => {
    await filled(page, outlay);
    await page.goto(outlay.url);
    await page.getByRole("region", { name: "Latest expenses" }).getByRole("link", { name: "Thing 230." }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Thing 230." })).toBeVisible();
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the next page, a row's page and the export are links", async ({ outlay, page }) => {
    await page.goto(await outlay.setupLink());
    await setUp(page, { opening: "5000" });
    for (let n = 1; n <= 52; n++) {
      const form = { id: `0193a000-0000-7000-8000-${n.toString().padStart(12, "0")}`, amount: "1", what: `Thing ${n}.`, date: "2026-11-20" };
      const answer = await page.request.post(`${outlay.url}/api/page/expenses/record`, { form, headers: { "sec-fetch-site": "same-origin", accept: "application/json" } });
      expect(answer.ok()).toBe(true);
    }
    await page.goto(`${outlay.url}/expenses`);
    await expect(page.locator("tbody tr")).toHaveCount(50);
    await page.getByRole("link", { name: "Next page" }).click();
    await expect(page.locator("tbody tr")).toHaveCount(2);
    await page.getByRole("link", { name: "First page" }).click();
    await page.getByRole("link", { name: "Open Thing 52." }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Thing 52." })).toBeVisible();
  });
});
