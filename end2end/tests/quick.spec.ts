// An expense in one line: what must not break it.
import type { Page } from "@playwright/test";
import { expect, setUp, test } from "./outlay.js";

/** The line on the dashboard, once the page is live. */
async function dashboard(page: Page, url: string) {
  await page.goto(url);
  await page.waitForLoadState("networkidle");
  const quick = page.getByRole("region", { name: "Add an expense" });
  return { quick, line: quick.getByLabel("Expense in one line"), row: (name: RegExp) => page.getByRole("row", { name }).first() };
}

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
