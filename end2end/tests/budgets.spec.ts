// A budget for all spending and one for a category: what is left, what an expense would overspend, and the way back.
import { type Page } from "@playwright/test";
import { accessible, expect, type Outlay, setUp, test } from "./outlay.js";

async function settled(page: Page, outlay: Outlay) {
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "1000" });
}

async function setBudget(page: Page, of: string, amount: string) {
  const form = page.getByRole("region", { name: "Set a budget" });
  await form.getByLabel("For").selectOption({ label: of });
  await form.getByLabel("€ a month").fill(amount);
  await form.getByRole("button", { name: "Set budget" }).click();
}

test.describe("at a desk", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test("what is left, and what would overspend", async ({ outlay, page }) => {
    await settled(page, outlay);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Budgets" }).click();
    await expect(page.getByText("Decide what you want to spend")).toBeVisible();
    await accessible(page);
    await setBudget(page, "All spending", "500");
    await expect(page.getByRole("region", { name: "Budget left" })).toContainText("€500.00");
    await expect(page.getByRole("region", { name: "Safe to spend" })).toContainText("a day");
    await setBudget(page, "Eating out", "twenty");
    await expect(page.getByRole("region", { name: "Set a budget" }).locator("[aria-invalid=true]")).toBeFocused();
    await setBudget(page, "Eating out", "20");
    const line = page.getByRole("list", { name: "Budgets" }).getByRole("listitem").filter({ hasText: "Eating out" });
    await expect(line).toContainText("€20.00 left");
    await accessible(page);

    await page.goto(`${outlay.url}/`);
    const quick = page.getByRole("region", { name: "Add an expense" });
    await quick.getByLabel("Expense in one line").fill("24.80 Ramen #eating");
    await expect(quick.getByText("Eating out: €4.80 over after this")).toBeVisible();
    await quick.getByLabel("Expense in one line").press("Enter");
    await expect(page.getByRole("status").filter({ hasText: "Ramen" })).toBeVisible();

    await page.goto(`${outlay.url}/budgets`);
    await expect(line).toContainText("€4.80 over");
    await expect(page.getByRole("region", { name: "Budget left" })).toContainText("€475.20");
    await line.getByRole("link", { name: "Edit Eating out" }).click();
    await line.getByLabel("€ a month").fill("30");
    await page.keyboard.press("Enter");
    await expect(line).toContainText("€5.20 left");
    await line.getByRole("button", { name: /^End the budget for Eating out/ }).click();
    await expect(line).toHaveCount(0);
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(line).toContainText("€5.20 left");
    await accessible(page);
  });
});

test.describe("on a phone without JavaScript", () => {
  test.use({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });

  test("a budget is set, kept when it is refused, and ended", async ({ outlay, page }) => {
    await settled(page, outlay);
    await page.goto(`${outlay.url}/budgets`);
    await setBudget(page, "Groceries", "none");
    await expect(page.getByLabel("€ a month")).toHaveValue("none");
    await setBudget(page, "Groceries", "350");
    const line = page.getByRole("list", { name: "Budgets" }).getByRole("listitem").filter({ hasText: "Groceries" });
    await expect(line).toContainText("€350.00 left");
    await line.getByRole("button", { name: /^End the budget for Groceries/ }).click();
    await expect(line).toHaveCount(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
