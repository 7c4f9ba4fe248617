import { expect, test } from "bun:test";

import type { JsonObject, JsonValue } from "../../../lib/json/json-value.ts";
import { ApiError } from "../../api-error.ts";
import type { KubeObject } from "../../resource-type.ts";
import type { ManagedFieldsEntry } from "../../types/meta-v1.ts";
import { decodeObject } from "../decode-object.ts";
import { builtInSchema } from "../object-schema.ts";
import type { ApplyRequest } from "./apply-patch.ts";
import { applyPatch } from "./apply-patch.ts";
import { trackUpdate } from "./track-update.ts";

const DEFINITION = "io.k8s.api.apps.v1.Deployment";
const TYPE = { group: "apps", version: "v1", kind: "Deployment" };

const container = (fields: JsonObject = {}): JsonObject => ({ name: "c", image: "i:1", ...fields });

function deployment(spec: JsonObject, containers: JsonObject[] = [container()], metadata: JsonObject = {}): KubeObject {
  const { object } = decodeObject(DEFINITION, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default", ...metadata },
    spec: { ...spec, selector: { matchLabels: { app: "web" } }, template: { spec: { containers } } },
  });
  return object as unknown as KubeObject;
}

interface Write {
  readonly manager?: string;
  readonly now?: string;
  readonly subresource?: string;
}

const EARLY = "2026-11-21T09:00:00Z";
const LATE = "2026-11-21T10:00:00Z";

/** The object as it is stored after an update. */
function updated(live: KubeObject | undefined, object: KubeObject, write: Write = {}): KubeObject {
  const { manager = "alice", now = EARLY, subresource = "" } = write;
  const managedFields = trackUpdate({
    schema: builtInSchema(DEFINITION),
    live,
    updated: object,
    manager,
    subresource,
    hasStatusSubresource: true,
    now,
  });
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

function applied(
  live: KubeObject | undefined,
  patch: JsonObject,
  options: Write & { force?: boolean } = {},
): KubeObject {
  const { manager = "bob", now = EARLY, force = false, subresource = "" } = options;
  const body = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "default" }, ...patch };
  const request: ApplyRequest = {
    schema: builtInSchema(DEFINITION),
    type: TYPE,
    live,
    patch: body,
    manager,
    force,
    subresource,
    hasStatusSubresource: true,
    now,
  };
  return applyPatch(request) as unknown as KubeObject;
}

const entry = (object: KubeObject, manager: string): ManagedFieldsEntry | undefined =>
  object.metadata.managedFields?.find((each) => each.manager === manager);

const specOf = (object: KubeObject): JsonObject => (object as unknown as { spec: JsonObject }).spec;

const containersOf = (object: KubeObject): JsonValue =>
  (specOf(object)["template"] as { spec: { containers: JsonValue } }).spec.containers;

test("who creates an object owns what it says, and not what is always written", () => {
  const ports = [{ containerPort: 80 }];
  const created = updated(undefined, deployment({ replicas: 2 }, [container({ ports })], { labels: { app: "web" } }));
  expect(created.metadata.managedFields).toEqual([
    {
      apiVersion: "apps/v1",
      fieldsType: "FieldsV1",
      fieldsV1: {
        "f:metadata": { "f:labels": { "f:app": {}, ".": {} } },
        "f:spec": {
          "f:replicas": {},
          "f:selector": {},
          "f:template": {
            "f:spec": {
              "f:containers": {
                'k:{"name":"c"}': {
                  "f:image": {},
                  "f:name": {},
                  "f:ports": {
                    'k:{"containerPort":80,"protocol":"TCP"}': { "f:containerPort": {}, "f:protocol": {}, ".": {} },
                    ".": {},
                  },
                  "f:resources": {},
                  ".": {},
                },
              },
            },
          },
        },
      },
      manager: "alice",
      operation: "Update",
      time: EARLY,
    },
  ]);
});

test("who changes a field takes it over", () => {
  const created = updated(undefined, deployment({ replicas: 2 }));
  const scaled = updated(created, deployment({ replicas: 5 }), { manager: "carol", now: LATE });
  expect(entry(scaled, "carol")).toMatchObject({ fieldsV1: { "f:spec": { "f:replicas": {} } }, time: LATE });
  expect(JSON.stringify(entry(scaled, "alice")?.fieldsV1)).not.toContain("replicas");
  expect(entry(scaled, "alice")?.time).toBe(EARLY);
});

