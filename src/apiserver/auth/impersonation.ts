import type { IncomingHttpHeaders } from "node:http";

import { badRequest } from "../../api/api-error.ts";
import type { Attributes, Authorizer } from "./authorizer.ts";
import { forbiddenTo } from "./forbidden.ts";
import { ANONYMOUS, AUTHENTICATED_GROUP, UNAUTHENTICATED_GROUP, type UserInfo } from "./user-info.ts";

const EXTRA_PREFIX = "impersonate-extra-";
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/**
 * The user that a request asks to be taken for (kubectl --as), if its sender may impersonate each part of that user; the
 * sender when it asks for nothing.
 */
export async function impersonatedUser(
  sender: UserInfo,
  headers: IncomingHttpHeaders,
  authorizer: Authorizer,
): Promise<UserInfo> {
  if (!asksForImpersonation(headers)) return sender;
  const name = headers["impersonate-user"];
  const groups = listed(headers["impersonate-group"]);
  const uid = headers["impersonate-uid"];
  const extra = extraOf(headers);
  if (typeof name !== "string" || name === "") {
    throw badRequest("requested impersonation without impersonating a user");
  }

  const account = SERVICE_ACCOUNT.exec(name);
  const parts: Parts[] = [
    account
      ? { group: "", resource: "serviceaccounts", namespace: account[1] ?? "", name: account[2] ?? "" }
      : { group: "", resource: "users", name },
    ...groups.map((group) => ({ group: "", resource: "groups", name: group })),
    ...(typeof uid === "string" ? [{ group: AUTHENTICATION, resource: "uids", name: uid }] : []),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => ({ group: AUTHENTICATION, resource: "userextras", subresource: key, name: value })),
    ),
  ];
  for (const part of parts) await requireAllowed(attributesOf(sender, part), authorizer);
  return {
    name,
    ...(typeof uid === "string" ? { uid } : {}),
    groups: withImplied(name, groups, account?.[1]),
    impersonatedBy: sender,
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

/** Hardly any request does, and every request is asked. */
function asksForImpersonation(headers: IncomingHttpHeaders): boolean {
  for (const name in headers) if (name.startsWith("impersonate-")) return true;
  return false;
}

const AUTHENTICATION = "authentication.k8s.io";

interface Parts {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name: string;
}

const attributesOf = (user: UserInfo, { subresource = "", namespace = "", ...part }: Parts): Attributes => ({
  type: "resource",
  user,
  verb: "impersonate",
  version: "v1",
  subresource,
  namespace,
  ...part,
});

async function requireAllowed(attributes: Attributes, authorizer: Authorizer): Promise<void> {
  const { allowed, reason } = await authorizer.authorize(attributes);
  if (!allowed) throw forbiddenTo(attributes, reason);
}

/** The groups that everybody of that kind is in, which no request needs to name. */
function withImplied(name: string, groups: readonly string[], accountNamespace: string | undefined): readonly string[] {
  const own =
    accountNamespace !== undefined && groups.length === 0
      ? ["system:serviceaccounts", `system:serviceaccounts:${accountNamespace}`]
      : groups;
  const standing = name === ANONYMOUS.name ? UNAUTHENTICATED_GROUP : AUTHENTICATED_GROUP;
  const hasStanding = own.includes(AUTHENTICATED_GROUP) || own.includes(UNAUTHENTICATED_GROUP);
  return hasStanding ? own : [...own, standing];
}

function extraOf(headers: IncomingHttpHeaders): Record<string, readonly string[]> {
  const extra: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(EXTRA_PREFIX)) extra[decodeURIComponent(name.slice(EXTRA_PREFIX.length))] = listed(value);
  }
  return extra;
}

/** Repeated headers arrive joined by commas. */
const listed = (value: string | readonly string[] | undefined): string[] =>
  [value ?? []].flat().flatMap((each) => each.split(",").map((part) => part.trim()));
