/** Groups of the Kubernetes community may only be used with an approval, which an annotation names (apiextensions-apiserver/pkg/apihelpers). */
export const APPROVAL_ANNOTATION = "api-approved.kubernetes.io";

export const isProtectedGroup = (group: string): boolean => /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group);

export interface Approval {
  readonly state: "missing" | "bypassed" | "approved" | "invalid";
  readonly message: string;
}

const RULES = "see https://github.com/kubernetes/enhancements/pull/1111";

export function approvalState(annotations: Readonly<Record<string, string>> | undefined): Approval {
  const annotation = annotations?.[APPROVAL_ANNOTATION] ?? "";
  const required = `protected groups must have approval annotation ${JSON.stringify(APPROVAL_ANNOTATION)}`;
  if (annotation === "") return { state: "missing", message: `${required}, ${RULES}` };
  if (annotation.startsWith("unapproved")) {
    return { state: "bypassed", message: `not approved: ${JSON.stringify(annotation)}` };
  }
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]+/i.test(annotation)) {
    return { state: "approved", message: `approved in ${annotation}` };
  }
  const detail = `with either a URL or a reason starting with "unapproved"`;
  return { state: "invalid", message: `${required} ${detail}, ${RULES}` };
}
