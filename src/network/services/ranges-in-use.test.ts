import { expect, test } from "bun:test";

import { cidrText } from "../../lib/cidr.ts";
import { rangesInUse } from "./ranges-in-use.ts";

test("rangesInUse reads what other clusters have taken in each proxy mode, and leaves other rules alone", async () => {
  const answers: Record<string, string> = {
    "nft list tables ip": "table ip nat\ntable ip kube-one\ntable ip kube-two\n",
    "nft list chain ip kube-one refuse":
      'ip daddr 10.96.0.0/16 meta l4proto tcp reject with tcp reset\nip daddr 10.244.0.0/16 oifname != "x" reject',
    "iptables -w 10 -t filter -S":
      "-A FORWARD -d 10.1.0.0/16 -j DROP\n-A kube-x1-refuse -d 10.97.0.0/16 -p tcp -j REJECT --reject-with tcp-reset\n",
    "ip -4 route show table local type local":
      "local 127.0.0.0/8 dev lo scope host\nlocal 10.98.0.0/16 dev lo scope host \n",
  };
  const ranges = await rangesInUse((command) => Promise.resolve(answers[command.join(" ")]));
  expect(ranges.map(cidrText)).toEqual([
    "10.96.0.0/16",
    "10.244.0.0/16",
    "10.97.0.0/16",
    "127.0.0.0/8",
    "10.98.0.0/16",
  ]);
});

test("rangesInUse knows nothing where nobody can be asked", async () => {
  expect(await rangesInUse(() => Promise.resolve(undefined))).toEqual([]);
});
