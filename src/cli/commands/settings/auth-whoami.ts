import { isApiError } from "../../../api/api-error.ts";
import { selfsubjectreviews } from "../../../api/resources.ts";
import type { SelfSubjectReview } from "../../../api/types/authentication-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { requestResource } from "../../objects/resource-requests.ts";
import { generatedPrinter, printFlags } from "../../printers/print-flags.ts";
import { TabWriter } from "../../printers/tab-writer.ts";

export const authWhoAmICommand = kubectlCommand({
  usage: "",
  flags: printFlags,
  examples: `  kube auth whoami
  kube auth whoami -o json --as=somebody`,
  run: whoAmI,
});

async function whoAmI({ flags, session, context }: Invocation<typeof printFlags>): Promise<void> {
  const print = flags.output === "" ? undefined : await generatedPrinter(flags, "", context);
  const review = await requestResource(
    await session.transport(),
    { mapping: selfsubjectreviews, namespace: "" },
    { method: "POST", body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview", metadata: {} } },
  ).catch((error: unknown) => {
    if (isApiError(error, "Forbidden"))
      throw new UserError(
        "the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it",
      );
    if (isApiError(error, "NotFound")) throw new UserError("the selfsubjectreviews API is not enabled in the cluster");
    throw error;
  });
  if (print) return void context.stdout.write(print(review));
  const table = new TabWriter((text) => context.stdout.write(text));
  table.write("ATTRIBUTE\tVALUE\n");
  // Parse edge: the answer is the review.
  for (const [name, value] of attributes(review as unknown as SelfSubjectReview)) table.write(`${name}\t${value}\n`);
  table.flush();
}

function attributes({ status }: SelfSubjectReview): readonly (readonly [string, string])[] {
  const { username = "", uid = "", groups = [], extra = {} } = status?.userInfo ?? {};
  return [
    ...(username === "" ? [] : [["Username", username] as const]),
    ...(uid === "" ? [] : [["UID", uid] as const]),
    ...(groups.length === 0 ? [] : [["Groups", `[${groups.join(" ")}]`] as const]),
    ...Object.keys(extra)
      .toSorted()
      .map((name) => [`Extra: ${name}`, `[${(extra[name] ?? []).join(" ")}]`] as const),
  ];
}
