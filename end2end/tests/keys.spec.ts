// By keyboard: the line for an expense from any page, the palette, going to pages, Undo, and turning keys off.
import { accessible, expect, live, setUp, test } from "./outlay.js";

test.use({ viewport: { width: 1440, height: 900 } });

test("by keyboard alone", async ({ outlay, page }) => {
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "100" });
  const heading = (name: string) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

  await live(page, `${outlay.url}/`);

  await test.step("going to pages, but not while typing", async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("f");
    await heading("Funds");
    await page.getByLabel("Note").first().focus();
    await page.keyboard.type("g e ?");
    await expect(page.getByLabel("Note").first()).toHaveValue("g e ?");
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("g");
    await page.keyboard.press("e");
    await heading("Expenses");
    await page.keyboard.press("/");
    await expect(page.getByRole("searchbox")).toBeFocused();
    await page.getByRole("heading", { level: 1 }).click();
  });

  await test.step("an expense in one line, and its undo", async () => {
    await page.keyboard.press("n");
    const dialog = page.getByRole("dialog", { name: "Add an expense" });
    const line = dialog.getByLabel("Expense in one line");
    await expect(line).toBeFocused();
    await accessible(page);
    await page.keyboard.type("4.20 Coffee");
    await expect(dialog.getByText("€4.20")).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(dialog).toBeHidden();
    const row = page.getByRole("row", { name: /Coffee/ });
    await expect(row).toContainText("−€4.20");
    await expect(page.locator(".toast")).toContainText("Coffee");
    await page.keyboard.press("z");
    await expect(row).toHaveCount(0);
  });

  await test.step("the palette", async () => {
    const input = page.getByRole("combobox", { name: "Go or do" });
    await page.keyboard.press("Control+k");
    await expect(input).toBeFocused();
    await accessible(page);
    await page.keyboard.type("no such thing");
    await expect(page.getByText("Nothing here is called “no such thing”.")).toBeVisible();
    await accessible(page);
    await input.fill("éating");
    await expect(page.getByRole("option")).toHaveText([/Eating out/]);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/expenses\?category_id=/);
    await page.keyboard.press("Control+k");
    await expect(input).toHaveValue("");
    await page.keyboard.press("ArrowDown");
    await expect(page.getByRole("option", { selected: true })).toHaveText(/Expenses/);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await expect(page.getByRole("option").last()).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("Escape");
    await expect(input).toBeHidden();
  });

  await test.step("the list of keys, and single keys off", async () => {
    await page.keyboard.press("?");
    const list = page.getByRole("dialog", { name: "Keys" });
    await expect(list.getByText("Undo what was just done")).toBeVisible();
    await accessible(page);
    await list.getByLabel(/Single keys work/).uncheck();
    await page.keyboard.press("Escape");
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: "Expenses" })).toBeVisible();
    await page.keyboard.press("?");
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("combobox", { name: "Go or do" })).toBeFocused();
    await expect(list).toBeHidden();
  });
});

test("keys that come before the page is live", async ({ outlay, page }) => {
  await page.goto(await outlay.setupLink());
  await setUp(page);
  const early = async (...keys: string[]) => {
    let go = () => {};
    const pressed = new Promise<void>((resolve) => { go = resolve; });
    await page.route("**/app.wasm", async (route) => { await pressed; await route.continue(); }, { times: 1 });
    await page.goto(`${outlay.url}/`, { waitUntil: "domcontentloaded" });
    for (const key of keys) await page.keyboard.press(key);
    go();
  };
  await early("g", "f");
  await expect(page.getByRole("heading", { level: 1, name: "Funds" })).toBeVisible();
  await early("Control+k");
  await expect(page.getByRole("combobox", { name: "Go or do" })).toBeVisible();
});
