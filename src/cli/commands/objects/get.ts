import { getFlags } from "../../get/get-flags.ts";
import { get } from "../../get/get.ts";
import { kubectlCommand } from "../../kubectl-command.ts";

export const getCommand = kubectlCommand({
  usage: "(TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
  flags: getFlags,
  examples: `  kube get pods                              the pods of the namespace
  kube get pods -A -o wide                   of all namespaces, with addresses and nodes
  kube get deploy,svc -l app=web             of several types, with a label
  kube get pod web-0 -o yaml                 one object, whole
  kube get pods -w                           and every change from then on
  kube get pods -o jsonpath='{.items[*].metadata.name}'`,
  run: get,
});
