import { expect, test } from "bun:test";

import { feedKey, type FeedRow } from "../../feeds/feed.ts";
import { findResource, type ObjectAddress } from "../../feeds/resource.ts";
import { feedRow } from "../../feeds/table-rows.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { aState, TEST_NOW, testResources } from "../test-state.ts";
import { relatedTree } from "./related-tree.ts";
import { objectScreen } from "./screens.ts";
import { pushScreen, type State } from "./state.ts";
import { subscriptions } from "./subscriptions.ts";
import { update } from "./update.ts";

const resource = (name: string) => findResource(testResources, name) ?? raise(name);
const raise = (name: string): never => {
  throw new Error(`No test resource "${name}"`);
};

const controlledBy = (apiVersion: string, kind: string, name: string) => ({
  ownerReferences: [{ apiVersion, kind, name, uid: `uid-${name}`, controller: true }],
});

const anObject = (name: string, metadata: JsonObject = {}, rest: JsonObject = {}): JsonObject => ({
  metadata: { name, namespace: "default", uid: `uid-${name}`, ...metadata },
  ...rest,
});

/** The state in which all that the screen asks for has come, as far as `known` has it. */
function withFeeds(address: ObjectAddress, known: (plural: string) => readonly FeedRow[]): State {
  let state = pushScreen(aState(), objectScreen(address, `uid-${address.name}`, "related"));
  // What is known of the object tells what else has to be followed.
  for (let round = 0; round < 3; round++) {
    for (const selection of subscriptions(state).feeds) {
      const name = /metadata\.name=(.*)$/.exec(selection.fieldSelector ?? "")?.[1];
      const rows = known(selection.resource.resource).filter((row) => name === undefined || row.name === name);
      const content = { columns: [{ name: "Name", priority: 0 }], rows, status: { kind: "live" as const } };
      state = update(state, { type: "fed", key: feedKey(selection), content, now: TEST_NOW }).state;
    }
  }
  return state;
}

function shown(state: State, address: ObjectAddress): readonly string[] {
  const screen = objectScreen(address, `uid-${address.name}`, "related");
  return relatedTree(state, screen).map(
    ({ depth, heading, text }) => `${"  ".repeat(depth)}${heading === undefined ? "" : `${heading}: `}${text}`,
  );
}

test("relatedTree goes from a Deployment down to its pods, and leaves out those of others", () => {
  const address = { resource: resource("deployments"), namespace: "default", name: "web" };
  const state = withFeeds(address, (plural) => {
    if (plural === "deployments") return [feedRow(anObject("web"), ["web"])];
    if (plural === "replicasets")
      return [
        feedRow(anObject("web-1", controlledBy("apps/v1", "Deployment", "web")), ["web-1"]),
        feedRow(anObject("other-1", controlledBy("apps/v1", "Deployment", "other")), ["other-1"]),
      ];
    if (plural === "pods")
      return [
        feedRow(anObject("web-1-a", controlledBy("apps/v1", "ReplicaSet", "web-1")), ["web-1-a"]),
        feedRow(anObject("other-1-a", controlledBy("apps/v1", "ReplicaSet", "other-1")), ["other-1-a"]),
      ];
    return [];
  });
  expect(shown(state, address)).toEqual(["Deployment/web  (this)", "  ReplicaSet/web-1", "    Pod/web-1-a"]);
});

test("relatedTree has the owners of a pod above it, and what it uses below", () => {
  const address = { resource: resource("pods"), namespace: "default", name: "web-1-a" };
  const spec = {
    nodeName: "node-1",
    containers: [{ name: "app", envFrom: [{ secretRef: { name: "creds" } }] }],
  };
  const state = withFeeds(address, (plural) => {
    if (plural === "pods")
      return [feedRow(anObject("web-1-a", controlledBy("apps/v1", "ReplicaSet", "web-1"), { spec }), ["web-1-a"])];
    if (plural === "replicasets")
      return [feedRow(anObject("web-1", controlledBy("apps/v1", "Deployment", "web")), ["web-1"])];
    return [];
  });
  expect(shown(state, address)).toEqual([
    "Deployment/web",
    "  ReplicaSet/web-1",
    "    Pod/web-1-a  (this)",
    "      uses: Node/node-1",
    "      Secret/creds",
  ]);
});

test("relatedTree tells which pods use a Secret, or that none does", () => {
  const address = { resource: resource("secrets"), namespace: "default", name: "creds" };
  const pod = (name: string, secretName: string) =>
    feedRow(anObject(name, {}, { spec: { containers: [], volumes: [{ name: "v", secret: { secretName } }] } }), [name]);
  const secret = [feedRow(anObject("creds"), ["creds"])];
  const used = withFeeds(address, (plural) => (plural === "pods" ? [pod("a", "creds"), pod("b", "other")] : secret));
  expect(shown(used, address)).toEqual(["Secret/creds  (this)", "  used by: Pod/a"]);
  const unused = withFeeds(address, (plural) => (plural === "pods" ? [pod("b", "other")] : secret));
  expect(shown(unused, address)).toEqual(["Secret/creds  (this)", "  used by: no pod"]);
});
