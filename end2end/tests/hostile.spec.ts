// S28: whatever text somebody puts anywhere, by the page, by REST or with a statement: it is shown as it is, and nothing of it runs.
import { type Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { accessible, expect, type Outlay, setUp, test } from "./outlay.js";

test.use({ viewport: { width: 1440, height: 900 } });
test.setTimeout(240_000);

/** Each would set `window.__xss`, break out of where it stands, or be read as code. All fit into a name. */
const payloads = [
  "<img src=x onerror=window.__xss=1>",
  "\"><svg/onload=window.__xss=1>",
  "'><svg/onload=window.__xss=1>",
  "</script><script>window.__xss=1</script>",
  "</title><script>window.__xss=1</script>",
  "</textarea><img src=x onerror=__xss=1>",
  "<iframe srcdoc='<script>__xss=1</script>'>",
  "<a href=javascript:window.__xss=1>x</a>",
  "javascript:window.__xss=1",
  "{{constructor.constructor('__xss=1')()}}",
  "{{7*7}}${7*7}<%=7*7%>",
  "--><script>window.__xss=1</script>",
  "]]><script>window.__xss=1</script>",
  "<math><mtext><img src=x onerror=__xss=1>",
  "<details open ontoggle=window.__xss=1>",
  "<style>*{background:url(//evil.example)}</style>",
  "<link rel=stylesheet href=//evil.example>",
  "<base href=//evil.example/>",
  "<meta http-equiv=refresh content='0;//evil.example'>",
  "<form action=//evil.example><input type=submit>",
  "<svg><animate onbegin=window.__xss=1>",
  "<object data=javascript:window.__xss=1>",
  "&lt;img src=x onerror=__xss=1&gt;",
  "%3Cscript%3Ewindow.__xss=1%3C/script%3E",
  "\\u003cscript\\u003ewindow.__xss=1",
  "\"-window.__xss=1-\"",
  "';window.__xss=1;//",
  "`;window.__xss=1;`",
  "=HYPERLINK(\"javascript:__xss=1\")",
  "{b|<img src=x onerror=__xss=1>}{a}{c}",
];

async function call(page: Page, outlay: Outlay, path: string, fields: Record<string, string>) {
  const answer = await page.request.post(`${outlay.url}/api/page/${path}`, { form: fields, headers: { origin: outlay.url, accept: "application/json" } });
  expect(answer.status(), `${path}: ${await answer.text()}`).toBe(200);
  return answer.json();
}

test("no text runs, wherever it stands", async ({ outlay, page, complaints }) => {
  const dialogs: string[] = [];
  page.on("dialog", async (dialog) => { dialogs.push(dialog.message()); await dialog.dismiss(); });
  const away: string[] = [];
  page.on("request", (request) => { if (!request.url().startsWith(outlay.url)) away.push(request.url()); });
  await page.goto(await outlay.setupLink());
  await setUp(page, { opening: "1000" });

  const { token } = await call(page, outlay, "tokens/create", { name: payloads[0]!, read: "true", write: "true", import: "true", admin: "true", key: randomUUID() });
  const rest = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${outlay.url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: JSON.stringify(body) });
    const json = await answer.json().catch(() => null);
    expect([200, 201, 204], `${path}: ${JSON.stringify(json)}`).toContain(answer.status);
    return json;
  };

  let expense = "", imported = "";
  await test.step("text everywhere", async () => {
    const colors = ["blue", "amber", "green", "pink", "violet", "cyan", "yellow", "coral"];
    const categories: string[] = [];
    for (const [n, name] of payloads.slice(0, 8).entries()) categories.push((await rest("POST", "/categories", { name, color: colors[n] })).id);
    for (const [n, what] of payloads.entries()) {
      const made = await rest("POST", "/expenses", { amount: `${n + 1}.00`, what, note: `${what}\n${what}`, category_id: categories[n % categories.length], allow_overdraft: true });
      expect(made.what).toBe(what);
      expense = made.id;
    }
    for (const note of payloads.slice(0, 6)) await rest("POST", "/funds", { amount: "10.00", note });
    for (const name of payloads.slice(0, 6)) await rest("POST", "/filters", { name, query: `q=${encodeURIComponent(name)}` });
    const month = new Date().toISOString().slice(0, 7);
    for (const category_id of categories.slice(0, 4)) await rest("PUT", "/budgets", { month, category_id, amount: "50.00" });
    await rest("PATCH", "/me", { display_name: payloads[1] });
    for (const what of payloads.slice(0, 6)) await rest("POST", "/recurring", { amount: "5.00", what, note: what, schedule: { unit: "month", from: "2200-01-01" } });
    for (const name of payloads.slice(0, 3)) await rest("POST", "/admin/oauth-clients", { name, redirect_uris: ["https://coffers.example/cb"], scopes: ["read"] });
    const day = new Date().toISOString().slice(0, 10);
    const rows = payloads.map((text, n) => `${day},"${text.replaceAll("\"", "\"\"")}",-${n + 1}.50`);
    const form = new FormData();
    form.append("file", new Blob([["date,what,amount", ...rows].join("\n")]), "<img src=x onerror=__xss=1>.csv");
    const answer = await fetch(`${outlay.url}/api/v1/imports`, { method: "POST", headers: { authorization: `Bearer ${token}` }, body: form });
    expect(answer.status).toBe(201);
    imported = (await answer.json()).id;
  });

  const q = encodeURIComponent(payloads[3]!);
  const me = await rest("GET", "/me");
  const client = (await rest("GET", "/admin/oauth-clients")).items[0].id;
  const paths = [
    "/", "/expenses", `/expenses?q=${q}`, "/expenses?add=1", `/expenses/${expense}`, `/expenses?category_id=${q}&min=${q}&from=${q}`, "/filters", "/funds", `/funds?x=${q}`, "/budgets",
    "/reports", "/reports?by=day", "/reports?by=month&stack=category", `/reports?period=${q}`, "/import", `/import?id=${imported}`, "/history", `/history?kind=${q}`, "/settings", "/activity", `/activity?cursor=${q}`, "/api/docs", `/api/docs?x=${q}`, "/more",
    "/categories", "/admin", "/sign-in/code", "/admin/users", `/admin/users?q=${q}`, `/admin/users/${me.id}`, "/admin/deleted", "/admin/expenses", `/admin/expenses?q=${q}`, "/admin/audit", `/admin/audit?actor=${q}`, "/admin/settings", "/admin/clients",
    "/recurring", "/trash", `/register/${q}`, `/reset/${q}`, `/nothing/${q}`, `/oauth/authorize?client_id=${q}&redirect_uri=${q}`,
    `/oauth/authorize?response_type=code&client_id=${client}&redirect_uri=${encodeURIComponent("https://coffers.example/cb")}&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&state=${q}`,
  ];
  for (const path of paths) {
    await test.step(path, async () => {
      await page.goto(outlay.url + path);
      await expect(page).toHaveTitle(/./);
      for (const canvas of await page.locator("canvas").all()) {
        await canvas.scrollIntoViewIfNeeded();
        const box = (await canvas.boundingBox())!;
        for (const x of [0.2, 0.4, 0.6, 0.8]) for (const y of [0.3, 0.5, 0.7]) await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
      }
      expect(await page.evaluate(() => (window as unknown as { __xss?: unknown }).__xss)).toBeUndefined();
    });
  }

  // Of pages that are not there the browser says so.
  const expected = complaints.filter((text) => text.includes("Failed to load resource") && text.includes("404"));
  for (const text of expected) complaints.splice(complaints.indexOf(text), 1);
  await test.step("dialogs, the palette, and a deletion that asks", async () => {
    await page.goto(`${outlay.url}/expenses`);
    await expect(page.getByText(payloads[0]!, { exact: true }).first()).toBeVisible();
    await page.keyboard.press("n");
    await page.getByRole("dialog").getByLabel("Expense in one line").fill(`3.20 ${payloads[0]} #${payloads[2]}`);
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("img");
    await page.keyboard.press("Escape");
    await page.goto(`${outlay.url}/categories`);
    await expect(page.getByText(payloads[1]!, { exact: true }).first()).toBeVisible();
    await page.goto(`${outlay.url}/import?id=${imported}`);
    await page.getByRole("button", { name: /^Add \d+/ }).click();
    await expect(page.getByRole("button", { name: /Take (it|them) out again/ })).toBeVisible();
    await page.goto(`${outlay.url}/history`);
    await expect(page.getByText(payloads[0]!).first()).toBeVisible();
    await accessible(page);
    expect(await page.evaluate(() => (window as unknown as { __xss?: unknown }).__xss)).toBeUndefined();
  });
  expect([dialogs, away]).toEqual([[], []]);
});
