import { expect, test } from "bun:test";

import { HttpsTransport } from "../client/https-transport.ts";
import { systemClock } from "../lib/time/clock.ts";
import { startTestApiServer } from "../testing/test-api-server.ts";
import type { FeedContent, FeedSelection } from "./feed.ts";
import type { DashboardResource } from "./resource.ts";
import { followTable } from "./table-feed.ts";

const configMaps: DashboardResource = {
  group: "",
  version: "v1",
  resource: "configmaps",
  singular: "configmap",
  kind: "ConfigMap",
  namespaced: true,
  shortNames: ["cm"],
  verbs: ["list", "watch"],
  subresources: [],
};

/** Runs a feed while `use` looks at what it tells. */
async function withFeed(
  { transport, selection }: { readonly transport: HttpsTransport; readonly selection: FeedSelection },
  use: (until: (holds: (content: FeedContent) => boolean) => Promise<FeedContent>) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  let latest: FeedContent | undefined;
  const waiting = new Set<() => void>();
  const done = followTable({
    transport,
    selection,
    clock: systemClock,
    signal: stop.signal,
    onContent(content) {
      latest = content;
      for (const look of waiting) look();
    },
  });
  const until = (holds: (content: FeedContent) => boolean): Promise<FeedContent> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!latest || !holds(latest)) return;
        waiting.delete(look);
        resolve(latest);
      };
      waiting.add(look);
      look();
    });
  try {
    await use(until);
  } finally {
    stop.abort();
    await done;
  }
}

test("a feed tells the server's columns and rows, and every change", async () => {
  await using api = await startTestApiServer({ https: true });
  using transport = new HttpsTransport(api.connection, systemClock);
  const request = { group: "", version: "v1", resource: "configmaps", namespace: "default" };
  const configMap = (name: string) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, labels: { app: "web" } },
  });
  await transport.request({ verb: "create", ...request, body: configMap("first") });
  await withFeed(
    { transport, selection: { resource: configMaps, namespace: "default", labelSelector: "app=web" } },
    async (until) => {
      const { columns, rows } = await until(({ status }) => status.kind === "live");
      expect(columns.map(({ name }) => name)).toEqual(["Name", "Data", "Age"]);
      expect(rows).toMatchObject([
        {
          name: "first",
          namespace: "default",
          labels: { app: "web" },
          cells: ["first", "0", expect.stringMatching(/^\d+s$/)],
        },
      ]);
      await transport.request({ verb: "create", ...request, body: configMap("second") });
      await until((content) => content.rows.length === 2);
      const patch = {
        verb: "patch",
        ...request,
        name: "first",
        patchType: "merge",
        body: { data: { a: "1" } },
      } as const;
      await transport.request(patch);
      await until((content) => content.rows.some(({ name, cells }) => name === "first" && cells[1] === "1"));
      await transport.request({ verb: "delete", ...request, name: "first" });
      await until((content) => content.rows.length === 1);
    },
  );
});

test("a feed with objects has them whole", async () => {
  await using api = await startTestApiServer({ https: true });
  using transport = new HttpsTransport(api.connection, systemClock);
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "whole" }, data: { a: "1" } };
  await transport.request({
    verb: "create",
    group: "",
    version: "v1",
    resource: "configmaps",
    namespace: "default",
    body,
  });
  const selection = {
    resource: configMaps,
    namespace: "default",
    fieldSelector: "metadata.name=whole",
    withObjects: true,
  };
  await withFeed({ transport, selection }, async (until) => {
    const { rows } = await until(({ status }) => status.kind === "live");
    expect(rows[0]?.object).toMatchObject({ kind: "ConfigMap", data: { a: "1" } });
  });
});

test("a feed of what the server does not have is refused, not repeated", async () => {
  await using api = await startTestApiServer({ https: true });
  using transport = new HttpsTransport(api.connection, systemClock);
  await withFeed(
    { transport, selection: { resource: { ...configMaps, group: "example.com", resource: "widgets" } } },
    async (until) => {
      const { status } = await until(() => true);
      expect(status.kind).toBe("refused");
    },
  );
});

test("a feed says that its server is gone", async () => {
  const api = await startTestApiServer({ https: true });
  using transport = new HttpsTransport(api.connection, systemClock);
  await withFeed({ transport, selection: { resource: configMaps } }, async (until) => {
    await until(({ status }) => status.kind === "live");
    await api[Symbol.asyncDispose]();
    await until(({ status }) => status.kind === "retrying");
  });
});

test("a feed whose credentials are not accepted any more says so, and tries again", async () => {
  await using api = await startTestApiServer({ https: true });
  const { clientCertificatePem: _, clientKeyPem: _key, ...anonymous } = api.connection;
  let asked = 0;
  const token = (): Promise<string> => Promise.resolve(`expired-${asked++}`);
  using transport = new HttpsTransport({ ...anonymous, token }, systemClock);
  await withFeed({ transport, selection: { resource: configMaps } }, async (until) => {
    const { status } = await until(({ status: { kind } }) => kind === "retrying");
    expect(status).toMatchObject({ error: expect.stringContaining("have they expired?") });
    await until(() => asked > 1);
  });
});
