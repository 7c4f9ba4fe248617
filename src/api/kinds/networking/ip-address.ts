import type { Kind } from "../../kind.ts";
import { ipaddresses } from "../../resources.ts";
import type { IPAddress } from "../../types/networking-v1.ts";
import { defineKind } from "../define-kind.ts";

export const ipAddress: Kind<IPAddress> = defineKind<IPAddress>({
  type: ipaddresses,
  shortNames: ["ip"],
  strategy: {
    nameFormat: "own",
  },
});
