// The first house from the first link to signing out, as a person at a desk walks through it.
import { accessible, expect, password, samples, setUp, test } from "./outlay.js";

test.use({ viewport: { width: 1440, height: 900 } });

test("from the first link to signing out", async ({ outlay, page, complaints }) => {
  await test.step("the first admin", async () => {
    await page.goto(await outlay.setupLink());
    await accessible(page);
    await expect(page.getByLabel("Time zone")).toHaveValue("Europe/Ljubljana");
    await setUp(page, { opening: "1000" });
    await accessible(page);
  });

  await test.step("signing out and in", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(/sign-in/);
    await page.getByLabel("Username").fill("mira");
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("The username or the password is wrong.")).toBeVisible();
    await expect(page.getByLabel("Username")).toHaveValue("mira");
    await accessible(page);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  });

  const balance = page.getByRole("region", { name: "Balance" });
  await test.step("funds", async () => {
    await balance.getByText("Add funds").first().click();
    await balance.getByLabel("Amount in €").fill("250.50");
    await balance.getByRole("button", { name: "Add funds" }).click();
    await expect(page.getByRole("status")).toContainText("€250.50");
    await expect(balance).toContainText("€1,250.50");
  });

  const quick = page.getByRole("region", { name: "Add an expense" });
  await test.step("an expense, a mistake, and one over the balance", async () => {
    const line = quick.getByLabel("Expense in one line");
    await line.fill("12.505 Lunch with Ana");
    await line.press("Enter");
    await expect(quick.locator(".field-error")).toContainText("EUR has 2 decimals");
    await line.fill("12,50 Lunch with Ana yesterday #ea");
    await expect(quick.getByText("€12.50", { exact: true })).toBeVisible();
    await expect(quick.getByText("Yesterday", { exact: true })).toBeVisible();
    await expect(quick.getByLabel("Category").locator("option:checked")).toHaveText("Eating out");
    await line.fill("12,50 Lunch with Ana #");
    await quick.getByRole("listbox").getByRole("option", { name: "Eating out" }).click();
    await expect(line).toHaveValue("12,50 Lunch with Ana #Eating out ");
    await quick.getByLabel("Category").selectOption({ label: "Groceries" });
    await quick.getByLabel("Category").selectOption({ label: "Eating out" });
    await line.press("Enter");
    await expect(line).toHaveValue("");
    await expect(page.getByRole("status")).toContainText("Lunch with Ana");
    await expect(balance).toContainText("€1,238.00");

    await line.fill("A piano 5000");
    await quick.getByRole("button", { name: "Add", exact: true }).click();
    await quick.getByRole("button", { name: "Record anyway" }).click();
    await expect(balance).toContainText("−€3,762.00");
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(balance).toContainText("€1,238.00");
    await accessible(page);
  });

  await test.step("a statement of the bank", async () => {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Import" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Import" })).toBeVisible();
    await accessible(page);
    await page.locator('input[type="file"]').setInputFiles(`${samples}uk-current-account.csv`);
    await page.getByRole("button", { name: "Read the statement" }).click();
    await expect(page).toHaveURL(/id=/);
    await accessible(page);
    await page.getByRole("button", { name: /^Add \d+/ }).click();
    await expect(page.getByRole("button", { name: /Take (it|them) out again/ })).toBeVisible();
    await accessible(page);
  });

  await test.step("charts that open to the expenses", async () => {
    await page.getByRole("link", { name: "Dashboard" }).first().click();
    await expect(page.locator("canvas")).toHaveCount(2);
    await accessible(page);
    await page.getByRole("region", { name: "Where it went" }).getByRole("link", { name: "Eating out" }).first().click();
    await expect(page).toHaveURL(/\/expenses\?.*category_id=/);
    await expect(page.getByRole("row", { name: /Lunch with Ana/ })).toBeVisible();
  });

  await test.step("find, change in place, delete, undo", async () => {
    await page.goto(`${outlay.url}/expenses`);
    await page.getByRole("searchbox").fill("lunch an");
    await page.getByRole("searchbox").press("Enter");
    await expect(page).toHaveURL(/q=lunch/);
    const row = page.getByRole("row", { name: /Lunch with Ana/ });
    await expect(row).toBeVisible();
    await row.getByRole("link", { name: "Edit Lunch with Ana" }).click();
    await expect(page.getByLabel("What", { exact: true })).toBeFocused();
    await accessible(page);
    await page.getByLabel("Amount in €").fill("13.75");
    await page.keyboard.press("Enter");
    await expect(row).toContainText("−€13.75");
    await row.getByRole("button", { name: "Delete Lunch with Ana" }).click();
    await expect(row).toHaveCount(0);
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(row).toContainText("−€13.75");
    await accessible(page);
  });

  await test.step("the other pages", async () => {
    for (const path of ["/funds", "/history", "/categories", "/settings", "/more", "/nowhere"]) {
      await page.goto(`${outlay.url}${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await accessible(page);
    }
    // The browser's own words on the refused piano and on the page that is not there.
    expect(complaints.filter((text) => !/Failed to load resource.*40[49]/.test(text))).toEqual([]);
    complaints.length = 0;
  });

  await test.step("a restart keeps everything", async () => {
    await page.goto(`${outlay.url}/`);
    const before = await balance.locator(".v").innerText();
    // A page that is open would say that the server is away.
    await page.goto("about:blank");
    await outlay.stop();
    await outlay.start();
    await page.goto(`${outlay.url}/`);
    await expect(balance.locator(".v")).toHaveText(before);
  });

  await test.step("signing out ends it", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(/sign-in/);
    await page.goto(`${outlay.url}/expenses`);
    await expect(page).toHaveURL(/sign-in\?next=/);
  });
});
