// SPDX-License-Identifier: Apache-2.0
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Answers take from half a millisecond (a durable small call) to minutes (an upload). */
const durationBucketsS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5, 30];

/** What /metrics shows, in Prometheus' text form. Label values come from models, never from callers. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests: Counter<'service' | 'operation' | 'code'>;
  readonly durations: Histogram<'service'>;
  readonly refused: Counter<'code'>;
  readonly recorded: Counter<'category'>;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Counter({
      name: 'cairn_requests_total',
      help: 'Answered AWS calls by service, operation and error code (empty: success)',
      labelNames: ['service', 'operation', 'code'],
      registers,
    });
    this.durations = new Histogram({
      name: 'cairn_request_duration_seconds',
      help: 'Time from the request to its answer, in seconds',
      labelNames: ['service'],
      buckets: durationBucketsS,
      registers,
    });
    this.refused = new Counter({
      name: 'cairn_refused_calls_total',
      help: 'Calls whose signature names nobody, by error code (see the security log)',
      labelNames: ['code'],
      registers,
    });
    this.recorded = new Counter({
      name: 'cairn_recorded_events_total',
      help: 'Records appended to the event log by calls, by event category',
      labelNames: ['category'],
      registers,
    });
  }

  /** A value that is read when somebody asks for it. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** One value for each value of a label. */
  gauges(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        for (const [of, value] of Object.entries(read())) this.set({ [label]: of }, value);
      },
    });
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
