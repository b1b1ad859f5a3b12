/**
 * Decodes operations that are received other than through a transport.
 *
 * @module longrunning/wire
 */
export { parseOperation } from './parse.js';
export type { Any, JsonValue } from '../any.js';
export type { Status, StatusDetail } from '../status.js';
export type { RawOperation } from '../transport.js';
