import { expect, test } from "bun:test";

import { configmaps, secrets } from "../api/resources.ts";
import { HttpsTransport } from "../client/https-transport.ts";
import type { DashboardResource } from "../feeds/resource.ts";
import { silentLogger } from "../lib/logger.ts";
import { systemClock } from "../lib/time/clock.ts";
import { startTestApiServer, type TestApiServer } from "../testing/test-api-server.ts";
import { startWebServer } from "./web-server.ts";

const resource = (kind: string, more: Partial<DashboardResource> = {}): DashboardResource => ({
  group: "",
  version: "v1",
  resource: `${kind.toLowerCase()}s`,
  singular: kind.toLowerCase(),
  kind,
  namespaced: true,
  shortNames: [],
  verbs: ["list", "watch"],
  subresources: [],
  ...more,
});

const RESOURCES = [
  resource("Pod"),
  resource("ConfigMap"),
  resource("Secret"),
  resource("Event"),
  resource("Namespace", { namespaced: false }),
];

interface Browser {
  readonly api: TestApiServer;
  readonly origin: string;
  /** Of the first page, with the session's cookie from then on. */
  readonly get: (path: string) => Promise<Response>;
  readonly text: (path: string) => Promise<string>;
  readonly post: (path: string, fields: Readonly<Record<string, string>>) => Promise<Response>;
}

async function withBrowser(use: (browser: Browser) => Promise<void>, { isReadOnly = false } = {}): Promise<void> {
  await using api = await startTestApiServer({ https: true });
  using transport = new HttpsTransport(api.connection, systemClock);
  await using server = startWebServer({
    contextName: "test",
    transport,
    discover: () => Promise.resolve(RESOURCES),
    namespace: "default",
    isReadOnly,
    port: 0,
    clock: systemClock,
    log: silentLogger,
  });
  const link = server.newLink();
  const entered = await fetch(link, { redirect: "manual" });
  const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
  const { origin } = new URL(link);
  const get = (path: string): Promise<Response> => fetch(`${origin}${path}`, { headers: { cookie } });
  await use({
    api,
    origin,
    get,
    text: async (path) => await (await get(path)).text(),
    post: (path, fields) =>
      fetch(`${origin}${path}`, {
        method: "POST",
        redirect: "manual",
        headers: { cookie, origin },
        body: new URLSearchParams(fields),
      }),
  });
}

const aConfigMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data,
});

/** The data of the events of a stream until one holds. */
async function eventWith(response: Response, holds: (event: string) => boolean): Promise<string> {
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    for (const event of text.split("\n\n")) if (holds(event)) return event;
  }
  throw new Error(`The stream ended after: ${text}`);
}

test("nobody sees anything without the link of the terminal", async () => {
  await withBrowser(async ({ origin }) => {
    const answer = await fetch(`${origin}/`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("Open the link that the terminal shows");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect((await fetch(`${origin}/enter?link=guessed`)).status).toBe(403);
  });
});

test("a table has the rows of the server, in the chosen namespace and filtered", async () => {
  await withBrowser(async ({ api, text, post, get }) => {
    await api.client.resource(configmaps).create(aConfigMap("web"));
    await api.client.resource(configmaps).create(aConfigMap("database"));
    const all = await text("/resources/configmaps");
    expect(all).toContain('<a href="/objects/configmaps/default/web">web</a>');
    expect(all).toContain('<a href="/objects/configmaps/default/database">database</a>');
    const filtered = await text("/resources/configmaps?filter=dat");
    expect(filtered).not.toContain(">web</a>");
    expect(filtered).toContain('<span id="count">1 of 2</span>');
    const chosen = await post("/namespace", { namespace: "kube-system", back: "/resources/configmaps" });
    expect([chosen.status, chosen.headers.get("location")]).toEqual([303, "/resources/configmaps"]);
    const elsewhere = await post("/namespace", { namespace: "", back: "//evil.example/" });
    expect(elsewhere.headers.get("location")).toBe("/");
    expect((await get("/resources/widgets")).status).toBe(404);
  });
});

test("a page is told of new, changed and deleted rows", async () => {
  await withBrowser(async ({ api, get }) => {
    const client = api.client.resource(configmaps);
    await client.create(aConfigMap("first"));
    const stream = await get("/resources/configmaps/live");
    const [forRows, forCount] = stream.body?.tee() ?? [];
    const rows = eventWith(new Response(forRows ?? null), (event) => event.includes("second"));
    const count = eventWith(new Response(forCount ?? null), (event) => event.includes('"count","text":"1"'));
    await count;
    await client.create(aConfigMap("second"));
    const placed = await rows;
    expect(placed).toContain("event: rows");
    expect(placed).not.toContain(">first<");
  });
});

test("an object is shown as text that no page can run, secrets only when asked for", async () => {
  await withBrowser(async ({ api, text, get }) => {
    await api.client.resource(configmaps).create(aConfigMap("hostile", { a: "</pre><script>alert(1)</script>" }));
    const page = await text("/objects/configmaps/default/hostile");
    expect(page).toContain("&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).not.toContain("<script>alert");
    await api.client.resource(secrets).create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "key", namespace: "default" },
      stringData: { password: "open sesame" },
    });
    expect(await text("/objects/secrets/default/key")).not.toContain("sesame");
    expect(await text("/objects/secrets/default/key?reveal=1")).toContain("password: open sesame");
    expect((await get("/objects/secrets/default/nothing")).status).toBe(404);
  });
});

