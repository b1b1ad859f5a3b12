/** The kind of a field that holds no message of an error detail. */
export type ScalarKind = 'string' | 'strings' | 'int64' | 'optional int64' | 'map' | 'duration';

/** The kind of a field that holds messages. */
export type NestedKind = { readonly one: MessageSchema } | { readonly many: MessageSchema };

/** The kind of a field of an error detail. */
export type FieldKind = ScalarKind | NestedKind;

/** Fields by their JSON names, in the order of their numbers: 1, 2, 3, … in each of these messages. */
export type MessageSchema = Readonly<Record<string, FieldKind>>;

/** An entry of a field of kind `'map'`. */
export const mapEntry: MessageSchema = { key: 'string', value: 'string' };

const localizedMessage: MessageSchema = { locale: 'string', message: 'string' };

/** The ten messages of `google/rpc/error_details.proto`. */
const schemas: Readonly<Record<string, MessageSchema>> = {
  ErrorInfo: { reason: 'string', domain: 'string', metadata: 'map' },
  RetryInfo: { retryDelay: 'duration' },
  DebugInfo: { stackEntries: 'strings', detail: 'string' },
  QuotaFailure: {
    violations: {
      many: {
        subject: 'string',
        description: 'string',
        apiService: 'string',
        quotaMetric: 'string',
        quotaId: 'string',
        quotaDimensions: 'map',
        quotaValue: 'int64',
        futureQuotaValue: 'optional int64',
      },
    },
  },
  PreconditionFailure: { violations: { many: { type: 'string', subject: 'string', description: 'string' } } },
  BadRequest: {
    fieldViolations: {
      many: { field: 'string', description: 'string', reason: 'string', localizedMessage: { one: localizedMessage } },
    },
  },
  RequestInfo: { requestId: 'string', servingData: 'string' },
  ResourceInfo: { resourceType: 'string', resourceName: 'string', owner: 'string', description: 'string' },
  Help: { links: { many: { description: 'string', url: 'string' } } },
  LocalizedMessage: localizedMessage,
};

const prefix = 'google.rpc.';

/** The schema of an error detail by its full type name; undefined for any other type. */
export function detailSchema(typeName: string): MessageSchema | undefined {
  const name = typeName.slice(prefix.length);
  return typeName.startsWith(prefix) && Object.hasOwn(schemas, name) ? schemas[name] : undefined;
}
