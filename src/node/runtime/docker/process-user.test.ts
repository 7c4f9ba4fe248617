import { expect, test } from "bun:test";

import { processUser, userOf } from "./process-user.ts";

const status = (groups: string): string =>
  `Name:\tsleep\nUmask:\t0022\nTgid:\t42\nUid:\t0\t1000\t1000\t1000\nGid:\t0\t3000\t3000\t3000\nGroups:\t${groups}\nNStgid:\t42\n`;

test("userOf reads who a process is", () => {
  expect(userOf(status("3000 4000 "))).toEqual({ uid: 1000, gid: 3000, supplementalGroups: [3000, 4000] });
  expect(userOf(status(" "))).toEqual({ uid: 1000, gid: 3000, supplementalGroups: [] });
  expect(userOf("Name:\tsleep\n")).toBeUndefined();
});

test("processUser tells nothing of processes that are not the container's", async () => {
  expect(await processUser(process.pid, "no-such-container")).toBeUndefined();
  expect(await processUser(2 ** 30, "no-such-process")).toBeUndefined();
});
