/**
 * OpenTelemetry: spans and metrics of waits and of their requests.
 *
 * @module longrunning/otel
 */
export { traced } from './traced.js';
export type { TelemetryOptions } from './telemetry.js';
