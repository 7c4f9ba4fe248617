import { flowschemas, prioritylevelconfigurations } from "../api/resources.ts";
import type { FlowSchema } from "../api/types/flowcontrol-v1.ts";
import { timestamp } from "../lib/time/clock.ts";
import { updateStatus, type Action } from "./actions.ts";
import { defineController, watch, type Controller, API_SERVER } from "./controller.ts";

interface FlowSchemaSnapshot {
  readonly schema: FlowSchema;
  readonly hasLevel: boolean;
}

const DANGLING = "Dangling";

/** Says in the status of flow schemas whether the priority level exists that they send requests to. */
export const flowSchemaStatusController: Controller = defineController({
  name: "flow-schema-status-controller",
  user: API_SERVER,
  connect({ informers }) {
    const schemas = informers.informer(flowschemas);
    const levels = informers.informer(prioritylevelconfigurations);
    const referencesTo = (level: string): string[] =>
      schemas
        .list()
        .filter(({ spec }) => spec?.priorityLevelConfiguration.name === level)
        .map(({ metadata }) => metadata.name ?? "");
    return {
      watches: [
        watch(schemas, ({ metadata }) => [metadata.name ?? ""]),
        watch(levels, ({ metadata }) => referencesTo(metadata.name ?? "")),
      ],
      snapshot(key): FlowSchemaSnapshot | undefined {
        const schema = schemas.get(key);
        return schema && { schema, hasLevel: levels.get(levelOf(schema)) !== undefined };
      },
    };
  },
  reconcile: flowSchemaStatusActions,
});

function flowSchemaStatusActions({ schema, hasLevel }: FlowSchemaSnapshot, nowMs: number): readonly Action[] {
  const { conditions = [] } = schema.status ?? {};
  const old = conditions.find(({ type }) => type === DANGLING);
  const about = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(levelOf(schema))}`;
  const wanted = hasLevel
    ? { type: DANGLING, status: "False", reason: "Found", message: `${about} and it exists` }
    : { type: DANGLING, status: "True", reason: "NotFound", message: `${about} but there is no such object` };
  if (old?.status === wanted.status && old.reason === wanted.reason && old.message === wanted.message) return [];
  const lastTransitionTime = old?.status === wanted.status ? old.lastTransitionTime : timestamp(nowMs);
  const others = conditions.filter(({ type }) => type !== DANGLING);
  return [
    updateStatus(flowschemas, {
      ...schema,
      status: { conditions: [...others, { ...wanted, lastTransitionTime }] },
    } as FlowSchema),
  ];
}

const levelOf = ({ spec }: FlowSchema): string => spec?.priorityLevelConfiguration.name ?? "";
