import { expect, test } from "bun:test";

import { cidrText } from "../../lib/cidr.ts";
import { rangesInUse } from "./ranges-in-use.ts";

test("rangesInUse reads what other clusters' tables refuse, and leaves other tables alone", async () => {
  const answers: Record<string, string> = {
    "list tables ip": "table ip nat\ntable ip kube-one\ntable ip kube-two\n",
    "list chain ip kube-one refuse":
      'ip daddr 10.96.0.0/16 meta l4proto tcp reject with tcp reset\nip daddr 10.244.0.0/16 oifname != "x" reject',
  };
  const ranges = await rangesInUse((args) => Promise.resolve(answers[args.join(" ")]));
  expect(ranges.map(cidrText)).toEqual(["10.96.0.0/16", "10.244.0.0/16"]);
});

test("rangesInUse knows nothing where nft cannot be asked", async () => {
  expect(await rangesInUse(() => Promise.resolve(undefined))).toEqual([]);
});
