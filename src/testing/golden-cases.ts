import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parseAllDocuments, stringify } from "yaml";

import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import { deepFreeze } from "./deep-freeze.ts";

/** Texts keep their lines. */
const FORM = { lineWidth: 120, aliasDuplicateObjects: false, blockQuote: "literal" } as const;

type Decide<S> = (snapshot: S, nowMs: number) => unknown;

/**
 * One test for each file of a folder. A file has two documents: what a decision is made from (with the time, `now`), and what
 * it comes to. The name of the file is the claim. `UPDATE_GOLDEN=1 bun test` writes what comes out; read the diff.
 */
export function goldenCases<S>(folder: string, decide: Decide<S>): void {
  for (const file of readdirSync(folder).toSorted()) {
    test(file.replace(".yaml", "").replaceAll("-", " "), () => {
      const path = join(folder, file);
      const [input, expected] = parseAllDocuments(readFileSync(path, "utf8"));
      if (!input) throw new Error(`No input in ${path}`);
      // The cases of a folder are written for the decision they are given to.
      const { now, ...snapshot } = input.toJS() as S & { now: string };
      const actual: unknown = JSON.parse(JSON.stringify(decide(deepFreeze(snapshot as S), Date.parse(now)), readable));
      if (process.env["UPDATE_GOLDEN"]) {
        const comment = input.commentBefore ? `#${input.commentBefore.replaceAll("\n", "\n#")}\n` : "";
        const text = stringify(input.toJS(), FORM);
        writeFileSync(path, `${comment}${text}---\n${stringify(actual, FORM)}`);
        return;
      }
      expect(actual).toEqual(expected?.toJS() ?? null);
    });
  }
}

/** Kinds and objects that are only named read better as names. */
function readable(this: unknown, key: string, value: unknown): unknown {
  if (key === "type" && isResourceType(value)) return value.resource;
  const isDeletion = typeof this === "object" && this !== null && "do" in this && this.do === "delete";
  if (key === "about" || (key === "object" && isDeletion)) {
    const { kind, metadata } = value as KubeObject;
    return `${kind} ${metadata.name ?? ""}`;
  }
  return value;
}

const isResourceType = (value: unknown): value is ResourceType =>
  typeof value === "object" && value !== null && "resource" in value && "namespaced" in value;
