import { createPollerFrom, type PollerFrom } from '../gax/poller-from.js';
import { createTelemetry, type TelemetryOptions } from './telemetry.js';
import { traced } from './traced.js';

/**
 * Creates a `pollerFrom()`, as that of `longrunning/gax`, whose pollers are traced like those of {@link traced}.
 *
 * google-gax does not say which method started an operation: `startingMethod` is a text, or a function that knows it by
 * the type of the response or the metadata.
 *
 * @param telemetry - the providers; the global ones by default.
 * @throws TypeError if an option is invalid.
 *
 * @example
 * ```ts
 * const pollerFrom = tracedPollerFrom({ startingMethod: 'Agents.ExportAgent' });
 * const [operation] = await agents.exportAgent(request);
 * const response = await pollerFrom(operation).promise();
 * ```
 */
export function tracedPollerFrom(telemetry: TelemetryOptions = {}): PollerFrom {
  createTelemetry(telemetry); // checks the options now, not with the first operation
  return createPollerFrom((transport) => traced({ transport }, telemetry));
}
