import { expect, test } from "bun:test";

import { UserError } from "../../lib/user-error.ts";
import { parseStartFile } from "./start-file.ts";

const HEAD = "apiVersion: kube.local/v1\nkind: ClusterConfig\n";

test("parseStartFile reads everything that start can be told", () => {
  const text = `${HEAD}name: two
nodes: 3
runtime: fake
store: memory
port: 7443
ports: ["8080:30080", "0.0.0.0:53:30053/udp", 30001]
mounts: ["/home/me/site:/site/"]
wait: [nodes, pods]
waitTimeout: 90s
kubeconfig: false
`;
  expect(parseStartFile(text, "two.yaml")).toEqual({
    name: "two",
    nodes: 3,
    runtime: "fake",
    store: "memory",
    port: 7443,
    ports: [
      { ip: "127.0.0.1", port: 8080, nodePort: 30080, protocol: "TCP" },
      { ip: "0.0.0.0", port: 53, nodePort: 30053, protocol: "UDP" },
      { ip: "127.0.0.1", port: 30001, nodePort: 30001, protocol: "TCP" },
    ],
    mounts: [{ source: "/home/me/site", target: "/site" }],
    wait: "pods",
    waitTimeout: 90_000,
    kubeconfig: false,
  });
});

test.each([
  ["an unknown field", `${HEAD}node: 3\n`, 'line 3: unknown field "node", did you mean "nodes"?'],
  ["a value of another type", `${HEAD}nodes: "3"\n`, "line 3: nodes must be a whole number from 1 to 250"],
  ["a choice that there is not", `${HEAD}\nruntime: podman\n`, "line 4: runtime must be one of docker, fake"],
  ["a port that is none", `${HEAD}ports: ["web"]\n`, 'line 3: ports has "web", and must be of the form'],
  ["a relative target", `${HEAD}mounts: ["a:b"]\n`, 'line 3: mounts has "a:b", and must be of the form SOURCE:TARGET'],
  ["a field that is there twice", `${HEAD}nodes: 1\nnodes: 2\n`, 'line 4: key "nodes" already set in map'],
  ["another kind", "apiVersion: kube.local/v1\nkind: Pod\n", "line 2: kind must be ClusterConfig"],
  ["another version", "kind: ClusterConfig\n", "line 1: apiVersion must be kube.local/v1"],
  ["what is no YAML", `${HEAD}nodes: [1\n`, "line "],
  ["an empty file", "# nothing\n", "line 1: the file is empty"],
  ["several documents", `${HEAD}---\n${HEAD}`, "line 3: a file says one cluster"],
])("parseStartFile refuses %s with its line", (_what, text, expected) => {
  expect(() => parseStartFile(text, "two.yaml")).toThrow(UserError);
  expect(() => parseStartFile(text, "two.yaml")).toThrow(expected);
});

test("parseStartFile tells every problem at once", () => {
  const problems = `Cannot use two.yaml:
  line 3: nodes must be a whole number from 1 to 250
  line 4: unknown field "colour"`;
  expect(() => parseStartFile(`${HEAD}nodes: 0\ncolour: red\n`, "two.yaml")).toThrow(problems);
});
