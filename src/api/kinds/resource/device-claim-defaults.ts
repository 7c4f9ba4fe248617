import type { DeviceClaim, DeviceSubRequest, ExactDeviceRequest } from "../../types/resource-v1.ts";

export function deviceClaimDefaults(claim: DeviceClaim | undefined): void {
  for (const { exactly, firstAvailable = [] } of claim?.requests ?? []) {
    for (const request of exactly ? [exactly, ...firstAvailable] : firstAvailable) requestDefaults(request);
  }
}

function requestDefaults(request: ExactDeviceRequest | DeviceSubRequest): void {
  request.allocationMode ||= "ExactCount";
  if (request.allocationMode === "ExactCount") request.count ||= 1;
  for (const toleration of request.tolerations ?? []) toleration.operator ||= "Equal";
}
