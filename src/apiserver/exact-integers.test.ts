import { expect, test } from "bun:test";

import { startTestApiServer } from "../testing/test-api-server.ts";

const PATH = "/apis/apps/v1/namespaces/default/controllerrevisions";
/** The smallest integer that a double cannot hold. */
const EXACT = "9007199254740993";
const BODY = `{"metadata":{"name":"a","finalizers":["example.com/stay"]},"revision":${EXACT},"data":{"n":${EXACT}}}`;

test("integers beyond 2^53 come back from the store, from a patch and from a deletion as they were sent", async () => {
  await using api = await startTestApiServer({ https: true });
  const json = { "content-type": "application/json" };
  const texts = [
    await api.fetch(PATH, { method: "POST", body: BODY, headers: json }),
    await api.fetch(`${PATH}/a`),
    await api.fetch(`${PATH}/a`, {
      method: "PATCH",
      body: `{"metadata":{"labels":{"x":"y"}}}`,
      headers: { "content-type": "application/merge-patch+json" },
    }),
    await api.fetch(`${PATH}/a`, { method: "DELETE" }),
    await api.fetch(PATH),
  ].map((response) => response.text());
  for (const text of await Promise.all(texts)) {
    expect(text).toContain(`"revision":${EXACT}`);
    expect(text).toContain(`"n":${EXACT}`);
  }
});
