// The table of the expenses: changed in place and ahead of the server's answer, two devices at one row, many at once, by
// keyboard, on a phone and without JavaScript.
import type { BrowserContext, Page } from "@playwright/test";
import { accessible, expect, live, type Outlay, setUp, test } from "./outlay.js";

const desk = { width: 1440, height: 900 };
const row = (page: Page, name: RegExp) => page.locator("tbody").getByRole("row", { name });
const total = (page: Page) => page.locator(".filter-total");
const what = (page: Page) => page.getByLabel("What", { exact: true });
const today = () => new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Ljubljana" });

/** Records expenses as the page would, without it: `[what, amount]`, the first the oldest. */
async function record(page: Page, expenses: [string, string][]) {
  await page.evaluate(async ([expenses, date]) => {
    for (const [what, amount] of expenses) {
      const random = crypto.randomUUID();
      const time = Date.now().toString(16).padStart(12, "0");
      const id = `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
      const body = new URLSearchParams({ id, what, amount, date, allow_overdraft: "true" });
      const answer = await fetch("/api/page/expenses/record", { method: "POST", headers: { accept: "application/json" }, body });
      if (!answer.ok) throw new Error(await answer.text());
      await new Promise((done) => setTimeout(done, 2));
    }
  }, [expenses, today()] as const);
}

/** The page of the expenses, once it is live. */
async function expenses(page: Page, outlay: Outlay, query = "") {
  await live(page, `${outlay.url}/expenses${query}`);
}

async function begin(page: Page, outlay: Outlay, rows: [string, string][]) {
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "1000" });
  await record(page, rows);
  await expenses(page, outlay);
}

/** Holds the answers of a server function back until what this returns is called. */
async function held(page: Page, name: string) {
  let go = () => {};
  const gone = new Promise<void>((resolve) => { go = resolve; });
  await page.route(`**/api/page/expenses/${name}`, async (route) => { await gone; await route.continue(); });
  return go;
}

const noise = /Failed to load resource.*(40[49]|422|ERR_FAILED)/;
function forgive(complaints: string[]) {
  expect(complaints.filter((text) => !noise.test(text))).toEqual([]);
  complaints.length = 0;
}

test.describe("at a desk", () => {
  test.use({ viewport: desk });

  test("a row is changed in its own cells, ahead of the answer", async ({ outlay, page, complaints }) => {
    await begin(page, outlay, [["Bakery", "3.10"], ["Lunch with Ana", "12.50"], ["Coffee", "2.40"]]);
    const lunch = row(page, /Lunch with Ana/);

    await test.step("nothing jumps", async () => {
      const heads = () => page.locator("thead th").evaluateAll((all) => all.map((th) => Math.round(th.getBoundingClientRect().x)));
      const below = async () => (await row(page, /Bakery/).boundingBox())!.y;
      const [before, y] = [await heads(), await below()];
      await lunch.locator("[data-field=what]").click();
      await expect(what(page)).toBeFocused();
      await expect(what(page)).toHaveValue("Lunch with Ana");
      expect(await heads()).toEqual(before);
      expect(Math.abs((await below()) - y)).toBeLessThanOrEqual(12);
      await accessible(page);
    });

    await test.step("Tab goes round, Escape leaves", async () => {
      const save = page.getByRole("button", { name: "Save" });
      await save.focus();
      await page.keyboard.press("Tab");
      await expect(page.getByRole("link", { name: "Leave Lunch with Ana as it is" })).toBeFocused();
      await page.keyboard.press("Shift+Tab");
      await expect(save).toBeFocused();
      await what(page).fill("Something else");
      await page.keyboard.press("Escape");
      await expect(lunch).toContainText("−€12.50");
      await expect(lunch.getByRole("link", { name: "Edit Lunch with Ana" })).toBeFocused();
    });

    await test.step("what is saved shows before the answer, with the total", async () => {
      await expect(total(page)).toContainText("€18.00");
      const go = await held(page, "edit");
      await lunch.locator("[data-field=amount]").click();
      await expect(page.getByLabel("Amount in €")).toBeFocused();
      await page.getByLabel("Amount in €").fill("13.75");
      await page.keyboard.press("Enter");
      await expect(lunch).toContainText("−€13.75");
      await expect(total(page)).toContainText("€19.25");
      await expect(page.locator(".toast")).toHaveCount(0);
      go();
      await expect(page.locator(".toast")).toContainText("Changed “Lunch with Ana”");
      await expect(total(page)).toContainText("€19.25");
      await expect(lunch).toContainText("−€13.75");
    });

    await test.step("what is deleted goes before the answer, and comes back by Undo", async () => {
      const go = await held(page, "delete");
      await lunch.getByRole("button", { name: "Delete Lunch with Ana" }).click();
      await expect(lunch).toHaveCount(0);
      await expect(total(page)).toContainText("€5.50");
      go();
      await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
      await expect(lunch).toContainText("−€13.75");
      await expect(total(page)).toContainText("€19.25");
    });

    await test.step("what follows waits for the answer on which it rests", async () => {
      const go = await held(page, "edit");
      for (const amount of ["14.00", "15.00"]) {
        await lunch.locator("[data-field=amount]").click();
        await page.getByLabel("Amount in €").fill(amount);
        await page.keyboard.press("Enter");
        await expect(lunch).toContainText(`−€${amount}`);
      }
      await lunch.getByRole("button", { name: "Delete Lunch with Ana" }).click();
      await expect(lunch).toHaveCount(0);
      go();
      await page.locator(".toast").filter({ hasText: "Deleted “Lunch with Ana”" }).getByRole("button", { name: "Undo" }).click();
      await expect(lunch).toContainText("−€15.00");
      await lunch.locator("[data-field=amount]").click();
      await page.getByLabel("Amount in €").fill("13.75");
      await page.keyboard.press("Enter");
      await expect(page.locator(".toast")).toContainText("Changed “Lunch with Ana”");
    });

    await test.step("what is refused opens again with the reason", async () => {
      await lunch.locator("[data-field=what]").click();
      await page.getByLabel("Amount in €").fill("5000");
      await page.keyboard.press("Enter");
      await expect(page.getByRole("alert").filter({ hasText: "too little" })).toBeVisible();
      await expect(page.getByLabel("Amount in €")).toHaveValue("5000");
      await expect(total(page)).toContainText("€19.25");
      await accessible(page);
      await page.getByRole("button", { name: "Record anyway" }).click();
      await expect(lunch).toContainText("−€5,000.00");
      await expect(page.locator(".toast")).toContainText("Changed “Lunch with Ana”");
      await page.keyboard.press("z");
      await expect(lunch).toContainText("−€13.75");
    });

    await test.step("a wrong field stays open", async () => {
      await lunch.getByRole("link", { name: "Edit Lunch with Ana" }).click();
      await what(page).fill("");
      await page.keyboard.press("Enter");
      await expect(what(page)).toHaveAttribute("aria-invalid", "true");
      await expect(what(page)).toBeFocused();
      await page.keyboard.press("Escape");
    });

    await test.step("without a connection it comes back", async () => {
      await page.route("**/api/page/expenses/delete", (route) => route.abort());
      await lunch.getByRole("button", { name: "Delete Lunch with Ana" }).click();
      await expect(lunch).toContainText("No connection");
      await expect(lunch).toContainText("−€13.75");
      await page.unroute("**/api/page/expenses/delete");
      await lunch.getByRole("button", { name: "Delete Lunch with Ana" }).click();
      await expect(page.locator(".toast")).toContainText("Deleted “Lunch with Ana”");
      await expect(lunch).toHaveCount(0);
    });
    forgive(complaints);
  });

  test("two devices at one row", async ({ outlay, page, complaints }) => {
    await begin(page, outlay, [["Bakery", "3.10"], ["Lunch with Ana", "12.50"]]);
    /** Another device changes the row that is open here. */
    const theirs = (change: Record<string, string>) => page.evaluate(async (change) => {
      const form = document.querySelector<HTMLFormElement>("tr.editing form")!;
      const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
      for (const [name, value] of Object.entries(change)) body.set(name, value);
      const answer = await fetch(form.action, { method: "POST", headers: { accept: "application/json" }, body });
      if (!answer.ok) throw new Error(await answer.text());
    }, change);
    const mine = async (name: string) => {
      await row(page, new RegExp(name)).locator("[data-field=what]").click();
      await expect(what(page)).toBeFocused();
    };

    await mine("Lunch with Ana");
    await theirs({ what: "Lunch with Bo", amount: "14.00" });
    await what(page).fill("Lunch with Cy");
    await page.keyboard.press("Enter");
    const conflict = page.locator("tr.conflict");
    await expect(conflict).toContainText("Theirs Lunch with Bo");
    await expect(conflict).toContainText("Mine Lunch with Cy");
    await expect(conflict).toContainText("Theirs €14.00");
    await expect(conflict.locator("dt")).toHaveText(["What", "Amount"]);
    await expect(what(page)).toHaveValue("Lunch with Cy");
    await accessible(page);
    await conflict.getByRole("button", { name: "Keep mine" }).click();
    await expect(row(page, /Lunch with Cy/)).toContainText("−€12.50");
    await expect(page.locator(".toast")).toContainText("Changed “Lunch with Cy”");

    await mine("Lunch with Cy");
    await theirs({ what: "Lunch with Di", note: "on her" });
    await what(page).fill("Lunch alone");
    await page.keyboard.press("Enter");
    await conflict.getByRole("link", { name: "Take theirs" }).click();
    await expect(row(page, /Lunch with Di/)).toContainText("on her");
    await expect(conflict).toHaveCount(0);
    await mine("Lunch with Di");
    await expect(what(page)).toHaveValue("Lunch with Di");
    await page.keyboard.press("Escape");
    forgive(complaints);
  });

  test("many at once, by keyboard and by mouse", async ({ outlay, page, complaints }) => {
    await begin(page, outlay, Array.from({ length: 60 }, (_, n) => [`Row ${n}.`, "1.00"]));
    const boxes = page.locator("tbody .col-pick input");
    const bar = page.locator(".bulk");
    const pick = (n: number) => boxes.nth(n);

    await test.step("by keyboard", async () => {
      await expect(bar).toBeHidden();
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      await expect(row(page, /Row 58\./)).toBeFocused();
      await page.keyboard.press("x");
      await page.keyboard.press("k");
      await page.keyboard.press("x");
      await expect(bar).toContainText("2 selected · €2.00");
      await accessible(page);
      await page.keyboard.press("j");
      await page.keyboard.press("x");
      await page.keyboard.press("e");
      await expect(what(page)).toHaveValue("Row 58.");
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog", { name: "Keys" })).toContainText("Select the expense");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Select none" }).click();
      await expect(bar).toBeHidden();
      await row(page, /Row 58\./).focus();
      await page.keyboard.press("#");
      await expect(row(page, /Row 58\./)).toHaveCount(0);
      await expect(row(page, /Row 57\./)).toBeFocused();
      await expect(page.locator(".toast")).toContainText("Deleted “Row 58.”");
      await page.keyboard.press("z");
      await expect(row(page, /Row 58\./)).toHaveCount(1);
    });

    await test.step("a range gets a category, with one undo", async () => {
      await expect(pick(1)).toHaveCSS("opacity", "1");
      await pick(1).click();
      await pick(4).click({ modifiers: ["Shift"] });
      await expect(bar).toContainText("4 selected · €4.00");
      await bar.getByRole("button", { name: "Set category" }).click();
      await expect(bar).toContainText("Choose the category to set.");
      await bar.getByLabel("Category for the selected").selectOption("Groceries");
      await bar.getByRole("button", { name: "Set category" }).click();
      await expect(page.locator(".toast")).toContainText("Changed 4 expenses");
      await expect(page.locator("tbody").getByText("Groceries")).toHaveCount(4);
      await expect(bar).toBeHidden();
      await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
      await expect(page.locator("tbody").getByText("Groceries")).toHaveCount(0);
    });

    await test.step("all on the page, then all that match, get a day", async () => {
      // The next page comes when it is scrolled to. The same address again would come back to the same place.
      await page.goto("about:blank");
      await live(page, `${outlay.url}/expenses`);
      await page.getByLabel("Select all on this page").check();
      await expect(bar).toContainText("50 selected · €50.00");
      await bar.getByLabel("All 60 that match").check();
      await expect(bar).toContainText("60 selected · €60.00");
      await bar.getByLabel("Day for the selected").fill("2026-01-02");
      await bar.getByRole("button", { name: "Set day" }).click();
      await expect(page.locator(".toast")).toContainText("Changed 60 expenses");
      await expect(page.locator("tbody time").first()).toHaveAttribute("datetime", "2026-01-02");
    });

    await test.step("deleting says how many and how much first", async () => {
      await pick(0).click();
      await pick(1).click();
      await bar.getByRole("button", { name: "Delete" }).click();
      await expect(bar).toContainText("Delete 2 expenses, €2.00 together?");
      await pick(2).click();
      await expect(bar).not.toContainText("together?");
      await bar.getByRole("button", { name: "Delete" }).click();
      await expect(bar).toContainText("Delete 3 expenses, €3.00 together?");
      await accessible(page);
      await bar.getByRole("button", { name: "Yes, delete" }).click();
      await expect(page.locator(".toast")).toContainText("Deleted 3 expenses, €3.00 back in your balance");
      await expect(total(page)).toContainText("57 expenses");
      await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
      await expect(total(page)).toContainText("60 expenses");
    });

    await test.step("a file of the selected", async () => {
      await pick(0).click();
      await pick(1).click();
      const [file] = await Promise.all([page.waitForEvent("download"), bar.getByRole("button", { name: "Export" }).click()]);
      expect(file.suggestedFilename()).toMatch(/^outlay-.*\.csv$/);
    });
    forgive(complaints);
  });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("a long press selects, a swipe brings the buttons, a tap opens the editor", async ({ outlay, page, complaints }) => {
    await begin(page, outlay, [["Bakery", "3.10"], ["Lunch with Ana", "12.50"], ["Coffee", "2.40"]]);
    const cdp = await page.context().newCDPSession(page);
    const lunch = row(page, /Lunch with Ana/);
    const at = async (name: RegExp) => {
      const box = (await row(page, name).locator(".what").boundingBox())!;
      return { x: Math.round(box.x + 10), y: Math.round(box.y + box.height / 2) };
    };
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", points: { x: number; y: number }[]) =>
      cdp.send("Input.dispatchTouchEvent", { type, touchPoints: points });

    await test.step("a swipe", async () => {
      const trash = lunch.getByRole("button", { name: "Delete Lunch with Ana" });
      await expect(trash).not.toBeInViewport();
      const { x, y } = await at(/Lunch with Ana/);
      await touch("touchStart", [{ x: x + 200, y }]);
      for (let moved = 20; moved <= 180; moved += 20) {
        await touch("touchMove", [{ x: x + 200 - moved, y }]);
        await page.waitForTimeout(16);
      }
      await touch("touchEnd", []);
      await expect(trash).toBeInViewport({ ratio: 0.9 });
      for (const control of [trash, lunch.getByRole("link", { name: "Edit Lunch with Ana" })]) {
        const box = (await control.boundingBox())!;
        expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
      }
      await accessible(page);
      await trash.tap();
      await expect(lunch).toHaveCount(0);
      await page.locator(".toast").getByRole("button", { name: "Undo" }).tap();
      await expect(lunch).toContainText("−€12.50");
    });

    await test.step("a long press, and taps after it", async () => {
      const bar = page.locator(".bulk");
      await touch("touchStart", [await at(/Lunch with Ana/)]);
      await expect(bar).toContainText("1 selected · €12.50");
      await touch("touchEnd", []);
      await expect(bar).toBeVisible();
      await expect(page.locator("tr.editing")).toHaveCount(0);
      const { x, y } = await at(/Bakery/);
      await page.touchscreen.tap(x, y);
      await expect(bar).toContainText("2 selected · €15.60");
      await accessible(page);
      for (const control of await bar.locator(".btn, .input, .icon-btn").all()) {
        expect((await control.boundingBox())!.height).toBeGreaterThanOrEqual(44);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide).toBe(0);
      await bar.getByRole("button", { name: "Select none" }).tap();
      await expect(bar).toBeHidden();
    });

    await test.step("a tap", async () => {
      const { x, y } = await at(/Coffee/);
      await page.touchscreen.tap(x, y);
      await expect(what(page)).toBeFocused();
      await expect(page.getByLabel("Amount in €")).toHaveAttribute("inputmode", "decimal");
      for (const control of await page.locator("tr.editing").locator(".btn, .input, .icon-btn").all()) {
        expect((await control.boundingBox())!.height).toBeGreaterThanOrEqual(44);
      }
      await accessible(page);
      await page.getByLabel("Amount in €").fill("2.60");
      await page.getByRole("button", { name: "Save" }).tap();
      await expect(row(page, /Coffee/)).toContainText("−€2.60");
    });
    forgive(complaints);
  });
});

test.describe("without JavaScript", () => {
  test.use({ viewport: desk, javaScriptEnabled: false });

  test("in place, many at once, and two devices", async ({ outlay, page, browser }) => {
    await page.goto(await outlay.setupLink());
    await setUp(page, { opening: "1000" });
    for (const [amount, name] of [["3.10", "Bakery"], ["12.50", "Lunch"], ["2.40", "Coffee"]]) {
      await page.goto(`${outlay.url}/expenses?add=1`);
      await page.getByLabel("Amount in €").fill(amount);
      await what(page).fill(name);
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await expect(row(page, new RegExp(name))).toBeVisible();
    }
    await page.goto(`${outlay.url}/expenses`);

    await test.step("many at once", async () => {
      const bar = page.locator(".bulk");
      await expect(bar).toBeHidden();
      await page.getByLabel("Select Bakery").check();
      await page.getByLabel("Select Coffee").check();
      await bar.getByLabel("Category for the selected").selectOption("Groceries");
      await bar.getByRole("button", { name: "Set category" }).click();
      await expect(row(page, /Bakery/)).toContainText("Groceries");
      await expect(row(page, /Coffee/)).toContainText("Groceries");
      await expect(row(page, /Lunch/)).not.toContainText("Groceries");
      await page.getByLabel("Select Bakery").check();
      await page.getByLabel("Select Coffee").check();
      await bar.getByRole("button", { name: "Delete" }).click();
      await expect(bar).toContainText("Delete 2 expenses, €5.50 together?");
      await bar.getByRole("button", { name: "Yes, delete" }).click();
      await expect(row(page, /Bakery/)).toHaveCount(0);
      await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
      await expect(row(page, /Bakery/)).toBeVisible();
    });

    await test.step("two devices at one row", async () => {
      await row(page, /Lunch/).getByRole("link", { name: "Edit Lunch" }).click();
      const other: BrowserContext = await browser.newContext({ storageState: await page.context().storageState(), javaScriptEnabled: false });
      const there = await other.newPage();
      await there.goto(page.url());
      await what(there).fill("Lunch with Bo");
      await there.getByRole("button", { name: "Save" }).click();
      await expect(row(there, /Lunch with Bo/)).toBeVisible();
      await other.close();
      await page.getByLabel("Amount in €").fill("14");
      await page.getByRole("button", { name: "Save" }).click();
      const conflict = page.locator("tr.conflict");
      await expect(conflict).toContainText("Theirs Lunch with Bo");
      await expect(conflict).toContainText("Mine €14.00");
      await conflict.getByRole("button", { name: "Keep mine" }).click();
      await expect(row(page, /Lunch/)).toContainText("−€14.00");
      await expect(row(page, /Lunch with Bo/)).toHaveCount(0);
    });
  });
});
