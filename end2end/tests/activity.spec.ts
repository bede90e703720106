// Who came in as oneself, and who tried to.
import { accessible, expect, setUp, test } from "./outlay.js";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ viewport: { width: 1440, height: 900 }, javaScriptEnabled });

    test("what happened with one's own account, page by page", async ({ outlay, page }) => {
      await page.goto(await outlay.setupLink());
      await setUp(page);
      const form = new URLSearchParams({ username: "mira", password: "not the right one" });
      const tried = await fetch(`${outlay.url}/api/page/session/sign-in`, { method: "POST", body: form, headers: { origin: outlay.url } });
      expect(tried.status).toBe(401);
      for (let n = 0; n < 55; n += 1) expect((await page.request.get(`${outlay.url}/export?format=json`)).status()).toBe(200);

      await page.goto(`${outlay.url}/settings`);
      await page.getByRole("region", { name: "Where you are signed in" }).getByRole("link", { name: "Who signed in" }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Account activity" })).toBeVisible();
      await expect(page.getByRole("heading", { level: 2, name: "Today" })).toBeVisible();
      await expect(page.getByRole("listitem").filter({ hasText: "Downloaded data" })).toHaveCount(50);
      if (javaScriptEnabled) await accessible(page);
      await page.getByRole("link", { name: "Older" }).click();
      await expect(page.getByRole("listitem").filter({ hasText: "Failed to sign in" })).toHaveCount(1);
      await expect(page.getByRole("listitem").filter({ hasText: "Signed in" })).toContainText("Chrome on Linux");
      if (javaScriptEnabled) await accessible(page);
      else await page.getByRole("link", { name: "Newest" }).click();
      await expect(page.getByRole("listitem").filter({ hasText: "Downloaded data" })).toHaveCount(javaScriptEnabled ? 55 : 50);
    });
  });
}
