import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { BenchCluster } from "./bench-cluster.ts";
import { type Figure, median } from "./figures.ts";
import { trafficPods } from "./network.ts";

const ROUNDS = 3;
const SECONDS = 4;
const CONNECTIONS = 64;
const NGINX_PORT = 21_799;

interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** Small requests through the ingress, and in turn with it through nginx as a reverse proxy of the same server. It takes wrk and nginx. */
export async function ingressFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  const wrk = program("wrk");
  const nginx = program("nginx");
  const { serverIp } = await trafficPods(cluster);
  const status = JSON.parse(await cluster.kube("status", "--name", cluster.name, "-o", "json")) as {
    ingress: string[];
  };
  const host = "server.default.localhost";
  await using _ = await startNginx(nginx, serverIp);
  const own: Load[] = [];
  const others: Load[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    own.push(await load(wrk, `${status.ingress[0]}/`, host));
    others.push(await load(wrk, `http://127.0.0.1:${NGINX_PORT}/`, host));
  }
  const note = `median of ${ROUNDS}, ${CONNECTIONS} connections`;
  const perSecond = median(own.map((each) => each.perSecond));
  const ofNginx = median(others.map((each) => each.perSecond));
  return [
    { name: "ingress, small requests", value: perSecond, unit: "/s", aim: 15_000, better: "higher", note },
    { name: "ingress, p99", value: median(own.map(({ p99Ms }) => p99Ms)), unit: "ms", aim: 20, better: "lower", note },
    { name: "nginx, small requests", value: ofNginx, unit: "/s", better: "higher", note: "in turn with the ingress" },
    { name: "nginx, p99", value: median(others.map(({ p99Ms }) => p99Ms)), unit: "ms", better: "lower" },
    { name: "ingress / nginx", value: perSecond / ofNginx, unit: "x", better: "higher" },
  ];
}

function program(name: string): string {
  const path = Bun.which(name, { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` });
  if (path === null) throw new Error(`${name} is missing: install Debian's package ${name}`);
  return path;
}

/** As it is installed, with as many workers as there are cores and connections kept to the server. */
async function startNginx(nginx: string, serverIp: string): Promise<AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "kube-bench-nginx-"));
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  await Bun.write(
    join(folder, "nginx.conf"),
    `worker_processes auto; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  ${paths.join(" ")}
  access_log ${folder}/access.log;
  upstream server { server ${serverIp}:9002; keepalive 64; }
  server {
    listen 127.0.0.1:${NGINX_PORT};
    location / { proxy_pass http://server; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`,
  );
  const child = Bun.spawn([nginx, "-c", join(folder, "nginx.conf")], { stdio: ["ignore", "ignore", "inherit"] });
  const answers = async (): Promise<boolean> =>
    await fetch(`http://127.0.0.1:${NGINX_PORT}/`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`nginx ended with exit code ${child.exitCode}`);
    await Bun.sleep(20);
  }
  return {
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function load(wrk: string, url: string, host: string): Promise<Load> {
  const command = [wrk, "-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "--latency", "-H", `Host: ${host}`, url];
  const text = await new Response(Bun.spawn(command, { stdout: "pipe" }).stdout).text();
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(`Some requests failed: ${text}`);
  const [, latency = "", unit = ""] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  const factor = { us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN;
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]), p99Ms: Number(latency) * factor };
}
