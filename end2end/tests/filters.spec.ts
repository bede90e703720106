// The filter of the expenses: chips, what they open, search as one types, made-up addresses; at a desk, on a phone, and
// without JavaScript.
import { type Page } from "@playwright/test";
import { live, type Outlay, accessible, expect, setUp, test } from "./outlay.js";

/** Records an expense in one line, as a plain form does. */
async function add(page: Page, outlay: Outlay, line: string) {
  const uuid = crypto.randomUUID();
  const answer = await page.request.post(`${outlay.url}/api/page/expenses/quick`, {
    form: { id: `${uuid.slice(0, 14)}7${uuid.slice(15)}`, line, category_id: line.includes("#") ? "" : "none" },
    headers: { Origin: outlay.url, Accept: "application/json" },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

async function begin(page: Page, outlay: Outlay) {
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "5000" });
  for (const line of ["7.20 Bakery #gro", "40 Weekly shop #gro @Market hall", "12.50 Lunch with Ana #eat", "900 Rent 2020-01-02", "3 Stamps"]) await add(page, outlay, line);
}

const rows = (page: Page) => page.locator(".rows tbody tr");
const total = (page: Page) => page.locator(".filter-total");
const filter = (page: Page) => page.getByRole("search", { name: "Filter the expenses" });

test("the filter at a desk", async ({ outlay, page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await begin(page, outlay);
  await live(page, `${outlay.url}/expenses`);
  const chip = (name: string) => filter(page).getByRole("button", { name });
  const panel = (name: string) => filter(page).getByRole("group", { name });
  await expect(total(page)).toContainText("5 expenses");

  await test.step("a period of one's own calendar", async () => {
    await chip("Period").click();
    await expect(panel("Period")).toBeVisible();
    await accessible(page);
    await panel("Period").getByRole("button", { name: "This year" }).click();
    await expect(panel("Period")).toBeHidden();
    await expect(page).toHaveURL(/period=this_year/);
    await expect(total(page)).toContainText("4 expenses · €62.70 · average €15.68");
    await expect(chip("This year")).toBeVisible();
  });

  await test.step("categories hold at once; Escape closes and the caret comes back", async () => {
    await chip("Category").click();
    await panel("Category").getByLabel("Groceries").check();
    await expect(total(page)).toContainText("2 expenses");
    await panel("Category").getByLabel("Eating out").check();
    await expect(total(page)).toContainText("3 expenses");
    await expect(panel("Category")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(panel("Category")).toBeHidden();
    await expect(chip("Eating out")).toBeFocused();
    await accessible(page);
  });

  await test.step("an amount, by Enter; a click beside closes", async () => {
    await chip("Amount").click();
    await panel("Amount").getByLabel("At least, €").fill("10");
    await page.keyboard.press("Enter");
    await expect(panel("Amount")).toBeHidden();
    await expect(total(page)).toContainText("2 expenses · €52.50");
    await chip("At least €10.00").click();
    await expect(panel("Amount")).toBeVisible();
    await page.getByRole("heading", { level: 1 }).click();
    await expect(panel("Amount")).toBeHidden();
  });

  await test.step("what is chosen is an address: Back works, and it can be shared", async () => {
    const address = page.url();
    await page.goBack();
    await expect(total(page)).toContainText("3 expenses");
    await page.goForward();
    await expect(total(page)).toContainText("2 expenses");
    await page.goto(address);
    await expect(total(page)).toContainText("2 expenses");
    await expect(chip("At least €10.00")).toBeVisible();
  });

  await test.step("a part is taken away", async () => {
    await live(page, page.url());
    await filter(page).getByRole("link", { name: "Take the filter away: Category" }).click();
    await expect(page).not.toHaveURL(/category_id/);
    await filter(page).getByRole("link", { name: "Clear" }).click();
    await expect(page).toHaveURL(`${outlay.url}/expenses`);
    await expect(total(page)).toContainText("5 expenses");
  });

  await test.step("how it was added", async () => {
    await chip("Added by").click();
    await panel("Added by").getByLabel("By an import").check();
    await expect(page.getByText("No expense matches")).toBeVisible();
    await panel("Added by").getByLabel("By hand").check();
    await expect(total(page)).toContainText("5 expenses");
    await page.keyboard.press("Escape");
    await filter(page).getByRole("link", { name: "Clear" }).click();
  });

  await test.step("search as one types", async () => {
    const entries = await page.evaluate(() => history.length);
    await page.keyboard.press("/");
    await expect(page.getByRole("searchbox")).toBeFocused();
    await page.keyboard.type("market h", { delay: 40 });
    await expect(rows(page)).toHaveCount(1);
    await expect(page.getByRole("searchbox")).toHaveValue("market h");
    expect(await page.evaluate(() => history.length), "typing leaves no trail").toBe(entries);
    await page.keyboard.type("all");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/q=market\+hall/);
    await expect(rows(page)).toContainText("Weekly shop");
    await page.getByRole("searchbox").fill("");
    await expect(total(page)).toContainText("5 expenses");
  });

  await test.step("a made-up address names what is wrong and shows the rest", async () => {
    await page.goto(`${outlay.url}/expenses?period=soon&min=abc&from=2026-02-30&category_id=x&q=rent&cursor=nonsense`);
    const wrong = page.getByRole("alert").filter({ hasText: "left out" });
    for (const field of ["Period", "At least", "First day", "Category", "Page"]) await expect(wrong.getByText(field, { exact: true })).toBeVisible();
    await expect(rows(page)).toHaveCount(1);
    await expect(rows(page)).toContainText("Rent");
    await accessible(page);
  });
});

test("the filter on a phone", async ({ outlay, browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: "en-GB" });
  const page = await context.newPage();
  await begin(page, outlay);
  await live(page, `${outlay.url}/expenses`);
  await filter(page).getByRole("button", { name: "Category" }).tap();
  const panel = filter(page).getByRole("group", { name: "Category" });
  await expect(panel).toBeVisible();
  await accessible(page);
  for (const tick of await panel.locator("label").all()) expect((await tick.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  await panel.getByText("Groceries").tap();
  await expect(total(page)).toContainText("2 expenses");
  await panel.getByRole("button", { name: "Show" }).tap();
  await expect(panel).toBeHidden();
  await accessible(page);
  for (const target of await filter(page).locator("button:visible, a:visible").all()) {
    const box = (await target.boundingBox())!;
    expect(Math.round(box.height), await target.innerText()).toBeGreaterThanOrEqual(42);
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBe(0);
  await context.close();
});

test.describe("without JavaScript", () => {
  test.use({ viewport: { width: 1440, height: 900 }, javaScriptEnabled: false });
  test("the filter is made of forms", async ({ outlay, page }) => {
    await begin(page, outlay);
    await page.goto(`${outlay.url}/expenses?sort=amount`);
    const chip = (name: string) => filter(page).getByRole("button", { name });
    const panel = (name: string) => filter(page).getByRole("group", { name });
    await chip("Period").click();
    await panel("Period").getByRole("button", { name: "This year" }).click();
    await expect(total(page)).toContainText("4 expenses");
    await chip("Category").click();
    await panel("Category").getByLabel("Groceries").check();
    await panel("Category").getByRole("button", { name: "Show" }).click();
    await expect(total(page)).toContainText("2 expenses");
    await chip("Amount").click();
    await panel("Amount").getByLabel("At most, €").fill("8");
    await panel("Amount").getByRole("button", { name: "Show" }).click();
    await expect(rows(page)).toHaveCount(1);
    await chip("This year").click();
    await panel("Period").getByLabel("From").fill("2019-01-01");
    await panel("Period").getByRole("button", { name: "Show" }).click();
    await expect(page).toHaveURL(/sort=amount/);
    await expect(page).not.toHaveURL(/period=this_year/);
    await filter(page).getByRole("link", { name: "Take the filter away: Amount" }).click();
    await expect(total(page)).toContainText("2 expenses");
    await page.getByRole("searchbox").fill("market");
    await page.getByRole("searchbox").press("Enter");
    await expect(rows(page)).toHaveCount(1);
    await page.goto(`${outlay.url}/expenses?max=much`);
    await expect(page.getByRole("alert").filter({ hasText: "left out" })).toContainText("At most");
    await expect(total(page)).toContainText("5 expenses");
  });
});

test("saved filters", async ({ outlay, page, complaints }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await begin(page, outlay);
  await live(page, `${outlay.url}/expenses?period=this_year&max=10.00`);
  const saved = page.getByRole("navigation", { name: "Saved filters" });
  const heading = page.getByRole("heading", { level: 1 });

  await test.step("the present one is saved under a name", async () => {
    await expect(saved).toHaveCount(0);
    await filter(page).getByRole("link", { name: "Save this filter" }).click();
    await expect(heading).toHaveText("Saved filters");
    await expect(page.getByText("This year · At most €10.00")).toBeVisible();
    await accessible(page);
    await page.getByLabel("Name").fill("Small things");
    await page.getByLabel("Name").press("Enter");
    await expect(saved.getByRole("link", { name: "Small things" })).toHaveAttribute("aria-current", "true");
    await expect(page).toHaveURL(/period=this_year/);
    await expect(total(page)).toContainText("2 expenses");
    await accessible(page);
  });

  await test.step("a name is there once", async () => {
    await page.goto(`${outlay.url}/filters?from=q%3Dshop`);
    await page.getByLabel("Name").fill("SMALL things");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText("There is a filter “Small things” already.")).toBeVisible();
    // The browser's own word for the refusal.
    complaints.length = 0;
    await page.getByLabel("Name").fill("Shops");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(rows(page)).toHaveCount(1);
    await saved.getByRole("link", { name: "Small things" }).click();
    await expect(total(page)).toContainText("2 expenses");
  });

  await test.step("it is renamed, replaced and deleted, and comes back", async () => {
    await live(page, `${outlay.url}/filters?from=min%3D40`);
    await page.getByRole("link", { name: "Edit Small things" }).click();
    await page.getByLabel("Name").last().fill("Large things");
    await page.keyboard.press("Enter");
    await expect(rows(page).getByRole("link", { name: "Large things", exact: true })).toBeVisible();
    await page.getByRole("row", { name: /Large things/ }).getByRole("button", { name: /Replace/ }).click();
    await expect(page.getByRole("row", { name: /Large things/ })).toContainText("At least €40.00");
    await page.getByRole("button", { name: "Delete Shops" }).click();
    await expect(page.getByRole("row", { name: /Shops/ })).toHaveCount(0);
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("row", { name: /Shops/ })).toBeVisible();
    await accessible(page);
  });

  await test.step("the palette knows it", async () => {
    await live(page, `${outlay.url}/expenses`);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go or do" }).fill("large");
    await page.getByRole("option", { name: /Large things/ }).click();
    await expect(total(page)).toContainText("2 expenses · €940.00");
  });

  await test.step("on a phone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ["/filters?from=min%3D40", "/expenses?min=40"]) {
      await page.goto(`${outlay.url}${path}`);
      await accessible(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), path).toBe(0);
    }
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("filters are saved, renamed, replaced and deleted", async ({ outlay, page }) => {
    await begin(page, outlay);
    await page.goto(`${outlay.url}/expenses?min=40`);
    await filter(page).getByRole("link", { name: "Save this filter" }).click();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText("Enter a name.")).toBeVisible();
    await page.getByLabel("Name").fill("Large");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const saved = page.getByRole("navigation", { name: "Saved filters" });
    await expect(saved.getByRole("link", { name: "Large" })).toHaveAttribute("aria-current", "true");
    await page.goto(`${outlay.url}/filters?from=min%3D20`);
    await page.getByRole("button", { name: /Replace/ }).click();
    await expect(page).toHaveURL(/expenses\?min=20/);
    await saved.getByRole("link", { name: /Edit/ }).click();
    await page.getByRole("link", { name: "Edit Large" }).click();
    await page.getByLabel("Name").fill("Twenty and more");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByRole("row", { name: /Twenty and more/ })).toContainText("At least €20.00");
    await page.getByRole("button", { name: "Delete Twenty and more" }).click();
    await expect(page.getByText("No saved filters")).toBeVisible();
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("row", { name: /Twenty and more/ })).toBeVisible();
  });
});
