// What an admin does with people, with and without JavaScript.
import { type Browser, type Page } from "@playwright/test";
import { accessible, expect, type Outlay, password, setUp, test } from "./outlay.js";

test.use({ viewport: { width: 1440, height: 900 } });

/** Somebody in a browser of their own. */
async function somebody(browser: Browser, outlay: Outlay, username: string, javaScriptEnabled = true) {
  const page = await (await browser.newContext({ javaScriptEnabled, locale: "en-GB" })).newPage();
  await page.goto(`${outlay.url}/sign-in`);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${outlay.url}/`);
  return page;
}

/** Makes an account with the server's own sign-up. */
async function join(outlay: Outlay, username: string, display_name: string) {
  const answer = await fetch(`${outlay.url}/api/v1/users`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password, display_name }),
  });
  expect(answer.status, await answer.text()).toBe(201);
}

async function openSignUp(page: Page, outlay: Outlay) {
  await page.goto(await outlay.setupLink());
  await page.getByLabel("Anybody who can open this page").check();
  await setUp(page);
}

/** Chooses what is behind the three dots of a row, and answers its question. */
async function choose(page: Page, name: string, item: string, yes: string) {
  const row = page.getByRole("row", { name });
  await row.locator("summary").click();
  await row.getByRole("link", { name: item }).click();
  await page.getByRole("dialog").getByRole("button", { name: yes }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

test("people, as an admin sees and changes them", async ({ outlay, page, browser, complaints }) => {
  await openSignUp(page, outlay);
  await join(outlay, "jonas", "Jonas Thiel");
  await join(outlay, "ada", "Ada Okafor");
  const jonas = await somebody(browser, outlay, "jonas");

  await page.getByRole("link", { name: "Users" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Users" })).toBeVisible();
  await expect(page.getByRole("row")).toHaveCount(4);
  await expect(page.getByRole("row", { name: /Jonas/ })).toContainText("now");
  await accessible(page);

  await test.step("finding", async () => {
    await page.getByRole("searchbox").fill("oka");
    await page.getByRole("searchbox").press("Enter");
    await expect(page).toHaveURL(/q=oka/);
    await expect(page.getByRole("row")).toHaveCount(2);
    await page.getByRole("searchbox").fill("nobody");
    await page.getByRole("searchbox").press("Enter");
    await expect(page.getByText("Nobody matches")).toBeVisible();
    await page.getByRole("link", { name: "Show everybody" }).click();
    await expect(page.getByRole("row")).toHaveCount(4);
  });

  await test.step("a question, and the way back", async () => {
    const row = page.getByRole("row", { name: /Jonas/ });
    await row.getByRole("link", { name: "Make admin" }).click();
    await expect(page.getByRole("dialog", { name: "Make Jonas Thiel an admin?" })).toBeVisible();
    await accessible(page);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page).toHaveURL(`${outlay.url}/admin/users`);
    await expect(row.getByRole("link", { name: "Make admin" })).toBeFocused();
  });

  await test.step("promoted and demoted, from the next request on", async () => {
    const row = page.getByRole("row", { name: /Jonas/ });
    await row.getByRole("link", { name: "Make admin" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Make admin" }).click();
    await expect(page.getByRole("status").filter({ hasText: "Jonas Thiel is an admin now." })).toBeVisible();
    await expect(row).toContainText("admin");
    expect((await jonas.goto(`${outlay.url}/admin/users`))!.status()).toBe(200);
    await row.getByRole("link", { name: "Make user" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Make user" }).click();
    await expect(row.getByRole("link", { name: "Make admin" })).toBeVisible();
    expect((await jonas.goto(`${outlay.url}/admin/users`))!.status()).toBe(404);
    await jonas.goto(`${outlay.url}/history`);
    await expect(jonas.getByText("No longer an admin")).toBeVisible();
  });

  await test.step("the last admin stays", async () => {
    await page.getByRole("row", { name: /Mira/ }).getByRole("link", { name: "Make user" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("This is you.");
    await dialog.getByRole("button", { name: "Make user" }).click();
    await expect(dialog.getByText("This is the last active admin.")).toBeVisible();
    await accessible(page);
    await dialog.getByRole("link", { name: "Cancel" }).click();
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !/Failed to load resource.*409/.test(text)));
  });

  await test.step("disabled at once, and enabled again", async () => {
    await choose(page, "Jonas", "Disable…", "Disable");
    await expect(page.getByRole("row", { name: /Jonas/ })).toContainText("disabled");
    await jonas.goto(`${outlay.url}/expenses`);
    await expect(jonas).toHaveURL(/sign-in/);
    await choose(page, "Jonas", "Enable…", "Enable");
    await expect(page.getByRole("row", { name: /Jonas/ })).not.toContainText("disabled");
    await somebody(browser, outlay, "jonas");
  });
});

test("the same without JavaScript", async ({ outlay, page, browser }) => {
  await openSignUp(page, outlay);
  await join(outlay, "jonas", "Jonas Thiel");
  const jonas = await somebody(browser, outlay, "jonas");
  const admin = await somebody(browser, outlay, "mira", false);
  await admin.goto(`${outlay.url}/admin/users`);
  await choose(admin, "Jonas", "Sign out everywhere…", "Sign out everywhere");
  await expect(admin.getByText("Jonas Thiel is signed out everywhere.")).toBeVisible();
  await jonas.goto(`${outlay.url}/expenses`);
  await expect(jonas).toHaveURL(/sign-in/);

  await admin.getByRole("row", { name: /Mira/ }).getByRole("link", { name: "Make user" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Make user" }).click();
  await expect(admin.getByRole("dialog").getByText("This is the last active admin.")).toBeVisible();
  await admin.getByRole("dialog").getByRole("link", { name: "Cancel" }).click();
  await expect(admin).toHaveURL(`${outlay.url}/admin/users`);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  test("people fit", async ({ outlay, page }) => {
    await openSignUp(page, outlay);
    await join(outlay, "jonas", "Jonas Thiel");
    for (const path of ["/admin/users", "/admin/users?q=nobody", "/more"]) {
      await page.goto(`${outlay.url}${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await accessible(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide, `${path} is wider than the phone`).toBe(0);
    }
  });
});
