// History, one expense's own page, and funds: on a desk and on a phone, and without JavaScript.
import type { Page } from "@playwright/test";
import { accessible, expect, type Outlay, setUp, test } from "./outlay.js";

const FUNCTION = "/api/page/";

/** Posts to a server function as the page's own forms do. */
async function post(page: Page, outlay: Outlay, name: string, form: Record<string, string>) {
  const answer = await page.request.post(`${outlay.url}${FUNCTION}${name}`, { form, headers: { "sec-fetch-site": "same-origin", accept: "application/json" } });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** The entry whose line begins so. */
const entryOf = (page: Page, text: string) => page.getByRole("listitem").filter({ hasText: new RegExp(`^\\s*${text}`) });

/** An id for a new row: version 7, in the order of `n`. */
const id = (n: number) => `0193a000-0000-7000-8000-${n.toString().padStart(12, "0")}`;

async function spend(page: Page, outlay: Outlay, n: number, what: string, amount = "2.00") {
  await post(page, outlay, "expenses/record", { id: id(n), amount, what, date: "2026-11-20", allow_overdraft: "true" });
}

for (const [device, viewport] of [["a desk", { width: 1440, height: 900 }], ["a phone", { width: 390, height: 844 }]] as const) {
  test(`history on ${device}`, async ({ outlay, page, complaints }) => {
    await page.setViewportSize(viewport);
    await page.goto(await outlay.setupLink());
    await setUp(page, { opening: "500" });
    for (let n = 1; n <= 70; n++) await spend(page, outlay, n, `Thing ${n}`);
    await post(page, outlay, "expenses/edit", { id: id(70), version: "1", amount: "3.50", what: "Thing 70", date: "2026-11-21", note: "dearer" });
    const entry = (text: string) => entryOf(page, text);

    await test.step("an entry opens to before and after", async () => {
      await page.goto(`${outlay.url}/history`);
      await accessible(page);
      await page.waitForLoadState("networkidle");
      const changed = entry("Changed “Thing 70”");
      await changed.getByRole("link", { name: /Changed/ }).click();
      await expect(changed.getByText("€3.50", { exact: true })).toBeVisible();
      await expect(changed.getByText("dearer")).toBeVisible();
      await accessible(page);
      await changed.getByRole("link", { name: /Changed/ }).click();
      await expect(changed.getByText("dearer")).toBeHidden();
    });

    await test.step("older entries are appended, and stay when one is undone", async () => {
      await expect(entry("Added “Thing 1”")).toHaveCount(0);
      await page.getByRole("link", { name: "Older" }).click();
      const first = entry("Added “Thing 1”,");
      await expect(first).toHaveCount(1);
      await expect(entry("Added “Thing 60”,")).toHaveCount(1);
      await first.getByRole("button", { name: /Undo/ }).click();
      await expect(first.getByText("Undone")).toBeVisible();
      await expect(entry("Added “Thing 60”,")).toHaveCount(1);
      await first.getByRole("button", { name: /Redo/ }).click();
      await expect(first.getByText("Undone")).toBeHidden();
    });

    await test.step("what was changed later stands in the way, and the page says so in place", async () => {
      await page.goto(`${outlay.url}/history?kind=expenses`);
      await page.waitForLoadState("networkidle");
      const added = entry("Added “Thing 70”,");
      await added.getByRole("button", { name: /Undo/ }).click();
      await expect(added.getByText("Undo the later change first")).toBeVisible();
      await expect(added.getByRole("link", { name: "Show it as it is now" })).toBeVisible();
      await accessible(page);
    });

    await test.step("filtered by address", async () => {
      await page.goto(`${outlay.url}/history`);
      await page.waitForLoadState("networkidle");
      await page.getByRole("navigation", { name: "Kind of change" }).getByRole("link", { name: "Account" }).click();
      await expect(page).toHaveURL(/kind=account/);
      await expect(entry("Set up Outlay")).toBeVisible();
      await expect(entry("Added “Thing 70”")).toHaveCount(0);
      await page.getByText("Filter", { exact: true }).click();
      await page.getByLabel("From where").selectOption("api");
      await page.getByRole("button", { name: "Show" }).click();
      await expect(page.getByText("No change matches")).toBeVisible();
      await accessible(page);
      await page.getByRole("link", { name: /By a program/ }).click();
      await expect(entry("Set up Outlay")).toBeVisible();
    });

    await test.step("an expense's own page", async () => {
      await page.goto(`${outlay.url}/history?kind=expenses`);
      await page.waitForLoadState("networkidle");
      const changed = entry("Changed “Thing 70”");
      await changed.getByRole("link", { name: /Changed/ }).click();
      await changed.getByRole("link", { name: "Thing 70", exact: true }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Thing 70" })).toBeVisible();
      await expect(entry("Changed “Thing 70”").getByText("€2.00", { exact: true })).toBeVisible();
      await accessible(page);
      await page.getByRole("link", { name: "Edit Thing 70" }).click();
      await page.getByLabel("Amount in €").fill("4.75");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByText("Changed “Thing 70” from €3.50 to €4.75").first()).toBeVisible();
      await page.getByRole("button", { name: "Delete Thing 70" }).click();
      await expect(page.getByRole("heading", { name: "This expense was deleted" })).toBeVisible();
      await accessible(page);
      await page.getByRole("button", { name: "Put back" }).click();
      await expect(page.getByRole("heading", { name: "This expense was deleted" })).toBeHidden();
      await expect(page.getByRole("button", { name: "Delete Thing 70" })).toBeVisible();
    });

    await test.step("no such expense", async () => {
      const answer = await page.goto(`${outlay.url}/expenses/${id(999)}`);
      expect(answer?.status()).toBe(404);
      await expect(page.getByRole("heading", { level: 1, name: "There is no such page" })).toBeVisible();
      await accessible(page);
      // The browser says so as well, as it did of the refused undo.
      await expect.poll(() => complaints.map((text) => /status of \d+/.exec(text)?.[0])).toEqual(["status of 409", "status of 404"]);
      complaints.splice(0);
    });
  });

  test(`funds on ${device}`, async ({ outlay, page }) => {
    await page.setViewportSize(viewport);
    await page.goto(await outlay.setupLink());
    await setUp(page);
    await page.goto(`${outlay.url}/funds`);
    await expect(page.getByText("No funds yet")).toBeVisible();
    await accessible(page);
    for (let n = 1; n <= 60; n++) await post(page, outlay, "funds/add", { id: id(n), amount: "10", date: "2026-11-01", note: `Wages ${n}.` });
    await page.goto(`${outlay.url}/funds`);
    await page.waitForLoadState("networkidle");
    await expect(page.getByText("60 entries · €600.00")).toBeVisible();
    await accessible(page);

    await page.getByRole("link", { name: "Older" }).click();
    const row = page.getByRole("row", { name: /Wages 3\./ });
    await expect(row).toBeVisible();
    await row.hover();
    await row.getByRole("link", { name: /Edit/ }).click();
    await page.getByRole("table").getByLabel("Amount in €").fill("12");
    await page.getByRole("table").getByLabel("Amount in €").press("Enter");
    await expect(row).toContainText("€12.00");
    await expect(page.getByText("60 entries · €602.00")).toBeVisible();
    await row.hover();
    await row.getByRole("button", { name: /Delete/ }).click();
    await expect(row).toHaveCount(0);
    await expect(page.getByRole("row", { name: /Wages 2\./ })).toBeVisible();
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(row).toBeVisible();

    await page.getByText("Filter", { exact: true }).click();
    await page.getByLabel("From", { exact: true }).fill("2026-11-02");
    await page.getByRole("button", { name: "Show" }).click();
    await expect(page.getByText("No funds on these days")).toBeVisible();
    await accessible(page);
    await page.getByRole("link", { name: "Show all funds" }).click();
    await expect(page.getByText("60 entries · €602.00")).toBeVisible();
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false, viewport: { width: 1440, height: 900 } });

  test("history, one expense and funds", async ({ outlay, page }) => {
    await page.goto(await outlay.setupLink());
    await setUp(page, { opening: "500" });
    for (let n = 1; n <= 60; n++) await spend(page, outlay, n, `Thing ${n}`);
    const entry = (text: string) => entryOf(page, text);
    await page.goto(`${outlay.url}/history`);
    await entry("Added “Thing 60”").getByRole("link", { name: /Added/ }).click();
    await expect(entry("Added “Thing 60”").getByText("€2.00", { exact: true })).toBeVisible();
    await entry("Added “Thing 60”").getByRole("button", { name: /Undo/ }).click();
    await expect(entry("Added “Thing 60”").filter({ hasText: "Redo" })).toHaveCount(1);
    await entry("Added “Thing 60”").getByRole("button", { name: /Redo/ }).click();
    await page.goto(`${outlay.url}/history`);
    await page.getByRole("link", { name: "Older" }).click();
    await expect(entry("Added “Thing 1”,")).toHaveCount(1);
    await page.getByRole("link", { name: "Newest" }).click();
    await expect(entry("Redid: Added “Thing 60”")).toHaveCount(1);

    await page.goto(`${outlay.url}/expenses/${id(60)}`);
    await page.getByRole("button", { name: "Delete Thing 60" }).click();
    await expect(page.getByRole("heading", { name: "This expense was deleted" })).toBeVisible();
    await page.getByRole("button", { name: "Put back" }).click();
    await expect(page.getByRole("button", { name: "Delete Thing 60" })).toBeVisible();
    await page.goto(`${outlay.url}/funds`);
    await page.getByText("Filter", { exact: true }).click();
    await page.getByLabel("To", { exact: true }).fill("2020-01-01");
    await page.getByRole("button", { name: "Show" }).click();
    await expect(page.getByText("No funds on these days")).toBeVisible();
  });
});
