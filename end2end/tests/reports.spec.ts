// The dashboard, reports of any days, and every number opened to the rows that it sums.
import { type Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { accessible, expect, live, type Outlay, setUp, test } from "./outlay.js";

const hostile = "<img src=x onerror=alert(1)>";
const arabic = "مطاعم";

/** A server function, called as the page calls it. */
async function call(page: Page, outlay: Outlay, name: string, form: Record<string, string>) {
  const answer = await page.request.post(`${outlay.url}/api/page/${name}`, { form, headers: { origin: outlay.url, accept: "application/json" } });
  expect(answer.ok(), `${name}: ${await answer.text()}`).toBe(true);
  return answer.json();
}

/** The first of this month, or of one before it. */
function month(back: number, day = 1) {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth() - back, day)).toISOString().slice(0, 10);
}

/** Three months of expenses, the newest in this month, and what they come to. */
async function seeded(page: Page, outlay: Outlay) {
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "4000" });
  for (const [name, color] of [[hostile, "violet"], [arabic, "cyan"]]) await call(page, outlay, "categories/add", { id: randomUUID(), name, color });
  const categories: { category: { id: string; name: string } }[] = await (await page.request.get(`${outlay.url}/api/page/categories/list`)).json();
  const id = (name: string) => categories.find(({ category }) => category.name === name)!.category.id;
  const rows: [string, string, string][] = [["Rent", "620.00", "Rent"], ["Market", "64.20", "Groceries"], ["Ramen", "24.80", hostile], ["Falafel", "9.90", arabic]];
  for (const back of [0, 1, 2, 12]) {
    for (const [what, amount, name] of rows.slice(0, back === 1 ? 2 : rows.length)) {
      await call(page, outlay, "expenses/record", { id: randomUUID(), date: month(back), what, amount, category_id: id(name), allow_overdraft: "true" });
    }
  }
  await call(page, outlay, "expenses/record", { id: randomUUID(), date: month(0), what: "Something", amount: "1.10", allow_overdraft: "true" });
  return { thisMonth: "€720.00", lastMonth: "€684.20", id };
}

/** Each number of a table opens to rows that sum to it. */
async function opensToItsRows(page: Page, outlay: Outlay, cells: string) {
  const links = await page.locator(cells).evaluateAll((all) => all.map((a) => [(a as HTMLAnchorElement).getAttribute("href")!, a.textContent!] as const));
  expect(links.length).toBeGreaterThan(2);
  const back = page.url();
  for (const [href, amount] of links) {
    await page.goto(`${outlay.url}${href}`);
    await expect(page.locator(".filter-total"), href).toContainText(amount);
  }
  await page.goto(back);
}

/** Every chart of the page, each of which is drawn when it comes into view. */
async function drawn(page: Page, count: number) {
  await expect(page.locator(".chart")).toHaveCount(count);
  for (const chart of await page.locator(".chart").all()) {
    await chart.scrollIntoViewIfNeeded();
    await expect(chart.locator("canvas")).toHaveCount(1);
  }
}

async function fits(page: Page) {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), page.url()).toBe(0);
}

