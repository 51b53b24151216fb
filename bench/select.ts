// SPDX-License-Identifier: Apache-2.0
// What selectors cost: events put to five trails, as delivery does it, with no selectors, with selectors of every kind, and with
// the plain way beside them (JSON.parse for every question). The counts of selected events must be equal.
import { gzipSync } from 'node:zlib';
import type { LoggedRecord } from '../src/ports/event-log.js';
import { selectsByTheBook } from '../src/trails/selectors/testing/reference-matcher.js';
import type { TrailSelectors } from '../src/trails/selectors/trail-selectors.js';
import { selectingTrails } from '../src/trails/selects-record.js';
import { TrailFold, type TrailRoute } from '../src/trails/trail-fold.js';
import { cpuMs } from './cpu-ms.js';
import { printTable } from './print-table.js';
import { benchDeliveryReader } from './select-delivery.js';
import { makeRecords } from './select-records.js';
import { advanced, basic, dataOfObjects, management, routesOf } from './select-trails.js';

const recordCount = 20_000;
const cpuMsPerRun = 1_000;
/** The plain way is slow: it gets a share of the records. */
const plainCount = 2_000;
const routesPerRun = 5;

/** How many of the trails get a record. */
type Select = (routes: readonly TrailRoute[], record: LoggedRecord) => number;

export async function benchSelect(): Promise<void> {
  const records = makeRecords(recordCount);
  const rows = scenarios.map(([name, selectors]) => {
    const routes = routesOf(selectors);
    const compiled = measure(routes, records, atOnce);
    const some = records.slice(0, plainCount);
    const plain = measure(routes, some, plainly);
    if (measure(routes, some, atOnce).selected !== plain.selected)
      throw new Error(`${name}: compiled selectors and the plain way select different events`);
    return { name, compiled, plain };
  });
  const fileUs = compressionUs(records);
  printTable(
    `Events put to five trails, ${recordCount} made-up events, 1 KB each, half of them data events`,
    [
      'selectors of the trails',
      'events/CPU s',
      'µs/event',
      'of delivery',
      'JSON.parse: events/CPU s',
      'times',
    ],
    rows.map(({ name, compiled, plain }) => [
      name,
      Math.round(compiled.perSecond).toLocaleString('en'),
      (1e6 / compiled.perSecond).toFixed(2),
      `${(100 * (1e6 / compiled.perSecond / (routesPerRun * fileUs))).toFixed(1)} %`,
      Math.round(plain.perSecond).toLocaleString('en'),
      `${(compiled.perSecond / plain.perSecond).toFixed(0)}x`,
    ]),
  );
  console.log(
    `"of delivery": against compressing the same events into log files of the five trails, ${fileUs.toFixed(1)} µs an event and trail\n`,
  );
  await benchDeliveryReader();
}

/** What it takes to make a trail's log file of events, in µs of processor time each. */
function compressionUs(records: readonly LoggedRecord[]): number {
  const text = Buffer.from(`{"Records":[${records.map(({ json }) => json).join(',')}]}`);
  const startedMs = cpuMs();
  gzipSync(text);
  return ((cpuMs() - startedMs) * 1_000) / records.length;
}

const atOnce: Select = (routes, record) => selectingTrails(routes, record).length;

const plainly: Select = (routes, record) =>
  routes.filter(({ selectors }) => selectsByTheBook(selectors ?? basic({}), record)).length;

const objects = (count: number) => [
  {
    Type: 'AWS::S3::Object',
    Values: Array.from({ length: count }, (_, i) => `arn:aws:s3:::app-bucket-${i}/in/`),
  },
];
const scenarios: readonly (readonly [name: string, selectors: readonly (TrailSelectors | undefined)[]])[] = [
  ['none', [undefined, undefined, undefined, undefined, undefined]],
  ['the default one, put', Array.from({ length: 5 }, () => basic({}))],
  [
    'reads or writes',
    ['ReadOnly', 'WriteOnly', 'All', 'ReadOnly', 'WriteOnly'].map((type) => basic({ ReadWriteType: type })),
  ],
  [
    'KMS left out',
    Array.from({ length: 5 }, () => basic({ ExcludeManagementEventSources: ['kms.amazonaws.com'] })),
  ],
  ['1 S3 prefix', Array.from({ length: 5 }, () => basic({ DataResources: objects(1) }))],
  [
    '250 S3 prefixes',
    Array.from({ length: 5 }, () => basic({ ReadWriteType: 'WriteOnly', DataResources: objects(250) })),
  ],
  [
    'advanced: writes of one bucket',
    Array.from({ length: 5 }, (_, i) =>
      advanced(
        [management, { Field: 'readOnly', Equals: ['false'] }],
        [
          ...dataOfObjects,
          { Field: 'readOnly', Equals: ['false'] },
          { Field: 'resources.ARN', StartsWith: [`arn:aws:s3:::app-bucket-${i}/`] },
        ],
      ),
    ),
  ],
  [
    'advanced: six fields, 480 values',
    Array.from({ length: 5 }, () =>
      advanced(
        [management],
        [
          ...dataOfObjects,
          { Field: 'eventName', NotStartsWith: ['List'], Equals: ['PutObject', 'GetObject', 'DeleteObject'] },
          { Field: 'userIdentity.arn', NotEndsWith: ['/scanner'] },
          {
            Field: 'resources.ARN',
            StartsWith: Array.from({ length: 470 }, (_, i) => `arn:aws:s3:::app-bucket-${i}/in/`),
          },
          { Field: 'eventType', NotEquals: ['AwsServiceEvent'] },
        ],
      ),
    ),
  ],
  [
    'one of each',
    [
      undefined,
      basic({ ReadWriteType: 'WriteOnly' }),
      basic({ DataResources: objects(250) }),
      advanced([management, { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] }]),
      advanced([...dataOfObjects, { Field: 'eventName', Equals: ['PutObject'] }]),
    ],
  ],
];

function measure(
  routes: readonly TrailRoute[],
  records: readonly LoggedRecord[],
  select: Select,
): { perSecond: number; selected: number } {
  const fold = new TrailFold(Object.fromEntries(routes.map((route) => [route.arn, route])));
  const once = (): number => {
    let selected = 0;
    for (const record of records) selected += select(fold.logging(record.accountId), record);
    return selected;
  };
  const selected = once();
  const startedMs = cpuMs();
  let rounds = 0;
  while (cpuMs() - startedMs < cpuMsPerRun) {
    once();
    rounds += 1;
  }
  return { perSecond: (rounds * records.length * 1_000) / (cpuMs() - startedMs), selected };
}