test("a field that is gone belongs to nobody", () => {
  const created = updated(undefined, deployment({ paused: true }));
  const resumed = updated(created, deployment({}), { manager: "carol", now: LATE });
  expect(resumed.metadata.managedFields?.map(({ manager }) => manager)).toEqual(["alice"]);
  expect(JSON.stringify(resumed.metadata.managedFields)).not.toContain("paused");
});

test("an update that changes nothing keeps owners and times", () => {
  const created = updated(undefined, deployment({ replicas: 2 }));
  const again = updated(created, created, { manager: "carol", now: LATE });
  expect(again).toEqual(created);
});

test("the status belongs to who writes it through its subresource", () => {
  const created = updated(undefined, deployment({ replicas: 2 }));
  const withStatus = { ...created, status: { readyReplicas: 1 } };
  expect(updated(created, withStatus).metadata.managedFields).toEqual(created.metadata.managedFields);
  const reported = updated(created, withStatus, { manager: "controller", subresource: "status", now: LATE });
  expect(entry(reported, "controller")).toMatchObject({
    subresource: "status",
    fieldsV1: { "f:status": { "f:readyReplicas": {} } },
  });
});

test("a client may forget all owners", () => {
  const created = updated(undefined, deployment({ replicas: 2 }));
  const reset = updated(created, { ...created, metadata: { ...created.metadata, managedFields: [{}] } });
  expect(reset.metadata.managedFields).toBeUndefined();
  const later = updated(reset, deployment({ replicas: 3 }), { manager: "carol" });
  expect(later.metadata.managedFields).toBeUndefined();
});

test("the oldest of too many updaters become one entry", () => {
  let object = updated(undefined, deployment({}));
  for (let index = 0; index < 14; index++) {
    const annotations = { ...object.metadata.annotations, [`a${index}`]: "x" };
    const next = { ...object, metadata: { ...object.metadata, annotations } };
    const now = `2026-11-21T11:00:${String(index).padStart(2, "0")}Z`;
    object = updated(object, next, { manager: `manager-${String(index).padStart(2, "0")}`, now });
  }
  const managers = object.metadata.managedFields?.map(({ manager }) => manager);
  expect(managers).toHaveLength(10);
  expect(managers?.[0]).toBe("ancient-changes");
  expect(managers?.at(-1)).toBe("manager-13");
});

const config = (spec: JsonObject, containers: JsonObject[] = [container()]): JsonObject => ({
  spec: { selector: { matchLabels: { app: "web" } }, template: { spec: { containers } }, ...spec },
});

test("an apply creates an object that belongs to the applier, item by item", () => {
  const created = applied(undefined, config({ replicas: 2 }));
  expect(created.metadata.managedFields).toEqual([
    {
      apiVersion: "apps/v1",
      fieldsType: "FieldsV1",
      fieldsV1: {
        "f:spec": {
          "f:replicas": {},
          "f:selector": {},
          "f:template": {
            "f:spec": { "f:containers": { 'k:{"name":"c"}': { "f:image": {}, "f:name": {}, ".": {} } } },
          },
        },
      },
      manager: "bob",
      operation: "Apply",
      time: EARLY,
    },
  ]);
});

test("the same apply again changes nothing, times included", () => {
  const created = applied(undefined, config({ replicas: 2 }));
  expect(applied(created, config({ replicas: 2 }), { now: LATE })).toEqual(created);
});

test("what is no longer applied goes, and what others added stays", () => {
  const env = [
    { name: "A", value: "1" },
    { name: "B", value: "2" },
  ];
  const created = applied(undefined, config({ replicas: 2, paused: true }, [container({ env })]));
  const sidecar = container({ name: "sidecar" });
  const injected = updated(created, {
    ...deployment({ replicas: 2, paused: true }, [container({ env }), sidecar]),
    metadata: created.metadata,
  });
  const again = applied(injected, config({ replicas: 2 }, [container({ env: env.slice(0, 1) })]), { now: LATE });
  expect(specOf(again)["paused"]).toBeUndefined();
  expect(containersOf(again)).toEqual([
    { name: "c", image: "i:1", env: env.slice(0, 1), resources: {} },
    { ...sidecar, resources: {} },
  ]);
});