test.describe("at a desk", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test("the dashboard tells what is there, what went and what is left", async ({ outlay, page }) => {
    const { thisMonth, lastMonth, id } = await seeded(page, outlay);
    await page.goto(`${outlay.url}/`);
    const region = (name: string) => page.getByRole("region", { name, exact: true });
    await expect(region("Spent this month")).toContainText(thisMonth);
    await expect(region("Budget left").getByRole("link", { name: "Set a budget" })).toBeVisible();
    await expect(region("Budgets")).toContainText("No budget yet");
    await drawn(page, 2);
    await accessible(page);

    const key = month(0);
    await call(page, outlay, "budgets/set", { key, category_id: id("Groceries"), amount: "60" });
    await call(page, outlay, "budgets/set", { key, category_id: id("Rent"), amount: "700" });
    await page.reload();
    await expect(region("Left of your budgets")).toContainText("€75.80");
    await expect(region("Safe to spend")).toContainText("a day");
    const groceries = region("Budgets").getByRole("listitem").filter({ hasText: "Groceries" });
    await expect(groceries).toContainText("€64.20 of €60");
    await expect(groceries).toContainText("€4.20 over");
    await drawn(page, 2);
    await accessible(page);

    await page.getByRole("navigation", { name: "Length of the bars" }).getByRole("link", { name: "Week" }).click();
    await expect(page).toHaveURL(/per=week/);
    await expect(page.getByRole("heading", { name: "Spending by week" })).toBeVisible();
    await page.getByRole("link", { name: "Earlier" }).click();
    await expect(page).toHaveURL(/per=week.*on=|on=.*per=week/);
    await expect(page.getByRole("region", { name: /^Spent in/ })).toContainText(lastMonth);
    await page.goBack();
    await page.goBack();
    await expect(page.getByRole("heading", { name: "Spending by month" })).toBeVisible();
    await region("Where it went").getByRole("link", { name: "Report of the month" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Reports" })).toBeVisible();
    await expect(page.getByRole("region", { name: /^Spent in/ })).toContainText(thisMonth);
  });

  test("a report is its address, and each number opens", async ({ outlay, page }) => {
    const { thisMonth, lastMonth } = await seeded(page, outlay);
    const head = page.getByRole("region", { name: /^Spent in/ });
    const choose = (of: string, name: string) => page.getByRole("navigation", { name: of, exact: true }).getByRole("link", { name, exact: true }).click();

    await test.step("by category", async () => {
      await live(page, `${outlay.url}/`);
      await page.keyboard.press("g");
      await page.keyboard.press("r");
      await expect(page).toHaveURL(/\/reports$/);
      await expect(head).toContainText(thisMonth);
      await expect(head).toContainText(lastMonth);
      await drawn(page, 4);
      await expect(page.getByRole("rowheader", { name: hostile }).first()).toBeVisible();
      await expect(page.getByRole("rowheader", { name: arabic }).first()).toBeVisible();
      await accessible(page);
      await opensToItsRows(page, outlay, "table.report td:nth-child(2) a");
      await opensToItsRows(page, outlay, "table.report td:nth-child(4) a");
    });

    await test.step("every chart hovered, none complains, and one is opened", async () => {
      for (const canvas of await page.locator("canvas").all()) {
        await canvas.scrollIntoViewIfNeeded();
        const box = (await canvas.boundingBox())!;
        for (const [x, y] of [[0.3, 0.2], [0.5, 0.1], [0.7, 0.6]]) await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
      }
      const ring = page.locator(".chart-donut canvas");
      await ring.scrollIntoViewIfNeeded();
      const box = (await ring.boundingBox())!;
      await page.mouse.click(box.x + box.width / 2 + box.height * 0.42, box.y + box.height / 2);
      await expect(page).toHaveURL(/\/expenses\?from=.*category_id=/);
      await page.goBack();
      await drawn(page, 4);
    });

    await test.step("files", async () => {
      const picture = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save as PNG" }).first().click();
      expect((await picture).suggestedFilename()).toBe("outlay-pair.png");
      expect(readFileSync(await (await picture).path()).subarray(1, 4).toString()).toBe("PNG");
      const table = await page.request.get(`${outlay.url}${await page.getByRole("link", { name: "Save as CSV" }).getAttribute("href")}`);
      expect(await table.text()).toContain("Rent,620.00,EUR,1,86,620.00,0.00");
    });

    await test.step("by time, stacked", async () => {
      await choose("Report of a", "Quarter");
      await choose("By", "Month");
      await expect(page.getByRole("heading", { name: "Spending by month" }).first()).toBeVisible();
      await opensToItsRows(page, outlay, "table.report td:nth-child(3) a");
      await choose("Each bar", "By category");
      await expect(page).toHaveURL(/period=quarter.*by=month.*stack=category/);
      await opensToItsRows(page, outlay, ".report-table tbody td a");
      await accessible(page);
    });

    await test.step("compared, and back", async () => {
      await page.goto(`${outlay.url}/reports`);
      await choose("Compared with", "A year before");
      await expect(head).toContainText("€718.90");
      await choose("Compared with", "Average");
      await choose("Of the last", "2");
      await expect(head).toContainText("the average of the 2 before");
      await expect(head).toContainText("€701.55");
      await page.goBack();
      await page.goBack();
      await expect(head).toContainText("€718.90");
      await choose("Charts in", "Patterns");
      await expect(page).toHaveURL(/patterns=1/);
      await drawn(page, 4);
      await page.keyboard.press("[");
      await expect(head).toContainText(lastMonth);
      await expect(page).toHaveURL(/patterns=1/);
      await page.keyboard.press("]");
      await expect(head).toContainText(thisMonth);
    });

    await test.step("days, and days that cannot be", async () => {
      await choose("Report of a", "Days");
      await page.getByLabel("From", { exact: true }).fill(month(0));
      await page.getByLabel("To", { exact: true }).fill(month(1));
      await page.getByRole("button", { name: "Show" }).click();
      await expect(page.getByLabel("To", { exact: true })).toHaveAttribute("aria-invalid", "true");
      await expect(page.getByLabel("To", { exact: true })).toHaveValue(month(1));
      await accessible(page);
      await page.getByLabel("To", { exact: true }).fill(month(0));
      await page.getByRole("button", { name: "Show" }).click();
      await expect(head).toContainText(thisMonth);
      await page.goto(`${outlay.url}/reports?date=1999-01-01`);
      await expect(page.getByText("Nothing spent in January 1999")).toBeVisible();
      await accessible(page);
    });
  });

  test("on paper", async ({ outlay, page }) => {
    const { thisMonth } = await seeded(page, outlay);
    await page.goto(`${outlay.url}/reports`);
    await page.emulateMedia({ media: "print" });
    await expect(page.getByRole("region", { name: /^Spent in/ })).toContainText(thisMonth);
    await expect(page.locator("table.report")).toBeVisible();
    for (const hidden of [".side", ".question", ".chart", ".top-actions"]) await expect(page.locator(hidden).first()).toBeHidden();
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    await accessible(page);
  });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("dashboard and reports fit", async ({ outlay, page }) => {
    await seeded(page, outlay);
    for (const path of ["/", "/?per=year", "/reports", "/reports?period=year&by=month&stack=category", "/reports?period=custom&compare=average"]) {
      await page.goto(`${outlay.url}${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await accessible(page);
      await fits(page);
    }
    const tabs = page.getByRole("navigation", { name: "Main" }).filter({ visible: true });
    await tabs.getByRole("link", { name: "Reports" }).click();
    await expect(page).toHaveURL(/\/reports$/);
  });
});

test.describe("on a phone without JavaScript", () => {
  test.use({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });

  test("the numbers are all there", async ({ outlay, page }) => {
    const { thisMonth, lastMonth } = await seeded(page, outlay);
    const head = page.getByRole("region", { name: /^Spent in/ });
    await page.goto(`${outlay.url}/`);
    await expect(page.getByRole("region", { name: "Spent this month" })).toContainText(thisMonth);
    await page.getByRole("navigation", { name: "Length of the bars" }).getByRole("link", { name: "Week" }).click();
    await expect(page.getByRole("heading", { name: "Spending by week" })).toBeVisible();
    await page.goto(`${outlay.url}/reports`);
    await expect(head).toContainText(thisMonth);
    await opensToItsRows(page, outlay, "table.report td:nth-child(2) a");
    await page.getByRole("link", { name: "Earlier" }).click();
    await expect(head).toContainText(lastMonth);
    await page.getByRole("navigation", { name: "Report of a" }).getByRole("link", { name: "Days" }).click();
    await page.getByLabel("From", { exact: true }).fill(month(0));
    await page.getByLabel("To", { exact: true }).fill(month(1));
    await page.getByRole("button", { name: "Show" }).click();
    await expect(page.getByLabel("To", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await page.getByLabel("To", { exact: true }).fill(month(0));
    await page.getByRole("button", { name: "Show" }).click();
    await expect(head).toContainText(thisMonth);
    await fits(page);
  });
});
