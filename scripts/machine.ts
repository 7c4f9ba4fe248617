/** What the scripts need of the machine: programs, root, Debian's packages, a Docker engine. */
import { existsSync, openSync } from "node:fs";

export const isRoot = process.getuid?.() === 0;
export const hasApt = existsSync("/usr/bin/apt-get");

/** Runs a command, its output shown; throws with its exit code. */
export async function run(
  command: readonly string[],
  options: { cwd?: string; env?: Record<string, string | undefined> } = {},
): Promise<void> {
  const process = Bun.spawn([...command], { stdio: ["ignore", "inherit", "inherit"], ...options });
  const exitCode = await process.exited;
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with exit code ${exitCode}`);
}

/** Runs a command and returns what it printed; undefined when it failed or is not there. */
export async function output(command: readonly string[]): Promise<string | undefined> {
  try {
    const process = Bun.spawn([...command], { stdio: ["ignore", "pipe", "ignore"] });
    const text = await new Response(process.stdout).text();
    return (await process.exited) === 0 ? text : undefined;
  } catch {
    // Not installed: the same answer as a failure, and the caller says what is missing.
    return undefined;
  }
}

/** Installs Debian packages, or says what the user has to install. */
export async function installPackages(packages: readonly string[], reason: string): Promise<void> {
  if (!isRoot || !hasApt) {
    throw new Error(
      `${reason}. Install it yourself: ${packages.join(", ")} (on Debian and Ubuntu: sudo apt-get install ${packages.join(" ")})`,
    );
  }
  console.log(`Installing ${packages.join(", ")} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  if ((await output(["apt-cache", "show", ...packages])) === undefined)
    await run(["apt-get", "update", "-qq"], { env });
  await run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "-o=Dpkg::Use-Pty=0", ...packages], { env });
}

const DOCKER_SOCKET = "/var/run/docker.sock";
const DOCKERD_LOG = "/var/log/dockerd.log";

/** Sees to a Docker engine: one that answers already, else, as root on Debian or Ubuntu, one that is installed and started. */
export async function ensureDocker(): Promise<void> {
  if (await dockerAnswers()) return;
  if (process.env["DOCKER_HOST"])
    throw new Error(`DOCKER_HOST is ${process.env["DOCKER_HOST"]}, but no Docker engine answers there`);
  if (!isRoot) {
    throw new Error(
      existsSync(DOCKER_SOCKET)
        ? `You may not use the Docker engine at ${DOCKER_SOCKET}. Add yourself to its group: sudo usermod -aG docker $USER, then log in again`
        : "No Docker engine answers. Start Docker Desktop, or on Linux: sudo apt-get install docker.io && sudo systemctl start docker",
    );
  }
  // The Docker client alone (a package of that name, or a copied binary) does not help: what is needed is the daemon.
  if (Bun.which("dockerd") === null) await installPackages(["docker.io", "iptables"], "No Docker engine is installed");
  await startDockerd();
}

async function startDockerd(): Promise<void> {
  console.log("Starting the Docker engine ...");
  if (existsSync("/run/systemd/system")) await run(["systemctl", "start", "docker"]);
  else {
    const log = openSync(DOCKERD_LOG, "a");
    Bun.spawn(["setsid", "dockerd"], { stdio: ["ignore", log, log] }).unref();
  }
  const deadline = Date.now() + 60_000;
  while (!(await dockerAnswers())) {
    if (Date.now() > deadline) throw new Error(`The Docker engine did not answer within 60 s; see ${DOCKERD_LOG}`);
    await Bun.sleep(200);
  }
}

async function dockerAnswers(): Promise<boolean> {
  const host = process.env["DOCKER_HOST"];
  const socket =
    host === undefined || host === ""
      ? DOCKER_SOCKET
      : host.startsWith("unix://")
        ? host.slice("unix://".length)
        : undefined;
  const url = socket === undefined ? `${(host ?? "").replace(/^tcp:/, "http:")}/_ping` : "http://docker/_ping";
  try {
    const response = await fetch(url, {
      ...(socket === undefined ? {} : { unix: socket }),
      signal: AbortSignal.timeout(5000),
    });
    return response.ok;
  } catch {
    return false;
  }
}

/** nftables' `nft` sends traffic for Services to pods. */
export async function ensureNetfilter(): Promise<void> {
  if (process.platform !== "linux" || Bun.which("nft") !== null || existsSync("/usr/sbin/nft")) return;
  await installPackages(["nftables"], "The program nft is missing");
}

/** tmux is the terminal of the tests that drive the dashboard. */
export async function ensureTmux(): Promise<void> {
  if (Bun.which("tmux") === null) await installPackages(["tmux"], "The program tmux is missing");
}

/** The browser of the tests that look at the dashboard's pages. */
export async function ensureChromium(): Promise<void> {
  if (Bun.which("chromium") === null) await installPackages(["chromium"], "The program chromium is missing");
}

/** The tests ask servers with curl, too: another client than our own. */
export async function ensureCurl(): Promise<void> {
  if (Bun.which("curl") === null) await installPackages(["curl"], "The program curl is missing");
}

/** Images of the examples and tests are made of Debian's busybox and its libraries. */
export async function ensureBusybox(): Promise<void> {
  if (!existsSync("/bin/busybox")) await installPackages(["busybox"], "The program busybox is missing");
}
