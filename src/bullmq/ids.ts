/**
 * Identifies an operation among all services. It is the id of its job in the queue of ended operations: BullMQ's ids must not
 * contain a colon, which names may.
 */
export function operationId(service: string, name: string): string {
  return nodeCrypto().hash('sha256', `${service}\n${name}`, 'base64url').slice(0, 22);
}

/** A new id of a batch. It begins with a letter, since BullMQ's ids must not be numbers. */
export function newBatchId(): string {
  return `b${nodeCrypto().randomBytes(9).toString('base64url')}`;
}

/** Loaded with the first call: an import of the package loads no module of Node.js. */
const nodeCrypto = () => process.getBuiltinModule('node:crypto');
