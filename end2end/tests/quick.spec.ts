// An expense in one line: as it is read, corrected, completed and suggested; by keyboard, on a phone, and what must not break it.
import type { Page } from "@playwright/test";
import { accessible, expect, live, setUp, test } from "./outlay.js";

/** The line on the dashboard, once the page is live. */
async function dashboard(page: Page, url: string) {
  await live(page, url);
  const quick = page.getByRole("region", { name: "Add an expense" });
  return { quick, line: quick.getByLabel("Expense in one line"), row: (name: RegExp) => page.getByRole("row", { name }).first() };
}

test("an expense in one line", async ({ outlay, page }) => {
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "1000" });
  const { quick, line, row } = await dashboard(page, outlay.url);
  const chip = (name: string) => quick.getByRole("button", { name });
  const category = quick.getByLabel("Category");

  await test.step("is shown as it will be read", async () => {
    await line.fill("3*4.20+1 lunch with Ana 2026-03-12 #eat @half of it");
    await expect(chip("Amount: €13.60")).toBeVisible();
    await expect(chip("What: lunch with Ana")).toBeVisible();
    await expect(chip("Note: half of it")).toBeVisible();
    await expect(quick.getByText("Thu 12 Mar")).toBeVisible();
    await expect(category.locator("option:checked")).toHaveText("Eating out");
    await accessible(page);
    await line.press("Enter");
    await expect(page.getByRole("status").getByText("Added “lunch with Ana”, €13.60")).toBeVisible();
    await expect(line).toHaveValue("");
    await expect(row(/lunch with Ana/)).toContainText("Eating out");
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(row(/lunch with Ana/)).toHaveCount(0);
  });

  await test.step("is corrected chip by chip, by keyboard", async () => {
    await line.fill("12 lunch yesterday");
    await chip("Amount: €12.00").press("Enter");
    await page.keyboard.type("2*6,25");
    await page.keyboard.press("Enter");
    await expect(chip("Amount: €12.50")).toBeFocused();
    await chip("What: lunch").press("Enter");
    await page.keyboard.type("Lunch with Ana");
    await page.keyboard.press("Enter");
    await category.selectOption("Eating out");
    await quick.getByLabel("Day", { exact: true }).fill("2026-03-13");
    // Escape leaves a chip as it was, and closes nothing else.
    await chip("What: Lunch with Ana").press("Enter");
    await page.keyboard.type("something else");
    await page.keyboard.press("Escape");
    await expect(chip("What: Lunch with Ana")).toBeFocused();
    await line.press("Enter");
    const added = row(/Lunch with Ana/);
    await expect(added).toContainText("−€12.50");
    await expect(added).toContainText("Eating out");
    await expect(added.locator("time")).toHaveAttribute("datetime", "2026-03-13");
    await expect(added).not.toContainText("something else");
  });

  await test.step("what the line says later wins over a correction", async () => {
    await line.fill("5 tea");
    await category.selectOption("Fun");
    await line.fill("5 tea #groc");
    await expect(category.locator("option:checked")).toHaveText("Groceries");
    await line.fill("");
    await line.fill("6 tea");
    await expect(category.locator("option:checked")).toHaveText("No category");
  });

  await test.step("a category is completed by keyboard", async () => {
    await line.fill("5 tea ");
    await line.pressSequentially("#h");
    const options = quick.getByRole("listbox").getByRole("option").filter({ visible: true });
    await expect(options).toHaveText(["Health", "Home"]);
    await accessible(page);
    await expect(line).toHaveAttribute("aria-expanded", "true");
    await line.press("ArrowDown");
    await line.press("ArrowDown");
    await expect(quick.getByRole("listbox").getByRole("option", { selected: true })).toHaveText("Home");
    await line.press("ArrowUp");
    await line.press("ArrowUp");
    await expect(quick.getByRole("listbox").getByRole("option", { selected: true })).toHaveText("Home");
    await line.press("Enter");
    await expect(line).toHaveValue("5 tea #Home ");
    await expect(line).toHaveAttribute("aria-expanded", "false");
    await line.fill("5 tea ");
    await line.pressSequentially("#eat");
    await line.press("Tab");
    await expect(line).toHaveValue("5 tea #Eating out ");
    await expect(line).toBeFocused();
    await line.fill("5 tea ");
    await line.pressSequentially("#h");
    await line.press("Escape");
    await expect(options).toHaveCount(0);
    await expect(line).toHaveValue("5 tea #h");
  });

  await test.step("a category is suggested, with the reason, and a correction is learnt at once", async () => {
    await line.fill("6 Soup kitchen #eat");
    await line.press("Enter");
    await expect(line).toHaveValue("");
    await line.fill("7 soup");
    await expect(category.locator("option:checked")).toHaveText("Eating out");
    await expect(category).toHaveAccessibleDescription("Suggested: the one “soup” before was Eating out");
    await line.fill("7 soup #fun");
    await expect(category.locator("option:checked")).toHaveText("Fun");
    await expect(quick.getByText("the one “soup”")).toHaveCount(0);
    await line.fill("7 Lunch with ana");
    await expect(category).toHaveAccessibleDescription(/“Lunch with Ana” was Eating out the last time/);
    await accessible(page);
    await category.selectOption("Fun");
    await line.press("Enter");
    await expect(line).toHaveValue("");
    await line.fill("7 Lunch with ana");
    await expect(category.locator("option:checked")).toHaveText("Fun");
    // As does leaving it without one.
    await category.selectOption("No category");
    await line.press("Enter");
    await expect(line).toHaveValue("");
    await line.fill("8 lunch with Ana");
    await expect(category.locator("option:checked")).toHaveText("No category");
  });

  await test.step("what was entered before is offered again", async () => {
    await line.fill("");
    await line.pressSequentially("lun");
    await expect(quick.getByRole("listbox").getByRole("option")).toHaveText([/Lunch with ana\s*€7\.00/]);
    await line.press("ArrowDown");
    await line.press("Enter");
    await expect(line).toHaveValue("7.00 Lunch with ana");
    // The amount is what differs most often: it is the first to be typed over.
    await page.keyboard.type("9");
    await expect(line).toHaveValue("9 Lunch with ana");
  });

  await test.step("what is wrong is said, and stays", async () => {
    for (const [typed, wrong] of [["5 tea 30.2.", "There is no day “30.2.”."], ["5 tea #zzz", "No category begins with “zzz”."],
      ["$5 tea", "Your account is in EUR"], ["99999999999999999 tea", "too large"]]) {
      await line.fill(typed);
      await expect(quick.getByText(wrong)).toBeVisible();
      await line.press("Enter");
      await expect(quick.locator(".field-error")).toContainText(wrong);
      await expect(line).toHaveValue(typed);
      await accessible(page);
    }
    await line.fill("tea");
    await line.press("Enter");
    await expect(quick.locator(".field-error")).toContainText("Enter an amount");
  });

  await test.step("right to left, emoji and marks are text as any other", async () => {
    for (const what of ["غداء مع الفريق", "🍕🍕 👨‍👩‍👧", "Zalgo"]) {
      await line.fill(`4.10 ${what}`);
      await line.press("Enter");
      await expect(row(new RegExp(what))).toContainText("−€4.10");
    }
    const marks = `4 a${"\u0301".repeat(1_000)}`;
    await line.fill(marks);
    await line.press("Enter");
    await expect(quick.locator(".field-error")).toContainText("at most 500 characters");
    await expect(line).toHaveValue(marks);
  });
});

