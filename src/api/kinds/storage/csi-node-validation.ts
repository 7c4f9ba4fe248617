import { checkLabelKey, checkNotNegative } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { IMMUTABLE } from "../../meta-validation.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { CSINode, CSINodeDriver } from "../../types/storage-v1.ts";
import { validateCsiDriverName } from "../core/pod/storage-volume-validation.ts";

const NODE_ID_MAX_LENGTH = 256;

/** Upstream's ValidateCSINode. */
export function validateCsiNode({ spec }: CSINode, errors: FieldErrors): void {
  const seen = new Set<string>();
  spec.drivers?.forEach((driver, index) => {
    const path = at("spec.drivers", index);
    validateDriver(driver, path, errors);
    if (seen.has(driver.name)) errors.duplicate(child(path, "name"), driver.name);
    seen.add(driver.name);
    validateTopologyKeys(driver.topologyKeys ?? [], path, errors);
  });
}

/** Drivers may come and go, but change nothing but how many volumes they can take. */
export function validateCsiNodeUpdate({ spec }: CSINode, { spec: old }: CSINode, errors: FieldErrors): void {
  for (const oldDriver of old.drivers ?? []) {
    for (const driver of spec.drivers ?? []) {
      const isChanged = !semanticEqual(fixedPart(driver), fixedPart(oldDriver));
      if (driver.name === oldDriver.name && isChanged) errors.invalid("spec.drivers", fixedPart(driver), IMMUTABLE);
    }
  }
}

/** As upstream shows it: in its own form. */
function fixedPart({ name, nodeID, topologyKeys }: CSINodeDriver): object {
  return { Name: name, NodeID: nodeID, TopologyKeys: topologyKeys?.length ? topologyKeys : null, Allocatable: null };
}

function validateDriver({ name, nodeID, allocatable }: CSINodeDriver, path: string, errors: FieldErrors): void {
  validateCsiDriverName(name, child(path, "name"), errors);
  const idPath = child(path, "nodeID");
  if (nodeID === "") errors.required(idPath, "");
  if (nodeID.length > NODE_ID_MAX_LENGTH) {
    errors.invalid(idPath, nodeID, `must be ${NODE_ID_MAX_LENGTH} characters or less`);
  }
  checkNotNegative(allocatable?.count, child(path, "allocatable.count"), errors);
}

function validateTopologyKeys(keys: readonly string[], path: string, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (key === "") errors.required(path, "");
    if (seen.has(key)) errors.duplicate(path, key);
    seen.add(key);
    checkLabelKey(key, path, errors);
  }
}
