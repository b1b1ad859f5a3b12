/** How polls are combined into ListOperations requests: `new OperationsClient({ …, coalesce })`. */
export interface CoalesceOptions {
  /**
   * Returns the `name` to list an operation by: its collection or the parent of the collection, whichever the service
   * expects. It must return the same value for the same name. Where it throws or returns undefined or an empty string, the
   * operation is fetched by GetOperation.
   * @defaultValue `…` for `…/operations/{id}`, or `…/operations` where the service rejects that; undefined for other names
   */
  parentOf?: ((name: string) => string | undefined) | undefined;
  /**
   * The number of operations to request per page. A service may return fewer.
   * @defaultValue 500
   */
  pageSize?: number | undefined;
}
