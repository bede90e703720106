// The form with all fields: the category comes from one's own history. And what nobody types, typed.
import { type Page } from "@playwright/test";
import { accessible, expect, live, setUp, test } from "./outlay.js";

const form = (page: Page) => page.locator("#add-expense");
const category = (page: Page) => form(page).getByLabel("Category");
const row = (page: Page, name: RegExp) => page.getByRole("row", { name }).first();

async function record(page: Page, amount: string, what: string) {
  await form(page).getByLabel("Amount in €").fill(amount);
  await form(page).getByLabel("What", { exact: true }).fill(what);
  await form(page).getByRole("button", { name: "Add", exact: true }).click();
}

test("the form with all fields suggests the category", async ({ outlay, page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "1000" });
  await live(page, `${outlay.url}/expenses?add=1`);
  const what = form(page).getByLabel("What", { exact: true });

  await test.step("nothing is known at first", async () => {
    await what.fill("Ramen");
    await expect(category(page)).toHaveValue("");
    await category(page).selectOption("Eating out");
    await record(page, "12", "Ramen with Ana");
    await expect(row(page, /Ramen with Ana/)).toContainText("Eating out");
    await expect(what).toHaveValue("");
    await expect(category(page)).toHaveValue("");
  });

  await test.step("then it is as before, and why", async () => {
    await what.fill("Ramen with Ana");
    await expect(category(page).locator("option:checked")).toHaveText("Eating out");
    await expect(form(page).getByText("Suggested: “Ramen with Ana” was Eating out the last time")).toBeVisible();
    await accessible(page);
  });

  await test.step("a choice stays, whatever is typed", async () => {
    await category(page).selectOption("Groceries");
    await what.fill("Ramen with Ana and Bor");
    await what.fill("Ramen with Ana");
    await expect(form(page).getByText(/^Suggested/)).toHaveCount(0);
    await expect(category(page).locator("option:checked")).toHaveText("Groceries");
    await category(page).selectOption("No category");
    await record(page, "3", "Ramen with Ana");
    await expect(row(page, /Ramen with Ana/)).toContainText("No category");
  });

  await test.step("on a phone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await live(page, `${outlay.url}/expenses?add=1`);
    await what.fill("Ramen");
    await expect(form(page).getByText(/^Suggested/)).toBeVisible();
    await accessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("the history is asked when one says so", async ({ outlay, page }) => {
    await page.goto(await outlay.setupLink());
    await setUp(page, { opening: "1000" });
    await page.goto(`${outlay.url}/expenses?add=1`);
    await category(page).selectOption("Eating out");
    await record(page, "12", "Ramen");
    await page.goto(`${outlay.url}/expenses?q=nothing&add=1`);
    await category(page).selectOption("As my history suggests");
    await record(page, "14", "Ramen");
    await page.goto(`${outlay.url}/expenses`);
    await expect(row(page, /14\.00/)).toContainText("Eating out");
  });
});

test("what nobody types", async ({ outlay, page, complaints }) => {
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "1000" });
  await live(page, outlay.url);
  const quick = page.getByRole("region", { name: "Add an expense" });
  const line = quick.getByLabel("Expense in one line");
  const paste = (text: string) => page.evaluate((text) => document.execCommand("insertText", false, text), text);

  await test.step("ten megabytes in the line", async () => {
    await line.evaluate((input: HTMLInputElement) => {
      input.value = `12 ${"x".repeat(10_000_000)}`;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    });
    await expect(quick.getByText("One line has at most 2,000 characters.")).toBeVisible();
    await line.press("Enter");
    await expect(quick.locator(".field-error")).toContainText("at most 2,000 characters");
  });

  await test.step("right to left, emoji, marks on marks", async () => {
    await line.fill("12,50 قهوة مع آنا 🧾 @ملاحظة");
    await line.press("Enter");
    await expect(page.getByRole("row", { name: /قهوة مع آنا 🧾/ }).first()).toContainText("−€12.50");
    await accessible(page);
    await line.fill(`1 e${"\u0301".repeat(1000)}`);
    await line.press("Enter");
    await expect(quick.getByText(/too long/)).toBeVisible();
    await line.fill("5 tea 30.2.");
    await expect(quick.getByText("There is no day “30.2.”.")).toBeVisible();
  });

  await test.step("ten megabytes in the search", async () => {
    await live(page, `${outlay.url}/expenses`);
    await page.getByRole("searchbox").focus();
    await paste("x".repeat(10_000_000));
    await expect(page.getByText("No expense matches")).toBeVisible();
    expect((await page.getByRole("searchbox").inputValue()).length).toBe(200);
    await page.getByRole("searchbox").fill("آنا");
    await expect(page.locator(".rows tbody tr")).toHaveCount(1);
    await page.getByRole("searchbox").fill("e\u0301".repeat(100));
    await expect(page.getByText("No expense matches")).toBeVisible();
  });

  await test.step("nothing else was recorded", async () => {
    await page.goto(`${outlay.url}/expenses`);
    await expect(page.locator(".filter-total")).toContainText("1 expense");
    expect(complaints).toEqual([]);
  });
});
