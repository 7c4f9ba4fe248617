/** Who makes a request, as authentication found out. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string | undefined;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Who sent the request, when it is made in this user's name. */
  readonly impersonatedBy?: UserInfo | undefined;
}

export const AUTHENTICATED_GROUP = "system:authenticated";
export const UNAUTHENTICATED_GROUP = "system:unauthenticated";
export const MASTERS_GROUP = "system:masters";

export const ANONYMOUS: UserInfo = { name: "system:anonymous", groups: [UNAUTHENTICATED_GROUP] };

/** Every user that proved who they are is in `system:authenticated`. */
export function authenticated(user: UserInfo): UserInfo {
  return user.groups.includes(AUTHENTICATED_GROUP) ? user : { ...user, groups: [...user.groups, AUTHENTICATED_GROUP] };
}
