import { expect, test } from "bun:test";

import { creationProblems, defaulted, updateProblems } from "../../testing/kind-checks.ts";

/** Wording and paths follow upstream's pkg/apis/batch/validation; objects in, problems out. */
const CREATIONS: [name: string, yaml: string, problems: string[]][] = [
  [
    "Job",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } } }
`,
    [],
  ],
  [
    "Job whose pods run for ever",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { template: { spec: { containers: [{ name: a, image: x }] } } }
`,
    ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  ],
  [
    "Job with numbers out of range",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } }, parallelism: -1, completions: -2, activeDeadlineSeconds: -3, backoffLimit: -4, ttlSecondsAfterFinished: -5 }
`,
    [
      "spec.parallelism: Invalid value: -1: must be greater than or equal to 0",
      "spec.completions: Invalid value: -2: must be greater than or equal to 0",
      "spec.activeDeadlineSeconds: Invalid value: -3: must be greater than or equal to 0",
      "spec.backoffLimit: Invalid value: -4: must be greater than or equal to 0",
      "spec.ttlSecondsAfterFinished: Invalid value: -5: must be greater than or equal to 0",
    ],
  ],
  [
    "Job with a label of another",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { template: { metadata: { labels: { job-name: other } }, spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } } }
`,
    [
      'spec.template.metadata.labels[job-name]: Invalid value: {"controller-uid":"u1","job-name":"other","batch.kubernetes.io/controller-uid":"u1","batch.kubernetes.io/job-name":"sum"}: must be \'sum\'',
    ],
  ],
  [
    "Job with a selector of its own without asking for it",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } }, selector: { matchLabels: { app: web } } }
`,
    [
      'spec.selector: Invalid value: {"matchLabels":{"batch.kubernetes.io/controller-uid":"u1","app":"web"}}: `selector` not auto-generated',
      'spec.template.metadata.labels: Invalid value: {"controller-uid":"u1","job-name":"sum","batch.kubernetes.io/controller-uid":"u1","batch.kubernetes.io/job-name":"sum"}: `selector` does not match template `labels`',
    ],
  ],
  [
    "Job with a manual selector that selects others",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } }, manualSelector: true, selector: { matchLabels: { app: web } } }
`,
    ["spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`"],
  ],
  [
    "Job of a mode that does not fit",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } }, completionMode: Indexed, parallelism: 100001, maxFailedIndexes: 1 }
