import { expect, test } from "bun:test";
import { createPrivateKey } from "node:crypto";

import { pods, secrets, serviceaccounts } from "../../api/resources.ts";
import type { TokenRequest } from "../../api/types/authentication-v1.ts";
import { jwtKey, signJwt } from "../../lib/jwt.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import { createNamespace, startTestApiServer, testKey, type TestApiServer } from "../../testing/test-api-server.ts";
import { staticTokenAuthenticator } from "./static-tokens.ts";

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

test("A token in a Secret is good as long as the Secret holds it and its account is the same", async () => {
  const key = testKey();
  await using api = await startTestApiServer({ https: true, serviceAccountKey: key });
  const account = await api.client.resource(serviceaccounts).get({ name: "default", namespace: "default" });
  const claim = "kubernetes.io/serviceaccount";
  const claims = {
    iss: "kubernetes/serviceaccount",
    [`${claim}/namespace`]: "default",
    [`${claim}/secret.name`]: "robot",
    [`${claim}/service-account.name`]: "default",
    [`${claim}/service-account.uid`]: account.metadata.uid,
    sub: "system:serviceaccount:default:default",
  };
  const token = signJwt(claims, jwtKey(createPrivateKey(key)));
  const bearer = { authorization: `Bearer ${token}` };
  expect(await whoAmI(api, bearer)).toMatchObject({ code: 401 });
  const resource = api.client.resource(secrets);
  const secret = await resource.create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "robot", namespace: "default", annotations: { "kubernetes.io/service-account.name": "default" } },
    type: "kubernetes.io/service-account-token",
    data: { token: Buffer.from(token).toString("base64") },
  });
  expect((await whoAmI(api, bearer)).status.userInfo).toMatchObject({
    username: "system:serviceaccount:default:default",
    uid: account.metadata.uid,
    groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
  });
  await resource.update({ ...secret, data: { token: "b3RoZXI=" } });
  expect(await whoAmI(api, bearer)).toMatchObject({ code: 401 });
});

test("A bootstrap token is its user until its time is over, and nothing with a group it must not have", async () => {
  const clock = new FakeClock(Date.now());
  await using api = await startTestApiServer({ https: true, clock });
  await createNamespace(api.client, "kube-system");
  const encode = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString("base64")]));
  const values = {
    "token-id": "abcdef",
    "token-secret": "0123456789abcdef",
    "usage-bootstrap-authentication": "true",
    "auth-extra-groups": "system:bootstrappers:workers",
    expiration: new Date(clock.now() + 60_000).toISOString(),
  };
  const resource = api.client.resource(secrets);
  const secret = await resource.create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "bootstrap-token-abcdef", namespace: "kube-system" },
    type: "bootstrap.kubernetes.io/token",
    data: encode(values),
  });
  const bearer = { authorization: "Bearer abcdef.0123456789abcdef" };
  expect((await whoAmI(api, bearer)).status.userInfo).toMatchObject({
    username: "system:bootstrap:abcdef",
    groups: ["system:bootstrappers", "system:bootstrappers:workers", "system:authenticated"],
  });
  expect(await whoAmI(api, { authorization: "Bearer abcdef.0123456789abcdee" })).toMatchObject({ code: 401 });
  clock.advance(60_001);
  expect(await whoAmI(api, bearer)).toMatchObject({ code: 401 });
  await resource.update({
    ...secret,
    data: encode({ ...values, expiration: "", "auth-extra-groups": "system:masters" }),
  });
  expect(await whoAmI(api, bearer)).toMatchObject({ code: 401 });
});

test("Tokens of a file are the users it names", async () => {
  const csv = `secret-1,jane,u-1,"developers,""odd"" one"\n\nsecret-2,joe,u-2\n`;
  await using api = await startTestApiServer({ https: true, authenticators: [staticTokenAuthenticator(csv)] });
  const who = async (token: string) => (await whoAmI(api, { authorization: `Bearer ${token}` })).status.userInfo;
  expect(await who("secret-1")).toMatchObject({
    username: "jane",
    uid: "u-1",
    groups: ["developers", '"odd" one', "system:authenticated"],
  });
  expect(await who("secret-2")).toMatchObject({ username: "joe", groups: ["system:authenticated"] });
  expect(await whoAmI(api, { authorization: "Bearer secret-3" })).toMatchObject({ code: 401 });
  expect(() => staticTokenAuthenticator("only-a-token\n")).toThrow("Cannot read line 1 of the token file");
});
