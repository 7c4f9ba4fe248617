import { persistentvolumeclaims, persistentvolumes } from "../../api/resources.ts";
import type { PersistentVolume } from "../../api/types/core-v1.ts";
import { type Finding, note, run, wrong } from "../finding.ts";
import type { Snapshot } from "../snapshot.ts";
import { subject } from "../subject.ts";

export const volumeSubject = subject<PersistentVolume>({
  type: persistentvolumes,
  state: ({ spec, status }) =>
    `${status?.phase ?? "Pending"}${spec?.claimRef ? `, of the claim ${spec.claimRef.namespace}/${spec.claimRef.name}` : ""}`,
  findings: (volume, snapshot) => {
    switch (volume.status?.phase) {
      case "Released":
        return [released(volume, snapshot)];
      case "Failed":
        return [
          wrong("ReclaimFailed", "it could not be taken back after its claim was deleted", {
            evidence: [volume.status.message],
          }),
        ];
      default:
        return [];
    }
  },
});

function released({ metadata, spec }: PersistentVolume, snapshot: Snapshot): Finding {
  const { name = "", namespace = "" } = spec?.claimRef ?? {};
  const again = snapshot.find(persistentvolumeclaims, name, namespace);
  return note(
    "Released",
    `its claim ${namespace}/${name} is gone, and it keeps the data (${spec?.persistentVolumeReclaimPolicy}): no other claim gets it`,
    {
      evidence: [again ? "There is a claim of that name again, which is not the same one" : undefined],
      remedies: [
        run(
          "let the next claim that fits have it",
          `kube patch pv ${metadata.name} --type=json -p '[{"op":"remove","path":"/spec/claimRef"}]'`,
        ),
      ],
    },
  );
}