`,
    [
      "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
      "spec.completions: Required value: when completion mode is Indexed",
      "spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed",
    ],
  ],
  [
    "Job with a backoff limit for indexes it does not have",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } }, backoffLimitPerIndex: 1, managedBy: me, successPolicy: { rules: [] } }
`,
    [
      'spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")',
      "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode",
      'spec.successPolicy: Invalid value: {"rules":[]}: requires indexed completion mode',
    ],
  ],
  [
    "Job with a bad failure policy",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { 
  template: { spec: { restartPolicy: OnFailure, containers: [{ name: a, image: x }] } },
  podReplacementPolicy: TerminatingOrFailed,
  podFailurePolicy: { rules: [
    { action: FailIndex, onExitCodes: { operator: In, values: [3, 0, 3], containerName: b } },
    { action: Retry },
    { action: Count, onExitCodes: { operator: In, values: [1] }, onPodConditions: [{ type: X, status: Maybe }] }] } }
`,
    [
      'spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
      'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "b": must be one of the container or initContainer names in the pod template',
      "spec.podFailurePolicy.rules[0].onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator",
      "spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 3",
      "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,0,3]: must be ordered",
      'spec.podFailurePolicy.rules[1].action: Unsupported value: "Retry": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
      "spec.podFailurePolicy.rules[1]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
      'spec.podFailurePolicy.rules[2].onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
      "spec.podFailurePolicy.rules[2]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported",
      'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
      'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
    ],
  ],
  [
    "Job with a bad success policy",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } }, completionMode: Indexed, completions: 5, successPolicy: { rules: [{}, { succeededIndexes: "0-2,2" }, { succeededIndexes: "1,9" }, { succeededIndexes: "0-1", succeededCount: 3 }, { succeededCount: 6 }] } }
`,
    [
      "spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified",
      'spec.successPolicy.rules[1].succeededIndexes: Invalid value: "0-2,2": error parsing succeededIndexes: non-increasing order, previous: 2, current: 2',
      'spec.successPolicy.rules[2].succeededIndexes: Invalid value: "1,9": error parsing succeededIndexes: too large index: "9"',
      "spec.successPolicy.rules[3].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)",
      "spec.successPolicy.rules[4].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)",
    ],
  ],
  [
    "CronJob",
    `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec: { schedule: "*/5 * * * mon-fri", timeZone: Europe/Madrid, jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } } } } }
`,
    [],
  ],
  [
    "CronJob with much wrong",
    `
apiVersion: batch/v1
kind: CronJob
metadata: { name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }
spec: { schedule: "* * * *", timeZone: Europe/Nowhere, concurrencyPolicy: Maybe, startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -2, failedJobsHistoryLimit: -3, jobTemplate: { spec: { manualSelector: true, selector: { matchLabels: { a: b } }, template: { spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } } } } }
`,
    [
      'spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]',
      "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
      'spec.timeZone: Invalid value: "Europe/Nowhere": unknown time zone Europe/Nowhere',
      'spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"',
      'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
      'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
      "spec.successfulJobsHistoryLimit: Invalid value: -2: must be greater than or equal to 0",
      "spec.failedJobsHistoryLimit: Invalid value: -3: must be greater than or equal to 0",
      'metadata.name: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": must be no more than 52 characters',
    ],
  ],
  [
    "CronJob with a time zone in its schedule",
    `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec: { schedule: "TZ=UTC 0 0 * * *", jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } } } } }
`,
    [
      'spec.schedule: Invalid value: "TZ=UTC 0 0 * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ],
  ],
];

test.each(CREATIONS)("creation of a %s", (_name, yaml, problems) => {
  expect(creationProblems(yaml)).toEqual(problems);
});

const UPDATES: [name: string, old: string, changed: string, problems: string[]][] = [
  [
    "Job that runs more pods at once",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { manualSelector: true, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } }, completions: 3 }
`,
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { manualSelector: true, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } }, completions: 3, parallelism: 2 }
`,
    [],
  ],
  [
    "Job of other completions",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { manualSelector: true, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } }, completions: 3 }
`,
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { manualSelector: true, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } }, completions: 4, completionMode: Indexed }
`,
    [
      "spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism",
      'spec.completionMode: Invalid value: "Indexed": field is immutable',
    ],
  ],
  [
    "Job that waits and is sent elsewhere",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { manualSelector: true, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } }, suspend: true }
`,
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec: { manualSelector: true, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { restartPolicy: Never, containers: [{ name: a, image: x }], nodeSelector: { disk: ssd }, affinity: { nodeAffinity: {} } } }, suspend: true }
`,
    [],
  ],
];

test.each(UPDATES)("update of a %s", (_name, old, changed, problems) => {
  expect(updateProblems(old, changed)).toEqual(problems);
});

const manualJob = (image: string): string => `
apiVersion: batch/v1
kind: Job
metadata: { name: sum, uid: u1 }
spec:
  manualSelector: true
  selector: { matchLabels: { a: b } }
  template: { metadata: { labels: { a: b } }, spec: { restartPolicy: Never, containers: [{ name: a, image: ${image} }] } }`;

test("an update of a Job that runs cannot change its template", () => {
  expect(updateProblems(manualJob("x:1"), manualJob("x:2"))).toEqual([
    expect.stringMatching(/^spec\.template: Invalid value: \{.*\}: field is immutable$/),
  ]);
});

test("defaults of a Job", () => {
  const job = defaulted(`
apiVersion: batch/v1
kind: Job
metadata: { name: sum }
spec: { template: { metadata: { labels: { app: sum } }, spec: { containers: [{ name: a, image: x }] } } }`);
  expect(job).toMatchObject({
    metadata: { labels: { app: "sum" } },
    spec: {
      backoffLimit: 6,
      completionMode: "NonIndexed",
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: "TerminatingOrFailed",
      suspend: false,
    },
  });
});
