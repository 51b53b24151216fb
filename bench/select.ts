// SPDX-License-Identifier: Apache-2.0
// What selectors cost: events put to five trails, as delivery does it, with no selectors, with selectors of every kind, and with
// the plain way beside them (JSON.parse for every question). The counts of selected events must be equal.
import { gzipSync } from 'node:zlib';
import type { LoggedRecord } from '../src/ports/event-log.js';
import { readAdvancedSelectors } from '../src/trails/selectors/advanced-selectors.js';
import { readBasicSelectors } from '../src/trails/selectors/basic-selectors.js';
import { selectsByTheBook } from '../src/trails/selectors/testing/reference-matcher.js';
import type { TrailSelectors } from '../src/trails/selectors/trail-selectors.js';
import { selectsRecord } from '../src/trails/selects-record.js';
import { TrailFold, type TrailRoute } from '../src/trails/trail-fold.js';
import { benchAccountId, RecordGenerator } from './generate-events.js';
import { printTable } from './print-table.js';

const recordCount = 20_000;
const cpuMsPerRun = 1_000;
/** The plain way is slow: it gets a share of the records. */
const plainCount = 2_000;
const routesPerRun = 5;
const region = 'us-east-1';

type Select = (route: TrailRoute, record: LoggedRecord) => boolean;

export async function benchSelect(): Promise<void> {
  const records = makeRecords();
  const rows = scenarios.map(([name, selectors]) => {
    const routes = routesOf(selectors);
    const compiled = measure(routes, records, selectsRecord);
    const some = records.slice(0, plainCount);
    const plain = measure(routes, some, plainly);
    if (measure(routes, some, selectsRecord).selected !== plain.selected)
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
}

/** What it takes to make a trail's log file of events, in µs of processor time each. */
function compressionUs(records: readonly LoggedRecord[]): number {
  const text = Buffer.from(`{"Records":[${records.map(({ json }) => json).join(',')}]}`);
  const startedMs = cpuMs();
  gzipSync(text);
  return ((cpuMs() - startedMs) * 1_000) / records.length;
}

function plainly(route: TrailRoute, record: LoggedRecord): boolean {
  if (record.accountId !== route.accountId) return false;
  return selectsByTheBook(route.selectors ?? basic({}), record);
}

function basic(...inputs: Parameters<typeof readBasicSelectors>[0]): TrailSelectors {
  return { kind: 'basic', selectors: readBasicSelectors(inputs) };
}

function advanced(...fieldSelectors: object[][]): TrailSelectors {
  const inputs = fieldSelectors.map((FieldSelectors) => ({ FieldSelectors }));
  return { kind: 'advanced', selectors: readAdvancedSelectors(inputs, 'trail') };
}

const objects = (count: number) => [
  {
    Type: 'AWS::S3::Object',
    Values: Array.from({ length: count }, (_, i) => `arn:aws:s3:::app-bucket-${i}/in/`),
  },
];
const data = [
  { Field: 'eventCategory', Equals: ['Data'] },
  { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
];
const management = { Field: 'eventCategory', Equals: ['Management'] };

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
          ...data,
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
          ...data,
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
      advanced([...data, { Field: 'eventName', Equals: ['PutObject'] }]),
    ],
  ],
];

function routesOf(selectors: readonly (TrailSelectors | undefined)[]): TrailRoute[] {
  return selectors.map((each, index) => ({
    arn: `arn:aws:cloudtrail:${region}:${benchAccountId}:trail/trail-${index}`,
    accountId: benchAccountId,
    homeRegion: region,
    createdAtMs: index,
    bucket: 'logs',
    isMultiRegion: true,
    includeGlobal: true,
    isLogging: true,
    ...(each === undefined ? {} : { selectors: each }),
  }));
}

function measure(
  routes: readonly TrailRoute[],
  records: readonly LoggedRecord[],
  select: Select,
): { perSecond: number; selected: number } {
  const fold = new TrailFold(Object.fromEntries(routes.map((route) => [route.arn, route])));
  const once = (): number => {
    let selected = 0;
    for (const record of records) {
      for (const route of fold.logging(record.accountId)) if (select(route, record)) selected += 1;
    }
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

/** Processor time, so that neighbours on the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Every second one a data event on one of a thousand prefixes. Flat strings, as they come out of the log. */
function makeRecords(): LoggedRecord[] {
  const generator = new RecordGenerator(1);
  return Array.from({ length: recordCount }, (_, i) => {
    const json = generator.next({ region, eventTimeMs: Date.UTC(2026, 10, 1) + i });
    const isData = i % 2 === 1;
    const text = isData ? toDataEvent(json, i) : json;
    return {
      accountId: benchAccountId,
      region,
      category: isData ? 'Data' : 'Management',
      json: Buffer.from(text).toString(),
    };
  });
}

const objectCalls = ['GetObject', 'PutObject', 'HeadObject', 'DeleteObject', 'ListObjects'];

function toDataEvent(json: string, index: number): string {
  const name = objectCalls[index % objectCalls.length] as string;
  const record = JSON.parse(json) as Record<string, unknown>;
  const bucket = `app-bucket-${index % 1_000}`;
  const key = `in/${index}`;
  return JSON.stringify({
    ...record,
    eventSource: 's3.amazonaws.com',
    eventName: name,
    requestParameters: { bucketName: bucket, Host: 's3.us-east-1.amazonaws.com', key },
    readOnly: !/^(Put|Delete)/.test(name),
    resources: [
      { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` },
      { accountId: benchAccountId, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
    ],
    managementEvent: false,
    eventCategory: 'Data',
  });
}
