// The page of the API: from Settings, by keyboard, without scripts, on a phone.
import { accessible, expect, password, setUp, test } from "./outlay.js";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ viewport: { width: 1440, height: 900 }, javaScriptEnabled });

    test("from Settings to a call that can be copied", async ({ outlay, page }) => {
      await page.goto(await outlay.setupLink());
      await setUp(page);
      await page.goto(`${outlay.url}/settings`);
      await page.getByRole("region", { name: "Personal access tokens" }).getByRole("link", { name: "the API" }).click();
      await expect(page).toHaveURL(`${outlay.url}/api/docs`);
      await expect(page.getByRole("heading", { level: 1, name: "API" })).toBeVisible();
      await page.getByRole("navigation", { name: "Parts of the API" }).getByRole("link", { name: "Expenses", exact: true }).click();
      const part = page.getByRole("region", { name: "Expenses", exact: true });
      await expect(part).toBeInViewport();
      const operation = part.locator("details#record_expense");
      await expect(operation.getByText("By curl")).toBeHidden();
      await operation.locator("summary").focus();
      await page.keyboard.press("Enter");
      await expect(operation.getByText(`curl '${outlay.url}/api/v1/expenses'`)).toBeVisible();
      if (javaScriptEnabled) await accessible(page);
      await operation.getByRole("link", { name: "Amount" }).first().click();
      await expect(page.getByRole("heading", { level: 3, name: "Amount", exact: true })).toBeInViewport();
    });
  });
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("after signing in, and not wider than it is", async ({ outlay, page }) => {
    await page.goto(await outlay.setupLink());
    await setUp(page);
    // The page that is left must not ask without its session.
    await page.goto("about:blank");
    await page.context().clearCookies();
    await page.goto(`${outlay.url}/api/docs`);
    await page.getByLabel("Username").fill("mira");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(`${outlay.url}/api/docs`);
    const open = (which: string) => page.evaluate((which) => document.querySelectorAll<HTMLDetailsElement>(which).forEach((one) => { one.open = true; }), which);
    // All of them would take the examination minutes.
    await open("section[aria-labelledby=part-expenses] details");
    await accessible(page);
    await open("details");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBe(0);
  });
});
