/**
 * One call that starts an operation, waits for it and returns its response: for any function that gets the state of one.
 *
 * @module longrunning/wait-for
 */
export { waitFor } from './wait-for.js';
export type { Start, StartCallOptions, StartFunction, WaitForOptions } from './options.js';
