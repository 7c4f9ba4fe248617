import { advice, type Finding, wrong } from "../finding.ts";

/** Whether the kubelet says so. */
export const demandsNonRoot = (message: string): boolean => /runAsNonRoot|non-root|non-numeric user/i.test(message);

/** The image names no user, or one by a name that nobody can look up. */
export const nonRoot = (subject: string, evidence: readonly string[]): Finding =>
  wrong("RunsAsRoot", `${subject} may not start: the pod demands runAsNonRoot, and the image would run as root`, {
    evidence,
    remedies: [advice("set securityContext.runAsUser to a number other than 0, or give the image a numeric USER")],
  });
