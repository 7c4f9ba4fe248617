import { expect, test } from "bun:test";

import { configmaps } from "../../api/resources.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

const metricsOf = async (api: TestApiServer): Promise<string[]> =>
  (await (await api.fetch("/metrics")).text()).split("\n");
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

test("Requests are counted by verb, resource, scope and code", async () => {
  await using api = await startTestApiServer({ https: true });
  await api.fetch(CONFIG_MAPS);
  await api.fetch(`${CONFIG_MAPS}/missing`);
  await api.fetch(`${CONFIG_MAPS}?dryRun=All`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } }),
  });
  const lines = await metricsOf(api);
  const about = 'group="",version="v1",resource="configmaps",subresource=""';
  expect(lines).toContain(
    `apiserver_request_total{verb="LIST",dry_run="",${about},scope="namespace",component="apiserver",code="200",system_client=""} 1`,
  );
  expect(lines).toContain(
    `apiserver_request_total{verb="GET",dry_run="",${about},scope="resource",component="apiserver",code="404",system_client=""} 1`,
  );
  expect(lines).toContain(
    `apiserver_request_total{verb="POST",dry_run="All",${about},scope="resource",component="apiserver",code="201",system_client=""} 1`,
  );
  expect(lines).toContain(
    `apiserver_request_duration_seconds_count{verb="LIST",dry_run="",${about},scope="namespace",component="apiserver"} 1`,
  );
  expect(lines).toContain(
    `apiserver_response_sizes_count{verb="LIST",${about},scope="namespace",component="apiserver"} 1`,
  );
});

test("A watch is under way until it ends, and counts once it has", async () => {
  await using api = await startTestApiServer({ https: true });
  const leaving = new AbortController();
  const watch = await api.fetch(`${CONFIG_MAPS}?watch=1`, { signal: leaving.signal });
  await api.client
    .resource(configmaps)
    .create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "default" } });
  const reader = watch.body?.getReader();
  await reader?.read();
  const about = 'group="",version="v1",resource="configmaps",subresource="",scope="namespace",component="apiserver"';
  const underWay = (count: number) => `apiserver_longrunning_requests{verb="WATCH",${about}} ${count}`;
  expect(await metricsOf(api)).toContain(underWay(1));
  expect(await metricsOf(api)).toContain('apiserver_watch_events_total{group="",version="v1",resource="configmaps"} 1');
  await reader?.cancel();
  leaving.abort();
  while (!(await metricsOf(api)).includes(underWay(0))) await Bun.sleep(5);
});

test("The store, what it holds, and the process are told too", async () => {
  await using api = await startTestApiServer({ https: true });
  const lines = await metricsOf(api);
  expect(lines).toContain('apiserver_resource_objects{group="",resource="namespaces"} 1');
  expect(lines).toContain('etcd_requests_total{operation="create",group="",resource="namespaces"} 1');
  for (const name of ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds"]) {
    expect(lines.some((line) => line.startsWith(`${name} `))).toBeTrue();
  }
});
