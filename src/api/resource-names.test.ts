import { expect, test } from "bun:test";

import {
  isContainerResource,
  isExtendedResource,
  isIntegerResource,
  isOvercommitAllowed,
  isQuotaResource,
  isStandardResource,
} from "./resource-names.ts";

test.each([
  ["cpu", { container: true, quota: true, standard: true, extended: false, integer: false, overcommit: true }],
  ["storage", { container: false, quota: false, standard: true, extended: false, integer: false, overcommit: true }],
  ["pods", { container: false, quota: true, standard: true, extended: false, integer: true, overcommit: true }],
  ["limits.cpu", { container: false, quota: true, standard: true, extended: false, integer: false, overcommit: true }],
  [
    "requests.storage",
    { container: false, quota: true, standard: true, extended: false, integer: false, overcommit: true },
  ],
  [
    "hugepages-2Mi",
    { container: true, quota: true, standard: true, extended: false, integer: false, overcommit: false },
  ],
  [
    "example.com/gpu",
    { container: false, quota: false, standard: false, extended: true, integer: true, overcommit: false },
  ],
  [
    "requests.example.com/gpu",
    { container: false, quota: false, standard: false, extended: false, integer: false, overcommit: false },
  ],
  [
    "kubernetes.io/batch-cpu",
    { container: false, quota: false, standard: false, extended: false, integer: false, overcommit: true },
  ],
])("the name %s says what the resource is", (name, expected) => {
  expect({
    container: isContainerResource(name),
    quota: isQuotaResource(name),
    standard: isStandardResource(name),
    extended: isExtendedResource(name),
    integer: isIntegerResource(name),
    overcommit: isOvercommitAllowed(name),
  }).toEqual(expected);
});
