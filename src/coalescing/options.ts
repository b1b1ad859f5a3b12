/** How a client's polls are made into ListOperations: `new OperationsClient({ …, coalesce })`. */
export interface CoalesceOptions {
  /**
   * The `name` to list an operation by: its collection or the collection's parent, in the form that the service wants;
   * undefined: it is asked for by GetOperation. If it throws, or gives an empty string, the same.
   * @defaultValue `…` of `…/operations/{id}`, and where the service refuses that, `…/operations`; none for other names
   */
  parentOf?: ((name: string) => string | undefined) | undefined;
  /**
   * How many operations to ask for in a page. Services give fewer if they have a limit of their own.
   * @defaultValue 500
   */
  pageSize?: number | undefined;
}
