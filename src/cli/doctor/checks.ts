import { certificatesCheck } from "./certificates-check.ts";
import type { Check } from "./check.ts";
import { clockCheck } from "./clock-check.ts";
import { diskCheck } from "./disk-check.ts";
import { dnsCheck } from "./dns-check.ts";
import { dockerCheck } from "./docker-check.ts";
import { kubeconfigCheck } from "./kubeconfig-check.ts";
import { netfilterCheck } from "./netfilter-check.ts";
import { permissionsCheck } from "./permissions-check.ts";
import { portsCheck } from "./ports-check.ts";
import { rangesCheck } from "./ranges-check.ts";

/** In the order they are shown in: what others need comes first. */
export const checks: readonly Check[] = [
  dockerCheck,
  permissionsCheck,
  netfilterCheck,
  portsCheck,
  rangesCheck,
  dnsCheck,
  diskCheck,
  clockCheck,
  certificatesCheck,
  kubeconfigCheck,
];
