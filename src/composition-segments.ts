// SPDX-License-Identifier: Apache-2.0
import { ParquetEventSegments } from './adapters/event-segments/parquet/parquet-event-segments.js';
import { dataKeysOf } from './composition-keys.js';
import type { LocalCairn } from './composition-local.js';
import type { Undo } from './composition-undo.js';
import type { Metrics } from './http/metrics.js';
import {
  type EventDataStores,
  startEventDataStores,
} from './pipelines/event-data-stores/start-event-data-stores.js';
import { storeSegmentKeys } from './pipelines/event-data-stores/store-segment-keys.js';
import {
  type HistorySegments,
  historyStream,
  startHistorySegments,
} from './pipelines/history-segments/start-history-segments.js';
import type { EventSegments, SegmentKeys, SegmentSnapshot } from './ports/event-segments.js';
import type { OperatorLog } from './ports/operator-log.js';

type Local = Pick<
  LocalCairn,
  'directory' | 'eventLog' | 'stateStore' | 'eventStore' | 'indexer' | 'clock' | 'secretBox'
>;

/** The columnar copies of records, and the pipelines that keep them. */
export interface RunningSegments {
  readonly segments: EventSegments;
  readonly history: HistorySegments;
  readonly eventDataStores: EventDataStores;
  /**
   * The segments of a stream, with everything in them that was recorded before the call. The freshest second is brought over
   * first; `signal` ends the waiting for it.
   */
  segmentsFor(stream: string, signal?: AbortSignal): Promise<SegmentSnapshot>;
}

/** The keys of event data stores that have a KMS key. */
export function segmentKeysOf(
  local: Pick<Local, 'eventLog' | 'stateStore' | 'secretBox' | 'clock'>,
): SegmentKeys {
  return storeSegmentKeys({ dataKeys: dataKeysOf(local), secretBox: local.secretBox });
}

export async function startSegmentsOf(
  local: Local,
  { historyMs }: { readonly historyMs: number },
  log: OperatorLog,
  undo: Undo,
): Promise<RunningSegments> {
  const segments = new ParquetEventSegments(local.directory.segments, log, segmentKeysOf(local));
  undo.add(() => segments.close());
  const eventDataStores = await startEventDataStores({ ...local, segments, log });
  undo.add(() => eventDataStores.stop());
  const history = startHistorySegments({ ...local, segments, historyMs, log });
  undo.add(() => history.stop());
  const historyPrefix = historyStream('');
  return {
    segments,
    history,
    eventDataStores,
    segmentsFor: async (stream, signal) => {
      await (stream.startsWith(historyPrefix) ? history : eventDataStores).caughtUp(signal);
      return segments.snapshot(stream);
    },
  };
}

export function addSegmentMetrics(
  metrics: Metrics,
  { segments, history, eventDataStores }: RunningSegments,
): void {
  metrics.gauge(
    'cairn_segments_behind_events',
    'Events of the history that have no segment for SQL yet, as counted last',
    () => history.behindEvents(),
  );
  metrics.gauge(
    'cairn_event_data_stores_waiting_events',
    'Events that event data stores have selected and that have no segment yet',
    () => eventDataStores.waitingRecords(),
  );
  metrics.gauge('cairn_segment_bytes', 'Segments for SQL on disk, in bytes', () =>
    segments.streams().reduce((sum, { bytes }) => sum + bytes, 0),
  );
}
