import { createHash } from "node:crypto";

import { UserError } from "../../lib/user-error.ts";
import { bearerToken, type Authenticator } from "./authenticator.ts";
import type { UserInfo } from "./user-info.ts";

/** Tokens from a file as upstream's --token-auth-file has it: `token,user,uid,"group1,group2"` on each line. */
export function staticTokenAuthenticator(csv: string): Authenticator {
  const users = new Map<string, UserInfo>();
  csv.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "") return;
    const [token = "", name = "", uid = "", groups = ""] = fieldsOf(line);
    if (token === "") return;
    if (name === "" || uid === "") {
      throw new UserError(`Cannot read line ${index + 1} of the token file: it must be token,user,uid,"group1,group2"`);
    }
    const listed = groups.split(",").flatMap((group) => group.trim() || []);
    users.set(digest(token), { name, uid, groups: listed });
  });
  return {
    authenticate({ headers }) {
      const token = bearerToken(headers);
      // By digest: how long the search takes tells nothing of the tokens.
      return token === undefined ? undefined : users.get(digest(token));
    },
  };
}

const digest = (token: string): string => createHash("sha256").update(token).digest("base64");

/** Fields with commas stand in quotes, with quotes in them doubled. */
function fieldsOf(line: string): string[] {
  const fields = line.match(/"(?:[^"]|"")*"|[^,]+|(?<=,)(?=,|$)/g) ?? [];
  return fields.map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field.trim()));
}
