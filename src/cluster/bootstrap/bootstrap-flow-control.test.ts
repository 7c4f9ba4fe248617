import { expect, test } from "bun:test";

import { flowschemas, prioritylevelconfigurations } from "../../api/resources.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";
import { ensureFlowControl } from "./bootstrap-flow-control.ts";

test("Flow schemas and priority levels of a new cluster are made once, and mended unless somebody claimed them", async () => {
  await using api = await startTestApiServer();
  const schemas = api.client.resource(flowschemas);
  const levels = api.client.resource(prioritylevelconfigurations);
  await ensureFlowControl(api.client);
  expect((await schemas.list()).items.length).toBe(11);
  expect((await levels.list()).items.length).toBe(8);

  const change = async (name: string, claim: boolean) => {
    const schema = await schemas.get({ name });
    const annotations = claim ? {} : schema.metadata.annotations;
    const spec = { ...schema.spec, matchingPrecedence: 777, priorityLevelConfiguration: { name: "system" } };
    await schemas.update({ ...schema, metadata: { ...schema.metadata, annotations }, spec });
  };
  await change("service-accounts", false);
  await change("global-default", true);
  const revision = (await levels.list()).metadata.resourceVersion;
  await ensureFlowControl(api.client);
  expect((await schemas.get({ name: "service-accounts" })).spec?.matchingPrecedence).toBe(9000);
  expect((await schemas.get({ name: "global-default" })).spec?.matchingPrecedence).toBe(777);
  expect(Number((await levels.list()).metadata.resourceVersion)).toBe(Number(revision) + 1);
});
