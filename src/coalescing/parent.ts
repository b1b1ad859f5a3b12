/** Names the parent of an operation; undefined: it has none that could be listed. */
export type ParentOf = (name: string) => string | undefined;

/** By the convention: `projects/p/locations/l` of `projects/p/locations/l/operations/123`. */
export function conventionalParent(name: string): string | undefined {
  const at = name.lastIndexOf('/');
  const parent = name.slice(0, at);
  return at < name.length - 1 && parent.length > collection.length && parent.endsWith(collection)
    ? parent.slice(0, -collection.length)
    : undefined;
}

/** Services differ in whether they want the parent itself or the collection in it. */
export function conventionalListNames(parent: string): readonly string[] {
  return [parent, parent + collection];
}

const collection = '/operations';
