import { expect, test } from "bun:test";
import { Writable } from "node:stream";

import { ApiError, notFound } from "../api/api-error.ts";
import { ConnectionError } from "../client/connection-error.ts";
import { UserError } from "../lib/user-error.ts";
import { showError } from "./error-message.ts";
import { ConfigurationError } from "./kubeconfig/target.ts";

function shown(error: unknown): { readonly text: string; readonly exitCode: number } {
  let text = "";
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      text += chunk.toString();
      callback();
    },
  });
  const exitCode = showError(error, { stderr, stdout: stderr });
  return { text, exitCode };
}

const invalid = (causes: readonly { field: string; message: string }[]): ApiError =>
  new ApiError({
    apiVersion: "v1",
    kind: "Status",
    metadata: {},
    status: "Failure",
    reason: "Invalid",
    code: 422,
    message: "the whole message",
    details: { kind: "Pod", name: "a", causes: [...causes] },
  });

const missing = notFound({ group: "", resource: "pods" }, "a");

test.each<[string, unknown, string, number]>([
  ["a mistake of the user", new UserError("no", { hint: "Do this" }), "error: no\nDo this\n", 1],
  ["a mistake with a code of its own", new UserError("no", { exitCode: 7 }), "error: no\n", 7],
  ["a refusal", missing, 'Error from server (NotFound): pods "a" not found\n', 1],
  ["an object with one fault", invalid([{ field: "spec", message: "bad" }]), 'The Pod "a" is invalid: spec: bad\n', 1],
  [
    "an object with several",
    invalid([
      { field: "spec", message: "bad" },
      { field: "spec", message: "bad" },
      { field: "x", message: "worse" },
    ]),
    'The Pod "a" is invalid: \n* spec: bad\n* x: worse\n',
    1,
  ],
  [
    "a server that is not there",
    new ConnectionError("refused", { host: "localhost:1", isRefused: true, cause: undefined }),
    "The connection to the server localhost:1 was refused - did you specify the right host or port?\n",
    1,
  ],
  [
    "a certificate nobody trusts",
    new ConnectionError("x509: unknown authority", { host: "a", isRefused: false, cause: undefined }),
    "Unable to connect to the server: x509: unknown authority\n",
    1,
  ],
  ["a kubeconfig that contradicts itself", new ConfigurationError("no"), "Error in configuration: no\n", 1],
  ["one error in a bundle", new AggregateError([new UserError("no")]), "error: no\n", 1],
  [
    "several errors",
    new AggregateError([new UserError("no"), missing]),
    'no\nError from server (NotFound): pods "a" not found\n',
    1,
  ],
])("showError tells of %s", (_, error, text, exitCode) => expect(shown(error)).toEqual({ text, exitCode }));

test("showError shows the stack of what nobody expected", () => {
  const { text, exitCode } = shown(new TypeError("x is not a function"));
  expect(text).toStartWith("This is a bug in kube: TypeError: x is not a function\n    at ");
  expect(exitCode).toBe(70);
});
