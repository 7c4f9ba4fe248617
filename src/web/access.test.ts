import { expect, test } from "bun:test";

import { Access, type Visitor } from "./access.ts";

const PORT = 8000;

function aVisitor(access: Access, more: Partial<Visitor> = {}): Visitor {
  return {
    method: "GET",
    host: `127.0.0.1:${PORT}`,
    origin: undefined,
    fetchSite: undefined,
    session: access.session,
    ...more,
  };
}

test("a link lets one browser in, once", () => {
  const access = new Access(PORT);
  const link = access.newLink();
  expect(access.isOpenedBy("")).toBe(false);
  expect(access.isOpenedBy(`${link}x`)).toBe(false);
  expect(access.isOpenedBy(link)).toBe(true);
  expect(access.isOpenedBy(link)).toBe(false);
});

test("links that nobody opens do not pile up", () => {
  const access = new Access(PORT);
  const first = access.newLink();
  const second = access.newLink();
  for (let made = 0; made < 19; made++) access.newLink();
  expect(access.isOpenedBy(first)).toBe(false);
  expect(access.isOpenedBy(second)).toBe(true);
});

test.each<[string, Partial<Visitor>, number | undefined]>([
  ["who has the session", {}, undefined],
  ["localhost is the same machine", { host: `localhost:${PORT}` }, undefined],
  ["a name that points here from elsewhere", { host: `evil.example:${PORT}` }, 421],
  ["another port", { host: "127.0.0.1:1" }, 421],
  ["no host", { host: undefined }, 421],
  ["no session", { session: undefined }, 403],
  ["somebody else's session", { session: "guessed" }, 403],
  ["a change from this page", { method: "POST", origin: `http://127.0.0.1:${PORT}` }, undefined],
  ["a change from another page", { method: "POST", origin: "http://evil.example" }, 403],
  ["a change from nowhere", { method: "POST" }, 403],
  [
    "a change that a browser says comes from another site",
    { method: "POST", origin: `http://127.0.0.1:${PORT}`, fetchSite: "cross-site" },
    403,
  ],
])("access of %s", (_, visitor, status) => {
  const access = new Access(PORT);
  expect(access.refusal(aVisitor(access, visitor), false)?.status).toBe(status as never);
});

test("who brings a link needs no session, but the right host", () => {
  const access = new Access(PORT);
  expect(access.refusal(aVisitor(access, { session: undefined }), true)).toBeUndefined();
  expect(access.refusal(aVisitor(access, { session: undefined, host: "evil.example" }), true)?.status).toBe(421);
});
