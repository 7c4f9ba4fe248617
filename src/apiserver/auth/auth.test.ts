import { expect, test } from "bun:test";

import { pods, serviceaccounts } from "../../api/resources.ts";
import type { TokenRequest } from "../../api/types/authentication-v1.ts";
import { FakeClock } from "../../lib/fake-clock.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

const AUTHENTICATION = { group: "authentication.k8s.io", version: "v1" };

async function issueToken({ client }: TestApiServer, spec: TokenRequest["spec"] = {}): Promise<string> {
  const answer = (await client.transport.request({
    verb: "create",
    ...AUTHENTICATION,
    group: "",
    resource: "serviceaccounts",
    namespace: "default",
    name: "default",
    subresource: "token",
    body: { kind: "TokenRequest", apiVersion: "authentication.k8s.io/v1", metadata: {}, spec },
  })) as TokenRequest;
  return answer.status?.token ?? "";
}

const WHO_AM_I = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

async function whoAmI(api: TestApiServer, headers: Record<string, string>) {
  const response = await fetch(`${api.connection.server}${WHO_AM_I}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1", metadata: {} }),
    tls: { ca: api.connection.caPem ?? "" },
  });
  return (await response.json()) as { code?: number; message?: string; status: { userInfo: Record<string, unknown> } };
}

test("A service account's token is its user", async () => {
  await using api = await startTestApiServer({ https: true });
  const token = await issueToken(api);
  const { status } = await whoAmI(api, { authorization: `Bearer ${token}` });
  expect(status.userInfo).toMatchObject({
    username: "system:serviceaccount:default:default",
    groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
  });
});

test("A token is refused once its account is another", async () => {
  await using api = await startTestApiServer({ https: true });
  const token = await issueToken(api);
  const accounts = api.client.resource(serviceaccounts);
  await accounts.delete({ name: "default", namespace: "default" });
  await accounts.create({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: "default" },
  });
  expect(await whoAmI(api, { authorization: `Bearer ${token}` })).toMatchObject({ code: 401, message: "Unauthorized" });
});

test("A token that is bound to a pod ends with it", async () => {
  await using api = await startTestApiServer({ https: true });
  await api.client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default" },
    spec: { containers: [{ name: "main", image: "web" }] },
  });
  const token = await issueToken(api, { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "web" } });
  const { status } = await whoAmI(api, { authorization: `Bearer ${token}` });
  expect(status.userInfo["extra"]).toMatchObject({ "authentication.kubernetes.io/pod-name": ["web"] });
  await api.client.resource(pods).delete({ name: "web", namespace: "default" });
  expect(await whoAmI(api, { authorization: `Bearer ${token}` })).toMatchObject({ code: 401 });
});

test("A token is refused when its time has run out", async () => {
  const clock = new FakeClock(Date.now());
  await using api = await startTestApiServer({ clock });
  const token = await issueToken(api, { expirationSeconds: 600 });
  const review = async () => {
    const answer: object = await api.client.transport.request({
      verb: "create",
      ...AUTHENTICATION,
      resource: "tokenreviews",
      body: { kind: "TokenReview", apiVersion: "authentication.k8s.io/v1", metadata: {}, spec: { token } },
    });
    return answer;
  };
  expect(await review()).toMatchObject({ status: { authenticated: true } });
  clock.advance(700_000);
  expect(await review()).toMatchObject({ status: { error: "[invalid bearer token]" } });
});

test("Whoever offers nothing is anonymous, sees whether the server is well, and no more", async () => {
  await using api = await startTestApiServer({ https: true });
  const tls = { ca: api.connection.caPem ?? "" };
  expect(await (await fetch(`${api.connection.server}/readyz`, { tls })).text()).toBe("ok");
  const list = await fetch(`${api.connection.server}/api/v1/pods`, { tls });
  expect(await list.json()).toMatchObject({
    code: 403,
    message:
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
  });
});

test("A token that nobody knows is unauthorized", async () => {
  await using api = await startTestApiServer({ https: true });
  expect(await whoAmI(api, { authorization: "Bearer nonsense" })).toMatchObject({ code: 401, reason: "Unauthorized" });
});

test("kubectl --as is the user it names", async () => {
  await using api = await startTestApiServer({ https: true });
  const response = await api.fetch(WHO_AM_I, {
    method: "POST",
    headers: { "content-type": "application/json", "impersonate-user": "jane", "impersonate-group": "dev" },
    body: JSON.stringify({ kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1", metadata: {} }),
  });
  expect(await response.json()).toMatchObject({
    status: { userInfo: { username: "jane", groups: ["dev", "system:authenticated"] } },
  });
});
