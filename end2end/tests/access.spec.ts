// The second factor from Settings to a recovery code, a passkey, and a program that asks for access.
import { type Page } from "@playwright/test";
import { createHmac, createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { accessible, expect, password, setUp, test } from "./outlay.js";

/** The six digits of RFC 6238 for a secret in base32, so many steps from now. */
function code(secret: string, steps = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(" ", "")].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", key).update(counter).digest();
  const value = mac.readUInt32BE(mac[19]! & 15) & 0x7fff_ffff;
  return String(value % 1_000_000).padStart(6, "0");
}

/** What the browser itself says of answers that this journey provoked. */
function forgive(complaints: string[], status: RegExp) {
  const expected = complaints.filter((text) => text.includes("Failed to load resource") && status.test(text));
  for (const text of expected) complaints.splice(complaints.indexOf(text), 1);
}

async function signOut(page: Page) {
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
}

async function passwordOf(page: Page, url: string) {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("Username").fill("mira");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "One more step" })).toBeVisible();
}

test.describe("a passkey", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test("signs in without a password and without a code, until it is removed", async ({ outlay, page, complaints }) => {
    const devices = await page.context().newCDPSession(page);
    await devices.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const;
    const { authenticatorId } = await devices.send("WebAuthn.addVirtualAuthenticator", { options });
    await page.goto(await outlay.setupLink());
    await setUp(page);

    await page.goto(`${outlay.url}/settings`);
    const card = page.getByRole("region", { name: "Passkeys" });
    await expect(card.getByText("You have no passkeys")).toBeVisible();
    await accessible(page);
    await card.getByLabel("Name").fill("This computer");
    await card.getByLabel("Current password").fill("not the right one");
    await card.getByRole("button", { name: "Add a passkey" }).click();
    await expect(card.getByText("This is not your current password")).toBeVisible();
    await card.getByLabel("Name").fill("This computer");
    await card.getByLabel("Current password").fill(password);
    await card.getByRole("button", { name: "Add a passkey" }).click();
    await expect(card.getByRole("listitem").filter({ hasText: "This computer" })).toContainText("never used");
    const { credentials } = await devices.send("WebAuthn.getCredentials", { authenticatorId });
    expect(credentials.map((one) => [one.isResidentCredential, one.rpId])).toEqual([[true, "localhost"]]);
    await accessible(page);

    const factor = page.getByRole("region", { name: "Second factor" });
    await factor.getByLabel("Current password").fill(password);
    await factor.getByRole("button", { name: "Set up a second factor" }).click();
    const secret = (await factor.locator(".token-text").textContent())!;
    await factor.getByLabel("The code that the app shows").fill(code(secret, -1));
    await factor.getByRole("button", { name: "Turn it on" }).click();
    await expect(factor.getByText("10 of 10 recovery codes are left")).toBeVisible();

    await signOut(page);
    await page.goto(`${outlay.url}/funds`);
    await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
    await accessible(page);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Funds" })).toBeVisible();

    // A device that did not find its owner says so, or says nothing.
    await signOut(page);
    await devices.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await expect(page.getByText("No passkey was used")).toBeVisible();
    await devices.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();

    await page.goto(`${outlay.url}/settings`);
    await expect(card.getByRole("listitem")).toContainText("last used");
    await card.getByRole("button", { name: "Remove This computer" }).click();
    await expect(card.getByText("You have no passkeys")).toBeVisible();
    await signOut(page);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await expect(page.getByText("This passkey is not known here")).toBeVisible();
    forgive(complaints, /401|422/);
  });
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ viewport: { width: 1440, height: 900 }, javaScriptEnabled });

    test("the second factor, from Settings to a recovery code", async ({ outlay, page, complaints }) => {
      await page.goto(await outlay.setupLink());
      await setUp(page);
      await page.goto(`${outlay.url}/settings`);
      const card = page.getByRole("region", { name: "Second factor" });
      await card.getByLabel("Current password").fill(password);
      await card.getByRole("button", { name: "Set up a second factor" }).click();
      await expect(card.getByRole("img", { name: "QR code for your app" })).toBeVisible();
      if (javaScriptEnabled) await accessible(page);
      const secret = (await card.locator(".token-text").textContent())!;
      await card.getByLabel("The code that the app shows").fill("000000");
      await card.getByRole("button", { name: "Turn it on" }).click();
      await expect(card.getByText("This code is not right")).toBeVisible();
      await card.getByLabel("The code that the app shows").fill(code(secret, -1));
      await card.getByRole("button", { name: "Turn it on" }).click();
      await expect(card.getByRole("list", { name: "Recovery codes" }).getByRole("listitem")).toHaveCount(10);
      await expect(card.getByText("10 of 10 recovery codes are left")).toBeVisible();
      const recovery = (await card.getByRole("listitem").first().textContent())!;
      if (javaScriptEnabled) await accessible(page);
      await page.goto(`${outlay.url}/settings`);
      await expect(page.getByText(recovery)).toHaveCount(0);

      for (const right of [code(secret), recovery]) {
        await signOut(page);
        await passwordOf(page, outlay.url);
        if (javaScriptEnabled) await accessible(page);
        await page.getByLabel("Code").fill("111111");
        await page.getByRole("button", { name: "Go on" }).click();
        await expect(page.getByText("This code is not right")).toBeVisible();
        await page.getByLabel("Code").fill(right);
        await page.getByRole("button", { name: "Go on" }).click();
        await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
      }

      await page.goto(`${outlay.url}/settings`);
      await expect(card.getByText("9 of 10 recovery codes are left")).toBeVisible();
      await card.getByLabel("Current password").fill(password);
      await card.getByLabel("Code of the app, or a recovery code").fill(code(secret, 1));
      await card.getByRole("button", { name: "Remove the second factor" }).click();
      await expect(card.getByRole("button", { name: "Set up a second factor" })).toBeVisible();
      forgive(complaints, /422/);
    });

    test("a program asks for access, is let in, and shown out", async ({ outlay, page, complaints }) => {
      await page.goto(await outlay.setupLink());
      await setUp(page);

      // The program: listens on this machine for the answer (RFC 8252).
      const answers: URL[] = [];
      const program = createServer((request, response) => {
        answers.push(new URL(request.url!, "http://127.0.0.1"));
        response.setHeader("content-type", "text/html").end("<!doctype html><title>Coffers</title><p>Back at the program</p>");
      });
      await new Promise<void>((listening) => program.listen(0, "127.0.0.1", listening));
      const back = `http://127.0.0.1:${(program.address() as AddressInfo).port}/callback`;

      await page.goto(`${outlay.url}/admin/clients`);
      if (javaScriptEnabled) await accessible(page);
      await page.getByLabel("Name", { exact: true }).fill("Coffers");
      await page.getByLabel("Where people are sent back to").fill("http://evil.example/");
      await page.getByLabel("change entries").check();
      await page.getByRole("button", { name: "Register" }).click();
      await expect(page.getByText("Use https://")).toBeVisible();
      await page.getByLabel("Where people are sent back to").fill(back);
      await page.getByRole("button", { name: "Register" }).click();
      const row = page.getByRole("listitem").filter({ hasText: "Coffers" });
      await expect(row).toContainText(back);
      const id = (await row.locator(".code").textContent())!;

      const verifier = randomBytes(32).toString("base64url");
      const challenge = createHash("sha256").update(verifier).digest("base64url");
      const query = new URLSearchParams({ response_type: "code", client_id: id, redirect_uri: back, scope: "read write", state: "s1", code_challenge: challenge, code_challenge_method: "S256" });
      const ask = `${outlay.url}/oauth/authorize?${query}`;
      await page.goto(ask);
      await expect(page.getByRole("heading", { level: 1, name: "A program asks for access" })).toBeVisible();
      await expect(page.getByText("Add, change and delete your expenses")).toBeVisible();
      if (javaScriptEnabled) await accessible(page);
      await page.getByRole("button", { name: "Do not allow" }).click();
      await expect(page.getByText("Back at the program")).toBeVisible();
      expect(answers.findLast((url) => url.pathname === "/callback")!.searchParams.get("error")).toBe("access_denied");

      await page.goto(ask);
      await page.getByRole("button", { name: "Allow", exact: true }).click();
      await expect(page.getByText("Back at the program")).toBeVisible();
      const answer = answers.findLast((url) => url.pathname === "/callback")!.searchParams;
      expect([answer.get("state"), answer.get("iss")]).toEqual(["s1", outlay.url]);
      const form = new URLSearchParams({ grant_type: "authorization_code", code: answer.get("code")!, client_id: id, redirect_uri: back, code_verifier: verifier });
      const tokens = await (await fetch(`${outlay.url}/api/v1/oauth/token`, { method: "POST", body: form })).json();
      const me = () => fetch(`${outlay.url}/api/v1/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
      expect((await (await me()).json()).username).toBe("mira");

      await page.goto(`${outlay.url}/settings`);
      const card = page.getByRole("region", { name: "Connected programs" });
      await card.getByRole("button", { name: "Disconnect Coffers" }).click();
      await expect(card.getByText("No program acts for you")).toBeVisible();
      expect((await me()).status).toBe(401);
      forgive(complaints, /422/);
      program.close();
    });
  });
}
