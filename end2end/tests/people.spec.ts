// People from end to end: the first admin invites somebody, who signs up, is promoted, demoted, disabled, deleted and restored.
import { type Browser, type Page } from "@playwright/test";
import { accessible, expect, live, type Outlay, password, setUp, test } from "./outlay.js";

test.use({ viewport: { width: 1440, height: 900 } });

async function fresh(browser: Browser, javaScriptEnabled = true) {
  return (await browser.newContext({ javaScriptEnabled, locale: "en-GB" })).newPage();
}

async function signIn(page: Page, outlay: Outlay, username: string, secret = password) {
  await page.goto(`${outlay.url}/sign-in`);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${outlay.url}/`);
}

/** Chooses what is behind the three dots of a row. */
async function ask(page: Page, name: RegExp, item: string) {
  const row = page.getByRole("row", { name });
  await row.locator("summary").click();
  await row.getByRole("link", { name: item }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
}

/** The link that is shown once. */
async function handed(page: Page) {
  const region = page.getByRole("region", { name: "Your new link" });
  await expect(region).toBeVisible();
  return region.getByLabel("The link").inputValue();
}

/** The first admin, with sign-up by invitation. */
async function byInvitation(page: Page, outlay: Outlay) {
  await page.goto(await outlay.setupLink());
  await page.getByLabel("Whoever you invite").check();
  await setUp(page);
}

async function signUp(page: Page, link: string, username: string, name: string) {
  await page.goto(link);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Your name (optional)").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
}

test("invited, promoted, demoted, disabled, deleted, restored", async ({ outlay, page, browser, complaints }) => {
  await byInvitation(page, outlay);
  await page.getByRole("link", { name: "Users" }).first().click();

  const jonas = await fresh(browser);
  await test.step("an invitation makes one account", async () => {
    await jonas.goto(`${outlay.url}/register`);
    await expect(jonas.getByText("Sign-up is by invitation")).toBeVisible();
    await page.getByRole("link", { name: "Invite user" }).click();
    await expect(page.getByRole("dialog", { name: "Invite somebody?" })).toBeVisible();
    await accessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Make the link" }).click();
    const link = await handed(page);
    await accessible(page);
    await jonas.goto(link);
    await accessible(jonas);
    await signUp(jonas, link, "jonas", "Jonas Thiel");
    const other = await fresh(browser);
    await other.goto(link);
    await expect(other.getByText("This invitation is not valid any more")).toBeVisible();
    await accessible(other);
  });

  await jonas.goto(`${outlay.url}/expenses?add=1`);
  await jonas.getByLabel(/^Amount in/).fill("7.20");
  await jonas.getByLabel("What", { exact: true }).fill("Bakery");
  await jonas.getByRole("button", { name: "Add", exact: true }).click();
  await jonas.getByRole("button", { name: "Record anyway" }).click();
  await expect(jonas.getByRole("row", { name: /Bakery/ })).toBeVisible();

  await test.step("promoted, demoted, disabled, enabled", async () => {
    await live(page, `${outlay.url}/admin/users`);
    const row = page.getByRole("row", { name: /Jonas/ });
    for (const [item, yes] of [["Make admin", "Make admin"], ["Make user", "Make user"]]) {
      await row.getByRole("link", { name: item }).click();
      await page.getByRole("dialog").getByRole("button", { name: yes }).click();
      await expect(page.getByRole("dialog")).toHaveCount(0);
    }
    for (const [item, yes] of [["Disable…", "Disable"], ["Enable…", "Enable"]]) {
      await ask(page, /Jonas/, item);
      await page.getByRole("dialog").getByRole("button", { name: yes }).click();
      await expect(page.getByRole("dialog")).toHaveCount(0);
    }
  });

  await test.step("a new password by a link, without JavaScript", async () => {
    await ask(page, /Jonas/, "Reset link…");
    await accessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Make the link" }).click();
    const link = await handed(page);
    const plain = await fresh(browser, false);
    await plain.goto(link);
    await expect(plain.getByRole("heading", { name: "A new password" })).toBeVisible();
    await plain.getByLabel("New password").fill("short");
    await plain.getByRole("button", { name: "Set the password" }).click();
    await expect(plain.getByText("at least 8 characters;").first()).toBeVisible();
    await plain.getByLabel("New password").fill("another walk by the river");
    await plain.getByRole("button", { name: "Set the password" }).click();
    await expect(plain.getByText("Your new password is set.")).toBeVisible();
    await signIn(jonas, outlay, "jonas", "another walk by the river");
  });

  await test.step("an admin looks at an expense and corrects it; its owner reads that and undoes it", async () => {
    await live(page, `${outlay.url}/admin/expenses`);
    await expect(page.getByText("Whose expenses?")).toBeVisible();
    await accessible(page);
    await page.getByLabel("Username").fill("jonas");
    await page.getByRole("button", { name: "Show" }).click();
    const row = page.getByRole("row", { name: /Bakery/ });
    await expect(row).toBeVisible();
    await accessible(page);
    await row.getByRole("link", { name: "Edit Bakery" }).click();
    await page.getByLabel("Amount").last().fill("8.40");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(row).toContainText("8.40");
    await jonas.goto(`${outlay.url}/history?kind=expenses`);
    await expect(jonas.getByText("Looked at 1 expense").first()).toBeVisible();
    const changed = jonas.getByRole("listitem").filter({ hasText: "Changed “Bakery”" });
    await expect(changed).toContainText("by mira");
    await changed.getByRole("button", { name: /Undo/ }).click();
    await expect(jonas.getByText("Undid: Changed “Bakery”").first()).toBeVisible();
  });

  await test.step("deleted with a word, and restored", async () => {
    await live(page, `${outlay.url}/admin/users`);
    await ask(page, /Jonas/, "Delete…");
    const dialog = page.getByRole("dialog", { name: "Delete Jonas Thiel?" });
    await expect(dialog).toContainText("kept for 30 days");
    await dialog.getByLabel("Type jonas to confirm").fill("jon");
    await dialog.getByRole("button", { name: "Delete user" }).click();
    await expect(dialog.getByText("Type jonas to confirm.")).toBeVisible();
    // The browser's own word for the refusal.
    expect(complaints.filter((text) => !text.includes("status of 422"))).toEqual([]);
    complaints.length = 0;
    await accessible(page);
    await dialog.getByLabel("Type jonas to confirm").fill("jonas");
    await dialog.getByRole("button", { name: "Delete user" }).click();
    await expect(page.getByRole("row", { name: /Jonas/ })).toHaveCount(0);
    await jonas.goto(`${outlay.url}/expenses`);
    await expect(jonas).toHaveURL(/sign-in/);
    await page.getByRole("link", { name: "Deleted" }).click();
    await accessible(page);
    await page.getByRole("button", { name: "Restore Jonas Thiel" }).click();
    await expect(page.getByText("Nobody is deleted")).toBeVisible();
    await signIn(jonas, outlay, "jonas", "another walk by the river");
    await jonas.goto(`${outlay.url}/expenses`);
    await expect(jonas.getByRole("row", { name: /Bakery/ })).toContainText("7.20");
  });

  await test.step("the audit log has all of it, and not what was spent on", async () => {
    await page.getByRole("link", { name: "Audit log" }).first().click();
    await expect(page.getByRole("cell", { name: /Restored/ })).toBeVisible();
    await expect(page.getByText("Bakery")).toHaveCount(0);
    await accessible(page);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download as CSV" }).click();
    expect((await download).suggestedFilename()).toMatch(/^outlay-audit-.*\.csv$/);
  });
});

test("somebody leaves, and comes back by signing in", async ({ outlay, page, browser }) => {
  await byInvitation(page, outlay);
  await live(page, `${outlay.url}/admin/users?ask=invite`);
  await page.getByRole("dialog").getByRole("button", { name: "Make the link" }).click();
  const ada = await fresh(browser);
  await signUp(ada, await handed(page), "ada", "Ada Okafor");
  await ada.goto(`${outlay.url}/settings`);
  await ada.getByText("Delete my account…").click();
  await ada.getByLabel("Your password, to be sure").fill(password);
  await accessible(ada);
  await ada.getByRole("button", { name: "Delete my account" }).click();
  await expect(ada.getByText("Sign in within 14 days to keep it.")).toBeVisible();
  await live(page, `${outlay.url}/admin/users`);
  await expect(page.getByRole("row", { name: /Ada/ })).toContainText("leaving");
  await signIn(ada, outlay, "ada");
  await page.reload();
  await expect(page.getByRole("row", { name: /Ada/ })).not.toContainText("leaving");
});

test("the server's settings, and the order of the categories", async ({ outlay, page }) => {
  await byInvitation(page, outlay);
  await page.getByRole("link", { name: "Server", exact: true }).first().click();
  await expect(page.getByLabel("Whoever is invited")).toBeChecked();
  await accessible(page);
  await page.getByLabel("Nobody").check();
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByRole("status").filter({ hasText: "Closed sign-up" })).toBeVisible();
  await live(page, `${outlay.url}/admin/users?ask=invite`);
  await expect(page.getByRole("dialog", { name: "Sign-up is closed" })).toBeVisible();
  await accessible(page);
  await page.goto(`${outlay.url}/categories`);
  const names = () => page.getByRole("row").locator(".col-what .what").allInnerTexts();
  const before = await names();
  await page.getByRole("button", { name: `Move ${before[1]} up` }).click();
  await expect.poll(names).toEqual([before[1], before[0], ...before.slice(2)]);
  await accessible(page);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  test("the pages of admins fit", async ({ outlay, page }) => {
    await byInvitation(page, outlay);
    await live(page, `${outlay.url}/admin/users`);
    const href = await page.getByRole("row", { name: /Mira/ }).getByRole("link", { name: "Mira Kovač", exact: true }).getAttribute("href");
    for (const path of [href!, "/admin/deleted", "/admin/expenses", "/admin/expenses?user=mira", "/admin/audit", "/admin/audit?actor=mira", "/admin/settings", "/admin/users?ask=invite", "/settings"]) {
      await page.goto(`${outlay.url}${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await accessible(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide, `${path} is wider than the phone`).toBe(0);
    }
  });
});
