import type { IncomingHttpHeaders } from "node:http";

import { EXTRA_HEADER_PREFIX, GROUP_HEADER, UID_HEADER, USER_HEADER } from "../auth/request-header.ts";
import type { UserInfo } from "../auth/user-info.ts";

/** What tells an extension server for whom a request is. */
export function identityHeaders({ name, uid, groups, extra = {} }: UserInfo): Record<string, string | string[]> {
  return {
    [USER_HEADER]: name,
    ...(uid ? { [UID_HEADER]: uid } : {}),
    ...(groups.length > 0 ? { [GROUP_HEADER]: [...groups] } : {}),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [EXTRA_HEADER_PREFIX + escapedKey(key), [...values]]),
    ),
  };
}

/** Nobody but this server says who a user is: what the client wrote there is taken out. */
export const withoutIdentity = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !isIdentity(name)));

function isIdentity(name: string): boolean {
  const own = [USER_HEADER, UID_HEADER, GROUP_HEADER].some((header) => header.toLowerCase() === name);
  return own || name.startsWith(EXTRA_HEADER_PREFIX.toLowerCase());
}

/** What may stand in the name of a header stays as it is; the rest is escaped byte by byte. */
const escapedKey = (key: string): string =>
  [...Buffer.from(key)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[!#$&'*+\-.^_`|~0-9A-Za-z]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
