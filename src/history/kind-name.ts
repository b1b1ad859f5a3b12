import type { OperationKind } from '../polling/duration-history.js';

/** A kind as one string: the key, or what is known of endpoint and types, such as `host Response Metadata`. */
export function kindName(kind: OperationKind): string {
  if (typeof kind === 'string') return kind;
  const { apiEndpoint = '*', responseType = '*', metadataType = '*' } = kind;
  return `${apiEndpoint} ${responseType} ${metadataType}`;
}
