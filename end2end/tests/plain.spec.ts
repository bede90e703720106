// Everything a day needs with JavaScript off.
import { coreOfADay, expect, password, samples, setUp, test } from "./outlay.js";

test.use({ viewport: { width: 1440, height: 900 }, javaScriptEnabled: false });

test("a day without JavaScript", async ({ outlay, page }) => {
  await page.goto(await outlay.setupLink());
  await setUp(page);
  await coreOfADay(page, outlay);

  await test.step("a refused form keeps what was typed", async () => {
    await page.goto(`${outlay.url}/expenses?add=1`);
    await page.getByLabel("Amount in €").fill("1.234.5");
    await page.getByLabel("What", { exact: true }).fill("Typed with care");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expect(page.getByText("This is not an amount")).toBeVisible();
    await expect(page.getByLabel("What", { exact: true })).toHaveValue("Typed with care");
    expect(page.url()).not.toContain("err");
    await page.getByLabel("Amount in €").fill("500");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: "Record anyway" }).click();
    await expect(page.getByRole("row", { name: /Typed with care/ })).toContainText("−€500.00");
  });

  await test.step("an expense in one line", async () => {
    await page.goto(`${outlay.url}/`);
    const quick = page.getByRole("region", { name: "Add an expense" });
    await quick.getByLabel("Expense in one line").fill("Coffee yesterday");
    await quick.getByRole("button", { name: "Add", exact: true }).click();
    await expect(quick.locator(".field-error")).toContainText("Enter an amount");
    await expect(quick.getByLabel("Expense in one line")).toHaveValue("Coffee yesterday");
    await quick.getByLabel("Expense in one line").fill("3,20 Coffee yesterday #eat");
    await quick.getByRole("button", { name: "Add", exact: true }).click();
    await quick.getByRole("button", { name: "Record anyway" }).click();
    await expect(page.getByRole("row", { name: /Coffee/ })).toContainText("Eating out");
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  });

  await test.step("a statement", async () => {
    await page.goto(`${outlay.url}/import`);
    await page.locator('input[type="file"]').setInputFiles(`${samples}uk-current-account.csv`);
    await page.getByRole("button", { name: "Read the statement" }).click();
    await page.getByRole("button", { name: /^Add \d+/ }).click();
    await page.getByRole("button", { name: /Take (it|them) out again/ }).click();
    await page.goto(`${outlay.url}/`);
    await expect(page.getByRole("region", { name: "Balance" })).toContainText("−€408.40");
  });

  await test.step("out and in", async () => {
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.goto(`${outlay.url}/history`);
    await expect(page).toHaveURL(/sign-in\?next=%2Fhistory/);
    await page.getByLabel("Username").fill("mira");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(`${outlay.url}/history`);
  });
});
