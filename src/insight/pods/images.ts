import { secrets } from "../../api/resources.ts";
import type { Container, ContainerStateWaiting, Pod } from "../../api/types/core-v1.ts";
import { advice, type Finding, type Remedy, run, wrong } from "../finding.ts";
import { latestEvent, type Snapshot } from "../snapshot.ts";

/** Why an image cannot be had. */
export function imageFinding(
  pod: Pod,
  { image = "" }: Container,
  { reason, message = "" }: ContainerStateWaiting,
  snapshot: Snapshot,
  subject: string,
): Finding {
  if (reason === "InvalidImageName")
    return wrong("ImageNameInvalid", `${subject}: ${JSON.stringify(image)} is no name of an image`, {
      evidence: [message],
      remedies: [advice("write it as name:tag, in lower case, with the registry before it if there is one")],
    });
  if (reason === "ErrImageNeverPull")
    return wrong(
      "ImageNotHere",
      `${subject}: the image ${JSON.stringify(image)} is not on the node, and imagePullPolicy Never forbids to pull it`,
      {
        remedies: [
          run("make it in the local engine", `docker build -t ${image} .`),
          advice("or leave imagePullPolicy out"),
        ],
      },
    );
  const told = /^Back-off pulling image "[^"]*"$/.test(message) ? latestFailure(pod, image, snapshot) : message;
  const { why, remedies } = cause(told, image, pod, snapshot);
  return wrong(
    "ImagePullFailed",
    `${subject}: the image ${JSON.stringify(image)} cannot be pulled${why === "" ? "" : `: ${why}`}`,
    {
      evidence: [told],
      remedies,
    },
  );
}

/** The reason of a back-off is told in the event before it. */
function latestFailure(pod: Pod, image: string, snapshot: Snapshot): string {
  const failed = snapshot
    .eventsOf(pod)
    .findLast(
      ({ reason, message = "" }) =>
        reason === "Failed" && message.includes(`"${image}"`) && !message.includes("Back-off"),
    );
  return failed?.message ?? latestEvent(snapshot, pod, "Failed")?.message ?? "";
}

interface Cause {
  readonly why: string;
  readonly remedies: readonly Remedy[];
}

function cause(message: string, image: string, pod: Pod, snapshot: Snapshot): Cause {
  const build = run("if it is your own, make it in the local engine", `docker build -t ${image} .`);
  const missing = missingPullSecrets(pod, snapshot);
  if (missing.length > 0)
    return {
      why: `its imagePullSecrets name ${missing.join(", ")}, which does not exist`,
      remedies: [pullSecret(missing[0] ?? "", pod)],
    };
  if (/unauthorized|authentication required|pull access denied|denied: requested access|no basic auth/i.test(message))
    return {
      why: "there is no such image, or it takes credentials to have it",
      remedies: [advice("see that its name and tag are right"), build, pullSecret("regcred", pod)],
    };
  if (/manifest unknown|not found|does not exist/i.test(message))
    return { why: "there is no such image or tag", remedies: [advice("see that its name and tag are right"), build] };
  if (/no matching manifest|exec format/i.test(message))
    return {
      why: "it is not made for this processor",
      remedies: [
        run("make it for this one", `docker build --platform linux/$(dpkg --print-architecture) -t ${image} .`),
      ],
    };
  if (/toomanyrequests|rate limit/i.test(message))
    return {
      why: "the registry lets nobody pull that often",
      remedies: [run("log in, or pull it once by hand", `docker pull ${image}`)],
    };
  if (
    /no such host|server misbehaving|dial tcp|i\/o timeout|connection refused|network is unreachable|TLS handshake timeout|context deadline|request canceled/i.test(
      message,
    )
  )
    return {
      why: "its registry cannot be reached",
      remedies: [advice("see that this machine is online, and the registry's name is right"), build],
    };
  if (/x509|certificate/i.test(message))
    return {
      why: "the certificate of its registry is not trusted",
      remedies: [advice("give the engine the registry's CA in /etc/docker/certs.d")],
    };
  if (/http: server gave HTTP response to HTTPS client/i.test(message))
    return {
      why: "its registry speaks plain HTTP",
      remedies: [advice('name it under "insecure-registries" in /etc/docker/daemon.json')],
    };
  if (/no space left/i.test(message))
    return { why: "the disk is full", remedies: [run("make room", "docker system prune")] };
  return { why: "", remedies: [run("see what the engine says", `docker pull ${image}`)] };
}

function missingPullSecrets(pod: Pod, snapshot: Snapshot): readonly string[] {
  if (!snapshot.knows(secrets)) return [];
  const names = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name }) => name ?? []);
  return names.filter((name) => !snapshot.find(secrets, name, pod.metadata.namespace));
}

const pullSecret = (name: string, { metadata }: Pod): Remedy =>
  run(
    "give the pod credentials, and name them in spec.imagePullSecrets",
    `kube create secret docker-registry ${name} --docker-server=REGISTRY --docker-username=USER --docker-password=PASSWORD`,
    metadata.namespace,
  );
