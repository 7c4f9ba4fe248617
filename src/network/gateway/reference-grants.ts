import type { ReferenceGrant } from "./gateway-types.ts";

interface GrantEnd {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

/** Whether an object may refer to another: in its own namespace always, elsewhere by a grant in the other's. */
export function isGranted(
  grants: readonly ReferenceGrant[],
  from: GrantEnd,
  to: GrantEnd & { readonly name: string },
): boolean {
  if (from.namespace === to.namespace) return true;
  return grants.some(
    ({ metadata, spec }) =>
      metadata.namespace === to.namespace &&
      spec?.from?.some(
        (each) => each.group === from.group && each.kind === from.kind && each.namespace === from.namespace,
      ) &&
      spec.to?.some(
        (each) =>
          each.group === to.group &&
          each.kind === to.kind &&
          (each.name === undefined || each.name === "" || each.name === to.name),
      ),
  );
}
