import { Code } from '../status.js';

/** Returns the parent of an operation, or undefined if it has none that can be listed. */
export type ParentOf = (name: string) => string | undefined;

/** By convention, the parent of `projects/p/locations/l/operations/123` is `projects/p/locations/l`. */
export function conventionalParent(name: string): string | undefined {
  const at = name.lastIndexOf('/');
  const parent = name.slice(0, at);
  return at < name.length - 1 && parent.length > collection.length && parent.endsWith(collection)
    ? parent.slice(0, -collection.length)
    : undefined;
}

/** The names to list a parent by, in the order to try: services expect either the parent or its collection. */
export function conventionalListNames(parent: string): readonly string[] {
  return [parent, parent + collection];
}

/** The names left to try after listing by the first one failed. All of them if the failure does not concern the name. */
export function listNamesAfterFailure(names: readonly string[], code: Code): readonly string[] {
  if (code === Code.PERMISSION_DENIED) return [];
  return listUnsupportedCodes.includes(code) ? names.slice(1) : names;
}

const collection = '/operations';

/** The service has no ListOperations, or does not accept the name. */
const listUnsupportedCodes: readonly Code[] = [Code.UNIMPLEMENTED, Code.INVALID_ARGUMENT, Code.NOT_FOUND];
