// An admin's first page: people, activity, and the health of the server; with and without JavaScript.
import { accessible, expect, password, setUp, test } from "./outlay.js";

for (const [device, viewport] of [["a desk", { width: 1440, height: 900 }], ["a phone", { width: 390, height: 844 }]] as const) {
  test.describe(`on ${device}`, () => {
    test.use({ viewport });

    test("an admin sees how everything is, and follows each number", async ({ outlay, page, browser }) => {
      await page.goto(await outlay.setupLink());
      await setUp(page, { opening: "100" });
      for (const what of ["Bakery", "Tram"]) {
        const id = what === "Tram" ? "0193a000-0000-7000-8000-000000000001" : "0193a000-0000-7000-8000-000000000002";
        const form = { id, amount: "2.50", what };
        const answer = await page.request.post(`${outlay.url}/api/page/expenses/record`, { form, headers: { "sec-fetch-site": "same-origin", accept: "application/json" } });
        expect(answer.ok()).toBe(true);
      }
      if (viewport.width > 860) {
        // The first of the pages of admins.
        await expect(page.locator("nav[aria-label=Main] ul").nth(1).getByRole("link").first()).toHaveText("Overview");
        await page.getByRole("link", { name: "Overview" }).click();
      } else {
        await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "More" }).click();
        await page.getByRole("link", { name: "Overview" }).click();
      }
      await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
      await accessible(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide, "wider than the screen").toBe(0);

      const needs = page.getByRole("region", { name: "What needs you" });
      await expect(needs).toContainText("No backup was made yet. Let “outlay backup” run each night");
      await expect(page.getByRole("region", { name: "Store answers in" })).toContainText(/\d ms/);
      await expect(page.getByRole("region", { name: "Server" })).toContainText(outlay.dir);
      const users = page.getByRole("region", { name: "Users" });
      await expect(users).toContainText("Mira Kovač");
      const latest = page.getByRole("region", { name: "What happened last" });
      await expect(latest).toContainText("Added an expense");
      await expect(latest).not.toContainText("Bakery");

      await test.step("Refresh looks again", async () => {
        const before = await page.locator(".overview-at").textContent();
        await expect(async () => {
          await page.getByRole("link", { name: "Refresh" }).click();
          await expect(page.locator(".overview-at")).not.toHaveText(before!, { timeout: 1_000 });
        }).toPass();
        await expect(page).toHaveURL(`${outlay.url}/admin`);
      });

      await test.step("a day leads to what was recorded on it", async () => {
        const today = page.getByRole("region", { name: "Expenses recorded a day" }).getByRole("link").first();
        await expect(today).toContainText("2");
        await today.click();
        await expect(page.getByRole("heading", { level: 1, name: "Audit log" })).toBeVisible();
        await expect(page.locator("tbody tr")).toHaveCount(2);
      });

      await test.step("without JavaScript", async () => {
        const plain = await (await browser.newContext({ javaScriptEnabled: false, locale: "en-GB", viewport })).newPage();
        await plain.goto(`${outlay.url}/sign-in?next=/admin`);
        await plain.getByLabel("Username").fill("mira");
        await plain.getByLabel("Password", { exact: true }).fill(password);
        await plain.getByRole("button", { name: "Sign in" }).click();
        await expect(plain.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
        await plain.getByRole("link", { name: "Refresh" }).click();
        await expect(plain.getByRole("region", { name: "What needs you" })).toContainText("No backup");
        await plain.context().close();
      });
    });
  });
}
