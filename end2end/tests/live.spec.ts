// Two devices of one person: what one does, the other shows.
import { type Browser, type Page } from "@playwright/test";
import { expect, live, password, setUp, test } from "./outlay.js";

test.use({ viewport: { width: 1440, height: 900 } });

/** How soon another device must show it. */
const soon = { timeout: 2_000 };

async function secondDevice(browser: Browser, url: string) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("Username").fill("mira");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  return page;
}

async function add(page: Page, line: string) {
  await page.keyboard.press("n");
  await page.getByRole("dialog").getByLabel("Expense in one line").fill(line);
  await page.keyboard.press("Enter");
  await expect(page.locator(".toast")).toContainText("Added");
}

test("what happens on one device shows on the others", async ({ outlay, page, browser }) => {
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "100" });
  const phone = await secondDevice(browser, outlay.url);
  const note = page.locator(".elsewhere");

  await test.step("an expense, the balance and the totals", async () => {
    await live(page, `${outlay.url}/expenses`);
    await expect(page.getByRole("heading", { name: "No expenses yet" }).or(page.getByText("No expenses yet"))).toBeVisible();
    await add(phone, "12.50 Lunch with Ana #eat");
    await expect(page.getByRole("row", { name: /Lunch with Ana/ })).toBeVisible(soon);
    await expect(page.getByRole("row", { name: /Lunch with Ana/ })).toHaveClass(/fresh/);
    await expect(page.locator(".filter-total")).toContainText("€12.50");
    await expect(note).toContainText("Added “Lunch with Ana”, €12.50 · on another device");
    await expect(phone.locator(".elsewhere")).toBeEmpty();
    await expect(page.locator(".toast"), "no toast for what others do").toHaveCount(0);
  });

  await test.step("the dashboard of the other", async () => {
    const balance = phone.getByRole("region", { name: "Balance" });
    await expect(balance).toContainText("€87.50");
    await add(page, "7.50 Tea");
    await expect(balance).toContainText("€80.00", soon);
    await expect(page.locator(".elsewhere")).not.toContainText("Tea");
  });

  await test.step("nothing half typed is lost", async () => {
    const row = page.getByRole("row", { name: /Lunch with Ana/ });
    await row.getByRole("link", { name: "Edit Lunch with Ana" }).click();
    await page.getByLabel("What", { exact: true }).fill("Lunch with Ana and B");
    await add(phone, "3 Coffee");
    await expect(note).toContainText("Coffee", soon);
    await expect(note).toContainText("follows when you are done");
    await expect(page.getByLabel("What", { exact: true })).toHaveValue("Lunch with Ana and B");
    await expect(page.getByRole("row", { name: /Coffee/ })).toHaveCount(0);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("row", { name: /Coffee/ })).toBeVisible(soon);
  });

  await test.step("an undo", async () => {
    await phone.locator(".toast").getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("row", { name: /Coffee/ })).toHaveCount(0, soon);
  });

  await test.step("a hidden page does not listen, and catches up when it is shown", async () => {
    const hide = (hidden: boolean) => page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, hidden);
    await hide(true);
    await add(phone, "4 Bread");
    await page.waitForTimeout(2_500);
    await expect(page.getByRole("row", { name: /Bread/ })).toHaveCount(0);
    await hide(false);
    await expect(page.getByRole("row", { name: /Bread/ })).toBeVisible(soon);
  });

  await test.step("the server goes and comes back", async () => {
    await outlay.stop();
    await outlay.start();
    await add(phone, "6 Cake");
    await expect(page.getByRole("row", { name: /Cake/ })).toBeVisible({ timeout: 10_000 });
  });

  await test.step("a session that ends elsewhere", async () => {
    await page.goto(`${outlay.url}/settings`);
    await page.getByRole("button", { name: /^Sign out .* on / }).first().click();
    await expect(phone.getByRole("dialog", { name: "Your session has ended" })).toBeVisible(soon);
    await phone.context().close();
  });
});
