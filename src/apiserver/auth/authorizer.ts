import { AUTHENTICATED_GROUP, MASTERS_GROUP, type UserInfo } from "./user-info.ts";

/** What a user wants to do: with a resource, or with a path outside the API groups. */
export type Attributes =
  | {
      readonly type: "resource";
      readonly user: UserInfo;
      readonly verb: string;
      readonly group: string;
      readonly version: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly type: "path"; readonly user: UserInfo; readonly verb: string; readonly path: string };

interface Decision {
  readonly allowed: boolean;
  /** Why; empty when there is nothing to say. */
  readonly reason: string;
}

/** Decides who may do what. Must be quick: it is asked on every request. */
export interface Authorizer {
  authorize(attributes: Attributes): Decision | Promise<Decision>;
  /** What the user may do in a namespace, for SelfSubjectRulesReview. */
  rules(user: UserInfo, namespace: string): UserRules | Promise<UserRules>;
}

interface UserRules {
  readonly resourceRules: readonly ResourceRule[];
  readonly pathRules: readonly PathRule[];
  readonly incomplete: boolean;
}

interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}

interface PathRule {
  readonly verbs: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** Paths that anyone may read, as upstream's role system:public-info-viewer has it. */
const PUBLIC_PATHS: ReadonlySet<string> = new Set(["/healthz", "/livez", "/readyz", "/version", "/version/"]);

/**
 * Lets every authenticated user do everything, and everyone else only see whether the server is well. This is the one place
 * that says so: the RBAC authorizer takes its place behind the same interface.
 */
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
