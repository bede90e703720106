import { chromium } from "@playwright/test";
const [,, base, out, script] = process.argv;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const mod = await import(script);
for (const [name, viewport, extra] of [["d", { width: 1440, height: 900 }, {}], ["p", { width: 390, height: 844 }, { hasTouch: true, isMobile: true }]]) {
  const context = await browser.newContext({ viewport, locale: "en-GB", timezoneId: "Europe/Ljubljana", baseURL: base, ...extra });
  const page = await context.newPage();
  page.on("console", (m) => { if (["error", "warning"].includes(m.type())) console.log(name, m.text()); });
  page.on("pageerror", (e) => console.log(name, "PAGEERROR", String(e)));
  await page.goto("/sign-in");
  await page.getByLabel("Username").fill("mira");
  await page.getByLabel("Password", { exact: true }).fill("a long walk by the river");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(base + "/");
  let n = 0;
  const shot = async () => { await page.waitForTimeout(300); await page.screenshot({ path: `${out}-${name}${++n}.png` }); };
  await mod.default({ page, context, shot, name, browser });
  await context.close();
}
await browser.close();
