import { expect, test } from "bun:test";

import { parseCidr } from "../lib/cidr.ts";
import { PodAddresses } from "./ipam.ts";

function addressesOf(text: string): PodAddresses {
  const cidr = parseCidr(text);
  if (!cidr) throw new Error(text);
  return new PodAddresses(cidr);
}

test("PodAddresses leaves out the network, its gateway and the broadcast address", () => {
  const addresses = addressesOf("10.244.0.0/29");
  const given = ["a", "b", "c", "d", "e", "f"].map((uid) => addresses.allocate(uid));
  expect(given).toEqual(["10.244.0.2", "10.244.0.3", "10.244.0.4", "10.244.0.5", "10.244.0.6", undefined]);
});

test("PodAddresses gives a pod the same address until it is released", () => {
  const addresses = addressesOf("10.244.0.0/24");
  expect(addresses.allocate("a")).toBe("10.244.0.2");
  expect(addresses.allocate("a")).toBe("10.244.0.2");
});

test("PodAddresses gives a freed address again as late as possible", () => {
  const addresses = addressesOf("10.244.0.0/29");
  addresses.allocate("a");
  addresses.release("a");
  expect(["b", "c", "d", "e", "f"].map((uid) => addresses.allocate(uid))).toEqual([
    "10.244.0.3",
    "10.244.0.4",
    "10.244.0.5",
    "10.244.0.6",
    "10.244.0.2",
  ]);
});

test("PodAddresses never gives away what a running pod has", () => {
  const addresses = addressesOf("10.244.0.0/29");
  addresses.adopt("old", "10.244.0.3");
  addresses.adopt("foreign", "192.0.2.1");
  expect(addresses.allocate("old")).toBe("10.244.0.3");
  expect(["a", "b", "c", "d", "e"].map((uid) => addresses.allocate(uid))).toEqual([
    "10.244.0.4",
    "10.244.0.5",
    "10.244.0.6",
    "10.244.0.2",
    undefined,
  ]);
});
