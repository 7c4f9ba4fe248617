import { errorText } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import type { Patient } from "./patient.ts";

/** What one look at the machine came to. */
export interface Finding {
  readonly result: "ok" | "warning" | "failure" | "skipped";
  /** One sentence. */
  readonly why: string;
  /** The command that mends it, or what else does. */
  readonly mend?: string | undefined;
}

/** One thing that has to be right for a cluster to work. It looks, and changes nothing. */
export interface Check {
  readonly name: string;
  readonly timeoutMs: number;
  /** What it throws is a failure: of a UserError, the hint is what mends it. */
  probe(patient: Patient): Promise<Finding>;
}

export interface CheckReport extends Finding {
  readonly name: string;
  readonly ms: number;
}

export const ok = (why: string): Finding => ({ result: "ok", why });
export const skipped = (why: string): Finding => ({ result: "skipped", why });
export const warning = (why: string, mend: string): Finding => ({ result: "warning", why, mend });
export const failure = (why: string, mend: string): Finding => ({ result: "failure", why, mend });

/** All at once; the reports are in the order of `checks`. One that hangs costs its own time and nothing else. */
export async function runChecks(
  checks: readonly Check[],
  patient: Patient,
  clock: Clock,
): Promise<readonly CheckReport[]> {
  return await Promise.all(
    checks.map(async (check) => {
      const startedAt = clock.now();
      const finding = await findingOf(check, patient, clock);
      return { name: check.name, ...finding, ms: clock.now() - startedAt };
    }),
  );
}

async function findingOf(check: Check, patient: Patient, clock: Clock): Promise<Finding> {
  const { name, timeoutMs } = check;
  const late = Promise.withResolvers<Finding>();
  using _ = clock.setTimeout(
    () => late.resolve(failure(`No answer within ${timeoutMs / 1000} s`, `See what holds it up, then: kube doctor`)),
    timeoutMs,
  );
  try {
    return await Promise.race([check.probe(patient), late.promise]);
  } catch (error) {
    if (error instanceof UserError) return { result: "failure", why: error.message, mend: error.hint };
    return { result: "failure", why: `Cannot check ${name}: ${errorText(error)}` };
  }
}
