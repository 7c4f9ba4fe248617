import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { acceptedDifference } from "./differential/accepted-differences.ts";
import type { CommandLine } from "./differential/command-lines.ts";
import { CUSTOM_OBJECT, CUSTOM_TYPE, FIXTURES, OBJECTS } from "./differential/fixtures.ts";
import { normalized, normalizedObjects } from "./differential/normalized.ts";
import { READING_LINES } from "./differential/reading-lines.ts";
import { WRITING_LINES } from "./differential/writing-lines.ts";
import { newestKubectl } from "./support/kubectls.ts";
import { run } from "./support/run.ts";
import { startTestCluster, type TestCluster } from "./support/test-cluster.ts";

/*
 * The same lines with a real kubectl and with kube: what they write, how they end, and what they leave behind. The newest
 * kubectl at hand is the one that is asked; of an older one only those lines are compared that it says as 1.36 does.
 * `npm run e2e` runs every third line that reads; KUBE_DIFFERENTIAL=all runs all.
 */

const kubectl = await newestKubectl();
const minor = Number(kubectl.version.split(".")[1]);
const runsAll = process.env["KUBE_DIFFERENTIAL"] === "all";
const isComparable = ({ sinceMinor }: CommandLine): boolean => minor >= sinceMinor;
const readingLines = READING_LINES.filter((_, index) => runsAll || index % 3 === 0).filter(isComparable);

/** Some three hundred programs one after the other, on a machine that may have much else to do. */
const WRITING_TIMEOUT_MS = 600_000;
/** What is left is compared now and then, and at the end: a difference stays. */
const COMPARED_EVERY = 8;
const NAMESPACES = { kube: "kube-ns", kubectl: "real-ns" } as const;

/** Kinds whose objects must be the same after all that was done. */
const COMPARED_KINDS =
  "deployments,services,configmaps,secrets,serviceaccounts,roles,rolebindings,hpa,ingress,pdb,quota";

describe.skipIf(readingLines.length === 0)(`kube says the same as kubectl ${kubectl.version}`, () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await startTestCluster(["--runtime", "fake"]);
    for (const [name, text] of Object.entries(FIXTURES)) {
      await mkdir(dirname(join(cluster.folder, name)), { recursive: true });
      await writeFile(join(cluster.folder, name), text);
    }
    await theirs(["apply", "-f", "-"], CUSTOM_TYPE);
    await theirs(["wait", "crd/widgets.example.com", "--for=condition=Established"]);
    await theirs(["apply", "-n", "team", "-f", "-"], OBJECTS);
    await theirs(["apply", "-n", "team", "-f", "-"], CUSTOM_OBJECT);
    for (const workload of ["deploy/web", "sts/db", "ds/agent"])
      await theirs(["rollout", "status", workload, "-n", "team", "--timeout=30s"]);
    for (const namespace of Object.values(NAMESPACES)) await theirs(["create", "namespace", namespace]);
  }, 120_000);

  afterAll(async () => await cluster[Symbol.asyncDispose]());

  // An editor that changes nothing, for what gets as far as that.
  const options = (input?: string) => ({
    cwd: cluster.folder,
    env: { ...cluster.env, KUBE_EDITOR: "true", PATH: "/usr/bin:/bin", NO_COLOR: "1" },
    ...(input === undefined ? {} : { input }),
  });
  const ours = async (line: readonly string[], input?: string) => await cluster.kube(line, options(input));
  const theirs = async (line: readonly string[], input?: string) => await run([kubectl.path, ...line], options(input));

  test.each(readingLines.map((line) => [line.text, line.words] as const))("%s", async (text, words) => {
    const [kube, real] = await Promise.all([ours(words), theirs(words)]);
    const accepted = acceptedDifference(text);
    expect(accepted.applied(normalized(kube))).toEqual(accepted.applied(normalized(real)));
  });

  test(
    "changing objects, one line after the other, and what is left of them",
    async () => {
      const differences: unknown[] = [];
      // A line that an older kubectl does otherwise is run by neither, so that both end with the same objects.
      const lines = WRITING_LINES.filter(isComparable);
      for (const [index, { words, text }] of lines.entries()) {
        const accepted = acceptedDifference(text);
        const kube = accepted.applied(normalized(await ours([...words, "-n", NAMESPACES.kube], "")));
        const real = accepted.applied(normalized(await theirs([...words, "-n", NAMESPACES.kubectl], "")));
        if (!Bun.deepEquals(kube, real)) differences.push({ line: text, kube, real });
        if (index % COMPARED_EVERY !== 0 && index < lines.length - 1) continue;
        const [left, right] = await Promise.all(
          Object.values(NAMESPACES).map(async (namespace) => {
            const { stdout } = await theirs(["get", COMPARED_KINDS, "-n", namespace, "-o", "json"]);
            return normalizedObjects(stdout, namespace);
          }),
        );
        if (!Bun.deepEquals(left, right))
          differences.push({ line: text, objectsOfKube: left, objectsOfKubectl: right });
      }
      expect(differences).toEqual([]);
    },
    WRITING_TIMEOUT_MS,
  );

  test("there are as many lines as were promised, and no reason is left over", () => {
    expect(READING_LINES.length + WRITING_LINES.length).toBeGreaterThan(400);
    const texts = [...READING_LINES, ...WRITING_LINES].map(({ text }) => text);
    expect(acceptedDifference.unused(texts)).toEqual([]);
  });
});
