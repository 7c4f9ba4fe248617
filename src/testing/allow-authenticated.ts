import type { Authorizer } from "../apiserver/auth/authorizer.ts";
import { AUTHENTICATED_GROUP, MASTERS_GROUP } from "../apiserver/auth/user-info.ts";

/** Paths that anyone may read, as upstream's role system:public-info-viewer has it. */
const PUBLIC_PATHS: ReadonlySet<string> = new Set(["/healthz", "/livez", "/readyz", "/version", "/version/"]);

/** Lets every authenticated user do everything, and everyone else only see whether the server is well: for tests of other things. */
export const allowAuthenticated: Authorizer = {
  authorize(attributes) {
    const { groups } = attributes.user;
    if (groups.includes(MASTERS_GROUP) || groups.includes(AUTHENTICATED_GROUP)) return { allowed: true, reason: "" };
    const isPublic = attributes.type === "path" && attributes.verb === "get" && PUBLIC_PATHS.has(attributes.path);
    return { allowed: isPublic, reason: "" };
  },
  rules(user) {
    const mayAll = user.groups.includes(AUTHENTICATED_GROUP) || user.groups.includes(MASTERS_GROUP);
    return {
      resourceRules: mayAll ? [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }] : [],
      pathRules: mayAll
        ? [{ verbs: ["*"], nonResourceURLs: ["*"] }]
        : [{ verbs: ["get"], nonResourceURLs: [...PUBLIC_PATHS] }],
      incomplete: false,
    };
  },
};
