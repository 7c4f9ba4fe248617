import { expect, test } from "bun:test";

import type { Ingress, IngressSpec } from "../../api/types/networking-v1.ts";
import { ingressDecision } from "./ingress-decision.ts";
import { INGRESS_CONTROLLER, ingressTable, ownIngresses } from "./ingress-routes.ts";

const service = (name: string) => ({ service: { name, port: { number: 80 } } });

const ingress = (name: string, spec: IngressSpec, annotations: Readonly<Record<string, string>> = {}): Ingress => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: {
    name,
    namespace: "default",
    creationTimestamp: "2026-01-01T00:00:00Z",
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value]),
    ),
  },
  spec,
});

const path = (value: string, pathType: string, name: string) => ({ path: value, pathType, backend: service(name) });

/** `http://host/path` -> the Service, or what else becomes of it. */
function asked(url: string, ...ingresses: readonly Ingress[]): string {
  const { protocol, hostname, pathname, search } = new URL(url);
  const names: string[] = [];
  const decision = ingressDecision(
    { method: "GET", host: hostname, target: pathname + search, isTls: protocol === "https:", header: () => undefined },
    {
      table: ingressTable(ingresses),
      endpointsOf(backend) {
        names.push(`${backend.service}${backend.namespace === "default" ? "" : ` of ${backend.namespace}`}`);
        if (backend.service === "missing") return undefined;
        return backend.service === "empty" ? [] : [{ ip: "10.0.0.1", port: 80 }];
      },
      httpsPort: 8443,
    },
  );
  if (decision.kind === "redirect") return `${decision.status} ${decision.location}`;
  if (decision.kind === "refuse") return `${decision.status} ${decision.text}`;
  return decision.target === pathname + search ? (names[0] ?? "") : `${names[0]} ${decision.target}`;
}

const paths = ingress("paths", {
  rules: [
    {
      host: "a.test",
      http: {
        paths: [
          path("/", "Prefix", "root"),
          path("/foo", "Prefix", "foo"),
          path("/foo/bar/", "Prefix", "bar"),
          path("/exact", "Exact", "exact"),
          path("/exact", "Prefix", "below"),
        ],
      },
    },
  ],
});

test.each([
  ["http://a.test/", "root"],
  ["http://a.test/foobar", "root"],
  ["http://a.test/foo", "foo"],
  ["http://a.test/foo/", "foo"],
  ["http://a.test/foo/bar", "bar"],
  ["http://a.test/foo/bar/baz?q=/exact", "bar"],
  ["http://a.test/exact", "exact"],
  ["http://a.test/exact/", "below"],
  ["http://b.test/", "404 default backend - 404"],
])("%s goes to %s", (url, expected) => {
  expect(asked(url, paths)).toBe(expected);
});

test("an exact host comes before a wildcard, which is one label, and both before none", () => {
  const of = (host: string | undefined, name: string): Ingress =>
    ingress(name, {
      rules: [{ ...(host === undefined ? {} : { host }), http: { paths: [path("/", "Prefix", name)] } }],
    });
  const all = [of(undefined, "any"), of("*.test", "star"), of("a.test", "exact")];
  expect(["a.test", "b.test", "x.a.test", "test"].map((host) => asked(`http://${host}/`, ...all))).toEqual([
    "exact",
    "star",
    "any",
    "any",
  ]);
});

test("the default backend takes what no rule takes", () => {
  const both = ingress("both", {
    defaultBackend: service("fallback"),
    rules: [{ host: "a.test", http: { paths: [path("/only", "Exact", "only")] } }],
  });
  expect(asked("http://a.test/only", both)).toBe("only");
  expect(asked("http://a.test/other", both)).toBe("fallback");
  expect(asked("http://b.test/", both)).toBe("404 default backend - 404");
  expect(asked("http://b.test/", both, ingress("all", { defaultBackend: service("everything") }))).toBe("everything");
});

test("of two Ingresses that claim the same path the older has it", () => {
  const rules = (name: string) => ({ rules: [{ host: "a.test", http: { paths: [path("/", "Prefix", name)] } }] });
  const older = ingress("z", rules("older"));
  const newer = ingress("a", rules("newer"));
  newer.metadata.creationTimestamp = "2026-01-02T00:00:00Z";
  expect(asked("http://a.test/", newer, older)).toBe("older");
});

test("hosts with a certificate send plain requests on to HTTPS, unless they say otherwise", () => {
  const spec = {
    tls: [{ hosts: ["a.test"] }],
    rules: [{ host: "a.test", http: { paths: [path("/", "Prefix", "web")] } }],
  };
  expect(asked("http://a.test/x?y=1", ingress("i", spec))).toBe("308 https://a.test:8443/x?y=1");
  expect(asked("https://a.test/x?y=1", ingress("i", spec))).toBe("web");
  expect(asked("http://a.test/", ingress("i", spec, { "ssl-redirect": "false" }))).toBe("web");
});

test("paths are rewritten, with groups of a pattern", () => {
  const spec = (value: string) => ({
    rules: [{ host: "a.test", http: { paths: [path(value, "ImplementationSpecific", "web")] } }],
  });
  const grouped = ingress("i", spec("/api(/|$)(.*)"), { "use-regex": "true", "rewrite-target": "/$2" });
  expect(asked("http://a.test/api/v1/x?q=1", grouped)).toBe("web /v1/x?q=1");
  expect(asked("http://a.test/other", grouped)).toBe("404 default backend - 404");
  expect(asked("http://a.test/api", ingress("i", spec("/api"), { "rewrite-target": "/" }))).toBe("web /");
});

test("redirects of annotations, and what cannot be served, are answered here", () => {
  const spec = (name: string) => ({ rules: [{ http: { paths: [path("/", "Prefix", name)] } }] });
  const moved = ingress("i", spec("web"), { "permanent-redirect": "https://elsewhere.test" });
  expect(asked("http://a.test/", moved)).toBe("301 https://elsewhere.test");
  expect(asked("http://a.test/", ingress("i", spec("empty")))).toBe("503 Service default/empty has no endpoints");
  expect(asked("http://a.test/", ingress("i", spec("missing")))).toStartWith(
    "503 Service default/missing has no such port",
  );
});

test("every Service has a name under localhost", () => {
  expect(asked("http://web.shop.localhost/")).toBe("web of shop");
  expect(asked("http://web.localhost/")).toBe("404 default backend - 404");
});

test("ownIngresses takes its classes, and those without a class while no other is the default", () => {
  const classed = (name: string | undefined): Ingress =>
    ingress(name ?? "none", name === undefined ? {} : { ingressClassName: name });
  const anIngressClass = (name: string, controller: string, isDefault: boolean) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name, annotations: { "ingressclass.kubernetes.io/is-default-class": String(isDefault) } },
    spec: { controller },
  });
  const all = [classed("kube"), classed("other"), classed("unknown"), classed(undefined)];
  const taken = (othersAreDefault: boolean) =>
    ownIngresses(all, [
      anIngressClass("kube", INGRESS_CONTROLLER, !othersAreDefault),
      anIngressClass("other", "example.com/other", othersAreDefault),
    ]).map(({ metadata }) => metadata.name);
  expect(taken(false)).toEqual(["kube", "none"]);
  expect(taken(true)).toEqual(["kube"]);
});