test("what two appliers say stays until both stop saying it", () => {
  const first = applied(undefined, config({ replicas: 2, paused: true }));
  const both = applied(first, config({ paused: true }), { manager: "carol" });
  const one = applied(both, config({ replicas: 2 }), { now: LATE });
  expect(specOf(one)["paused"]).toBe(true);
  const none = applied(one, config({}), { manager: "carol", now: LATE });
  expect(specOf(none)["paused"]).toBeUndefined();
});

function refusal(action: () => unknown): ApiError {
  try {
    action();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}

test("an apply over somebody else's value is a conflict that names the field and its owner", () => {
  const created = updated(undefined, deployment({ replicas: 2 }));
  const error = refusal(() => applied(created, config({ replicas: 3 })));
  expect(error.message).toBe('Apply failed with 1 conflict: conflict with "alice" using apps/v1: .spec.replicas');
  expect(error.status).toMatchObject({
    code: 409,
    reason: "Conflict",
    details: {
      causes: [
        {
          reason: "FieldManagerConflict",
          message: 'conflict with "alice" using apps/v1',
          field: ".spec.replicas",
        },
      ],
    },
  });
});

test("several conflicts are listed by owner", () => {
  const created = applied(undefined, config({ replicas: 2 }), { manager: "alice" });
  const scaled = updated(created, { ...deployment({ replicas: 4 }), metadata: created.metadata }, { manager: "hpa" });
  const wanted = config({ replicas: 3 }, [container({ image: "i:2" })]);
  expect(refusal(() => applied(scaled, wanted)).message).toBe(
    'Apply failed with 2 conflicts: conflicts with "alice":\n' +
      '- .spec.template.spec.containers[name="c"].image\n' +
      'conflicts with "hpa" using apps/v1:\n' +
      "- .spec.replicas",
  );
});

test("force takes the fields over", () => {
  const created = updated(undefined, deployment({ replicas: 2 }));
  const forced = applied(created, config({ replicas: 3 }), { force: true });
  expect(specOf(forced)["replicas"]).toBe(3);
  expect(JSON.stringify(entry(forced, "alice")?.fieldsV1)).not.toContain("replicas");
});

test("the same value may have several owners", () => {
  const created = updated(undefined, deployment({ replicas: 2 }));
  const shared = applied(created, config({ replicas: 2 }));
  expect(JSON.stringify(entry(shared, "alice")?.fieldsV1)).toContain("replicas");
  expect(JSON.stringify(entry(shared, "bob")?.fieldsV1)).toContain("replicas");
});

test("an object that nobody tracked belongs to before-first-apply", () => {
  const untracked = deployment({ replicas: 2 });
  expect(refusal(() => applied(untracked, config({ replicas: 3 }))).message).toContain('"before-first-apply"');
});

test("kubectl takes over what it applied on the client's side", () => {
  const lastApplied = JSON.stringify({ apiVersion: "apps/v1", kind: "Deployment", spec: { replicas: 2 } });
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": lastApplied };
  const created = updated(undefined, deployment({ replicas: 2 }, [container()], { annotations }), {
    manager: "kubectl-client-side-apply",
  });
  const handedOver = applied(created, config({ replicas: 3 }), { manager: "kubectl" });
  expect(specOf(handedOver)["replicas"]).toBe(3);
  const annotation = handedOver.metadata.annotations?.["kubectl.kubernetes.io/last-applied-configuration"] ?? "";
  expect(JSON.parse(annotation)).toMatchObject({ spec: { replicas: 3 } });
  // In Go's order of keys, whatever that of the request was.
  expect(annotation).toStartWith('{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"');
  expect(() => applied(created, config({ replicas: 3 }), { manager: "other" })).toThrow("Apply failed with 1 conflict");
});

test.each([
  [{ kind: "Pod" }, "invalid object type: apps/v1, Kind=Pod"],
  [{ metadata: { name: "web", managedFields: [] } }, "metadata.managedFields must be nil"],
  [
    { spec: { foo: 1 } },
    "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema",
  ],
])("an apply of %j is refused", (patch: JsonObject, message) => {
  expect(refusal(() => applied(undefined, patch)).message).toBe(message);
});

test("items stand in the order of the configuration, between those of others", () => {
  const live = updated(
    undefined,
    deployment(
      {},
      ["x", "a", "y", "b"].map((name) => container({ name })),
    ),
  );
  const wanted = config(
    {},
    ["b", "new", "a"].map((name) => container({ name })),
  );
  const names = (containersOf(applied(live, wanted)) as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(["x", "y", "b", "new", "a"]);
});
