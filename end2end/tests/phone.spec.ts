// The core of a day on a phone.
import { accessible, coreOfADay, expect, setUp, test } from "./outlay.js";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test("a day on a phone", async ({ outlay, page }) => {
  await page.goto(await outlay.setupLink());
  await setUp(page);
  await expect(page.getByRole("heading", { name: "Start here" })).toBeVisible();
  await accessible(page);
  await coreOfADay(page, outlay);
  for (const path of ["/", "/expenses", "/expenses?add=1", "/funds", "/history", "/import", "/settings", "/activity", "/categories", "/more"]) {
    await page.goto(`${outlay.url}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await accessible(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, `${path} is wider than the phone`).toBe(0);
  }
  const tabs = page.getByRole("navigation", { name: "Main" }).filter({ visible: true });
  for (const link of await tabs.getByRole("link").all()) {
    expect((await link.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  }
});
