import { expect, test } from "bun:test";

import { flowSchemaOf, groupSubjects, priorityLevelOf } from "../api/kinds/flowcontrol/bootstrap-flows.ts";
import { flowschemas, prioritylevelconfigurations } from "../api/resources.ts";
import { startTestControllers } from "../testing/test-controllers.ts";
import { flowSchemaStatusController } from "./flow-schema-status.ts";

test("A flow schema says whether its priority level exists", async () => {
  await using controllers = await startTestControllers([flowSchemaStatusController]);
  const { client } = controllers;
  await client
    .resource(flowschemas)
    .create(flowSchemaOf("mine", "fast", 500, undefined, { subjects: groupSubjects("*") }));
  const condition = async (status: string) =>
    await controllers.eventually(flowschemas, (all) =>
      all[0]?.status?.conditions?.find((each) => each.type === "Dangling" && each.status === status),
    );
  expect(await condition("True")).toMatchObject({
    reason: "NotFound",
    message:
      'This FlowSchema references the PriorityLevelConfiguration object named "fast" but there is no such object',
  });
  const limited = { nominalConcurrencyShares: 5, limitResponse: { type: "Reject" } };
  await client.resource(prioritylevelconfigurations).create(priorityLevelOf("fast", { type: "Limited", limited }));
  expect(await condition("False")).toMatchObject({
    reason: "Found",
    message: 'This FlowSchema references the PriorityLevelConfiguration object named "fast" and it exists',
  });
});
