import { expect, test } from "bun:test";

import { UserError } from "../../lib/user-error.ts";
import { withSettingHint } from "./cluster-defaults.ts";

/** What is suggested to somebody whose property is none of a kubeconfig's. */
function suggestionFor(name: string, program: "kube" | "kubectl"): string | undefined {
  try {
    withSettingHint(name, { program }, () => {
      throw new UserError(`unable to parse ${name}`);
    });
  } catch (error) {
    if (error instanceof UserError) return error.suggestion;
  }
  throw new Error("It was not refused");
}

test("a setting that is near is suggested, but not by kubectl and not for paths of a kubeconfig", () => {
  expect(suggestionFor("nodse", "kube")).toContain('did you mean "nodes"?');
  expect(suggestionFor("nodse", "kubectl")).toBeUndefined();
  expect(suggestionFor("users.me.token", "kube")).toBeUndefined();
});
