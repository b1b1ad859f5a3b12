import { assertKnownOptions, type OptionNames } from '../arguments.js';
import type { ListOperationsRequest } from '../transport.js';

/** The fields, and those that a message of protobuf-es has besides. */
const fields: OptionNames<ListOperationsRequest> & { readonly $typeName: true; readonly $unknown: true } = {
  name: true,
  filter: true,
  pageSize: true,
  pageToken: true,
  returnPartialSuccess: true,
  $typeName: true,
  $unknown: true,
};

/**
 * Checks that a request has no other fields: with a misspelled filter it would list everything.
 *
 * @throws TypeError that names the field, and the most similar one that exists.
 */
export function assertListRequest(request: ListOperationsRequest): void {
  // Its own fields: a message of protobufjs inherits others.
  assertKnownOptions('list', { ...request }, fields);
}
