// Rent that the server records, a subscription that asks first, a salary: added, waiting, paused, skipped, undone, foreseen.
import { type Page } from "@playwright/test";
import { accessible, expect, type Outlay, setUp, test } from "./outlay.js";

async function settled(page: Page, outlay: Outlay) {
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "1000" });
}

type Entry = { kind?: string; amount: string; what: string; unit?: string; on?: string; mode?: string };

async function addEntry(page: Page, { kind, amount, what, unit, on, mode }: Entry) {
  const form = page.getByRole("region", { name: "Add what recurs" });
  if (kind) await form.getByLabel("Kind").selectOption({ label: kind });
  await form.getByLabel("Amount in €").fill(amount);
  await form.getByLabel("What", { exact: true }).fill(what);
  if (unit) await form.getByLabel("Days, weeks, months or years").selectOption({ label: unit });
  if (on) await form.getByLabel("Day of the month, for months").selectOption({ label: on });
  if (mode) await form.getByLabel("On its day").selectOption({ label: mode });
  await form.getByRole("button", { name: "Add", exact: true }).click();
}

const entry = (page: Page, what: string) => page.getByRole("list", { name: "What recurs" }).getByRole("listitem").filter({ hasText: what });

test.describe("at a desk", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test("what recurs is recorded, waits, is paused and foreseen", async ({ outlay, page }) => {
    await settled(page, outlay);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Recurring" }).click();
    await expect(page.getByText("Nothing recurs yet")).toBeVisible();
    await accessible(page);
    await addEntry(page, { amount: "none", what: "Rent" });
    await expect(page.getByRole("region", { name: "Add what recurs" }).locator("[aria-invalid=true]")).toBeFocused();
    await addEntry(page, { amount: "620", what: "Rent" });
    await expect(entry(page, "Rent")).toContainText("Every month on day");

    // The server has recorded it: its day is today.
    await page.goto(`${outlay.url}/expenses`);
    await expect(page.getByRole("row", { name: /Rent/ })).toContainText("−€620.00");

    await page.goto(`${outlay.url}/recurring`);
    await addEntry(page, { amount: "9.99", what: "Music", unit: "weeks", mode: "Asks first" });
    const waiting = page.getByRole("region", { name: "Waiting for you" });
    await expect(waiting).toContainText("Music");
    await accessible(page);
    await waiting.getByRole("button", { name: /^Record Music/ }).click();
    await expect(page.getByRole("status").filter({ hasText: "Recorded “Music”" })).toBeVisible();
    await expect(waiting).toHaveCount(0);
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(waiting).toContainText("Music");
    await waiting.getByRole("button", { name: /^Skip Music/ }).click();
    await expect(waiting).toHaveCount(0);

    await addEntry(page, { kind: "Funds, such as a salary", amount: "2000", what: "Salary", on: "The last working day" });
    await expect(entry(page, "Salary")).toContainText("Every month on the last working day");
    await entry(page, "Rent").getByRole("button", { name: "Pause Rent" }).click();
    await expect(entry(page, "Rent")).toContainText("Paused");
    await entry(page, "Rent").getByRole("button", { name: "Go on Rent" }).click();
    await expect(entry(page, "Rent")).toContainText("Next on");
    await entry(page, "Rent").getByRole("link", { name: "Edit Rent" }).click();
    await page.getByRole("list", { name: "What recurs" }).getByLabel("Amount in €").fill("650");
    await page.keyboard.press("Enter");
    await expect(entry(page, "Rent")).toContainText("−€650.00");
    await entry(page, "Music").getByRole("button", { name: "Delete Music" }).click();
    await expect(entry(page, "Music")).toHaveCount(0);
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(entry(page, "Music")).toHaveCount(1);
    await accessible(page);

    await page.goto(`${outlay.url}/`);
    await expect(page.getByRole("region", { name: "Upcoming" })).toContainText("Music");
    await expect(page.getByRole("region", { name: "Balance" })).toContainText("Probably");
    await accessible(page);
    await page.goto(`${outlay.url}/reports`);
    await expect(page.getByText("On what the forecast rests")).toBeVisible();
    await expect(page.getByText(/recurring entries come on their days/)).toBeVisible();
    await page.getByRole("region", { name: "Balance" }).getByText("Show as table").click();
    await expect(page.getByText(/^forecast, /).first()).toBeVisible();
    await accessible(page);
  });
});

test.describe("on a phone without JavaScript", () => {
  test.use({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });

  test("what recurs is added, kept when it is refused, and turned down", async ({ outlay, page }) => {
    await settled(page, outlay);
    await page.goto(`${outlay.url}/more`);
    await page.getByRole("link", { name: "Recurring" }).click();
    await addEntry(page, { amount: "much", what: "Gym" });
    await expect(page.getByLabel("Amount in €")).toHaveValue("much");
    await expect(page.getByLabel("What", { exact: true })).toHaveValue("Gym");
    await addEntry(page, { amount: "25", what: "Gym", mode: "Asks first" });
    await page.getByRole("region", { name: "Waiting for you" }).getByRole("button", { name: /^Skip Gym/ }).click();
    await expect(page.getByRole("region", { name: "Waiting for you" })).toHaveCount(0);
    await entry(page, "Gym").getByRole("link", { name: "Edit Gym" }).click();
    await page.getByRole("list", { name: "What recurs" }).getByLabel("Amount in €").fill("30");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(entry(page, "Gym")).toContainText("−€30.00");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.goto(`${outlay.url}/`);
    await expect(page.getByRole("region", { name: "Upcoming" })).toContainText("Gym");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
