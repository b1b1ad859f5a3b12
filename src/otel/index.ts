/**
 * OpenTelemetry: spans and metrics of waits and of their requests.
 *
 * @module longrunning/otel
 */
export { traced } from './traced.js';
export { tracedPollerFrom } from './traced-poller-from.js';
export type { TelemetryOptions, TracedOperation } from './telemetry.js';