test("manifests are applied one by one, and each says what became of it", async () => {
  await withBrowser(async ({ api, post }) => {
    const manifest = [
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\ndata: {a: b}",
      "apiVersion: v1\nkind: Widget\nmetadata: {name: unknown}",
      "a: [",
    ].join("\n---\n");
    const tried = await (await post("/apply", { text: manifest, action: "try", way: "apply" })).text();
    expect(tried).toContain("<strong>configmap/good</strong> would be applied");
    const client = api.client.resource(configmaps);
    expect(await client.find({ name: "good", namespace: "default" })).toBeUndefined();
    const done = await (await post("/apply", { text: manifest, action: "do", way: "apply" })).text();
    expect(done).toContain("<strong>configmap/good</strong> applied");
    expect(done).toContain("The server has no kind &quot;Widget&quot; in &quot;v1&quot;");
    expect(done).toContain("<strong>Document at line 9</strong> yaml: line 10");
    expect((await client.get({ name: "good", namespace: "default" })).data).toEqual({ a: "b" });
  });
});

test("an object that changed while it was edited is not overwritten", async () => {
  await withBrowser(async ({ api, text, post }) => {
    const client = api.client.resource(configmaps);
    const first = await client.create(aConfigMap("edited", { a: "1" }));
    const form = await text("/edit/configmaps/default/edited");
    expect(form).toContain("a: &quot;1&quot;");
    await client.update({ ...first, data: { a: "2" } });
    const stale = [
      "apiVersion: v1",
      "kind: ConfigMap",
      `metadata: {name: edited, namespace: default, resourceVersion: "${first.metadata.resourceVersion}"}`,
      "data: {a: '3'}",
    ].join("\n");
    const answer = await (
      await post("/apply", { text: stale, action: "do", way: "save", of: "/objects/configmaps/default/edited" })
    ).text();
    expect(answer).toContain("the object has been modified");
    expect((await client.get({ name: "edited", namespace: "default" })).data).toEqual({ a: "2" });
  });
});

test("a dashboard that may only look has no forms and takes none", async () => {
  await withBrowser(
    async ({ api, text, get, post }) => {
      await api.client.resource(configmaps).create(aConfigMap("still"));
      expect(await text("/objects/configmaps/default/still")).not.toContain("/edit/");
      expect((await get("/edit/configmaps/default/still")).status).toBe(404);
      expect((await post("/apply", { text: "a: b", action: "do", way: "apply" })).status).toBe(404);
    },
    { isReadOnly: true },
  );
});

test("streams end with the server", async () => {
  let ended: Promise<unknown> | undefined;
  await withBrowser(async ({ get }) => {
    const stream = await get("/live");
    ended = stream.text().catch(() => undefined);
  });
  await ended;
});