test("ten megabytes in the field", async ({ outlay, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "1000" });
  const { quick, line } = await dashboard(page, outlay.url);
  await line.fill("5 tea");
  await page.evaluate(() => navigator.clipboard.writeText("lunch ".repeat(1_700_000)));
  const started = Date.now();
  await line.press("End");
  await line.press("Control+v");
  await expect(page.getByRole("status").getByText("That is 10,200,000 characters, more than any field takes. Nothing was pasted.")).toBeVisible();
  expect(Date.now() - started, "the page is held up").toBeLessThan(5_000);
  await expect(line).toHaveValue("5 tea");
  // In a few thousand there is something to be read, so they stay.
  await page.evaluate(() => navigator.clipboard.writeText("lunch ".repeat(500)));
  await line.press("Control+v");
  await expect(quick.getByText("One line has at most 2,000 characters.")).toBeVisible();
  await line.press("Enter");
  await expect(quick.locator(".field-error")).toContainText("One line has at most 2,000 characters.");
  expect((await line.inputValue()).length).toBe(3_005);
  // Put there past the browser's own paste, it is still not read.
  await line.evaluate((input: HTMLInputElement) => { input.value = "9 ".repeat(5_000_000); input.dispatchEvent(new InputEvent("input", { bubbles: true })); });
  await line.press("Enter");
  await expect(quick.locator(".field-error")).toContainText("One line has at most 2,000 characters.");
  await page.goto(`${outlay.url}/history`);
  await expect(page.getByText(/Added “/)).toHaveCount(0);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("the round button opens the line on every page", async ({ outlay, page }) => {
    await page.goto(await outlay.setupLink());
    await setUp(page, { opening: "100" });
    const round = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Add expense" });
    for (const path of ["/", "/expenses", "/funds", "/history", "/import", "/settings", "/more"]) {
      await live(page, `${outlay.url}${path}`);
      await round.click();
      await expect(page.getByRole("dialog", { name: "Add an expense" }).getByLabel("Expense in one line")).toBeFocused();
      await page.keyboard.press("Escape");
    }
    await live(page, `${outlay.url}/expenses`);
    await round.click();
    const dialog = page.getByRole("dialog", { name: "Add an expense" });
    await dialog.getByLabel("Expense in one line").fill("4.20 Coffee yesterday #eat");
    await expect(dialog.getByRole("button", { name: "Amount: €4.20" })).toBeVisible();
    await accessible(page);
    for (const control of await dialog.locator(".chip").all()) {
      expect((await control.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    }
    await dialog.getByRole("button", { name: "Amount: €4.20" }).click();
    await expect(dialog.getByLabel("Amount", { exact: true })).toHaveAttribute("inputmode", "decimal");
    await dialog.getByLabel("Amount", { exact: true }).fill("4.50");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("row", { name: /Coffee/ })).toContainText("−€4.50");
  });
});
