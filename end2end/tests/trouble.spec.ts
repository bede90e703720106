// What stands between a page and its server: each tells the person what to do, and keeps what was typed.
import { expect, password, setUp, test } from "./outlay.js";

test.use({ viewport: { width: 1440, height: 900 } });

test("an ended session, a lost connection, an older page", async ({ outlay, page, context, complaints }) => {
  await page.goto(await outlay.setupLink());
  const alive = page.waitForResponse((response) => response.url().includes("/api/page/events"));
  await setUp(page, { opening: "100" });
  await alive;
  const quick = page.getByRole("region", { name: "Add an expense" });
  const add = async (what: string) => {
    await quick.getByLabel("Expense in one line").fill(`3 ${what}`);
    await quick.getByRole("button", { name: "Add", exact: true }).click();
  };

  await test.step("no connection", async () => {
    await context.setOffline(true);
    await add("Tea on the train");
    await expect(page.getByText(/No connection/).first()).toBeVisible();
    await expect(quick.getByLabel("Expense in one line")).toHaveValue("3 Tea on the train");
    await context.setOffline(false);
    await quick.getByRole("button", { name: "Add", exact: true }).click();
    await expect(page.getByRole("status")).toContainText("Tea on the train");
  });

  await test.step("an ended session", async () => {
    const cookies = await context.cookies();
    await context.clearCookies();
    await add("Tea at home");
    await expect(page.getByRole("dialog")).toContainText(/session has ended/i);
    const [door] = await Promise.all([context.waitForEvent("page"), page.getByRole("dialog").getByRole("link", { name: /Sign in/ }).click()]);
    await door.getByLabel("Username").fill("mira");
    await door.getByLabel("Password", { exact: true }).fill(password);
    await door.getByRole("button", { name: "Sign in" }).click();
    await expect(door.getByRole("heading", { level: 1 })).toBeVisible();
    await door.close();
    expect(cookies.length).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    await expect(quick.getByLabel("Expense in one line")).toHaveValue("3 Tea at home");
    await quick.getByRole("button", { name: "Add", exact: true }).click();
    await expect(page.getByRole("status")).toContainText("Tea at home");
  });

  await test.step("a page older than the server", async () => {
    await page.route("**/api/page/**", (route) => route.continue({ headers: { ...route.request().headers(), "x-outlay-build": "/assets/older" } }));
    await add("Tea of last week");
    await expect(page.getByText(/updated/i).first()).toBeVisible();
    await expect(quick.getByLabel("Expense in one line")).toHaveValue("3 Tea of last week");
  });

  // The browser's own words on the refused requests.
  expect(complaints.filter((text) => !/Failed to load resource|ERR_INTERNET_DISCONNECTED/.test(text))).toEqual([]);
  complaints.length = 0;
});
