import type { JsonValue } from '../any.js';
import { bytesToJson, numberToJson } from '../decoders/scalars.js';
import { wellKnownJson } from '../decoders/well-known-codecs.js';

// Converts messages of protobufjs's reflection to proto3 JSON. protobufjs's own toObject() does not write the special
// JSON forms of Timestamp, Duration, Struct, wrappers and FieldMask.

/** The part of protobufjs's `Type` that the conversion uses. */
export interface MessageType {
  readonly fullName: string;
  readonly fieldsArray: readonly MessageField[];
  decode(bytes: Uint8Array): object;
  encode(message: object): { finish(): Uint8Array };
}

interface MessageField {
  readonly name: string;
  readonly type: string;
  readonly repeated: boolean;
  readonly resolvedType: MessageType | { readonly valuesById: Readonly<Record<number, string>> } | null;
  resolve(): unknown;
}

/** The types of messages, and what protobufjs does not keep of their descriptors. */
export interface MessageTypes {
  /** Finds a type by its full name; undefined if there is none. */
  readonly lookup: (typeName: string) => MessageType | undefined;
  /** The names in JSON, by the full names of fields. */
  readonly jsonNames: ReadonlyMap<string, string>;
  /** The full names of the types that are entries of maps. */
  readonly mapEntries: ReadonlySet<string>;
}

/**
 * The JSON of a message.
 *
 * @throws Error if the bytes are not a message of the type.
 */
export function bytesToMessageJson(type: MessageType, bytes: Uint8Array, types: MessageTypes): JsonValue {
  return messageJson(type, type.decode(bytes), types);
}

function messageJson(type: MessageType, message: object, types: MessageTypes): JsonValue {
  const typeName = fullName(type);
  if (typeName === 'google.protobuf.Any') return anyJson(message, types);
  if (typeName.startsWith('google.protobuf.')) {
    const json = wellKnownJson(typeName, { typeUrl: typeName, value: type.encode(message).finish() });
    if (json !== undefined) return json;
  }
  const entries = type.fieldsArray.flatMap((field): [string, JsonValue][] => {
    field.resolve();
    const value = Object.hasOwn(message, field.name) ? (message as Record<string, unknown>)[field.name] : undefined;
    const isUnset = value === undefined || value === null || (field.repeated && (value as unknown[]).length === 0);
    return isUnset
      ? []
      : [[types.jsonNames.get(`${typeName}.${field.name}`) ?? field.name, fieldJson(field, value, types)]];
  });
  return Object.fromEntries(entries);
}

interface AnyMessage {
  readonly type_url?: string;
  readonly typeUrl?: string;
  readonly value?: Uint8Array;
}

function anyJson(
  { type_url, typeUrl = type_url ?? '', value = new Uint8Array() }: AnyMessage,
  types: MessageTypes,
): JsonValue {
  if (typeUrl === '') return {};
  const typeName = typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
  const wellKnown = wellKnownJson(typeName, { typeUrl, value });
  const type = types.lookup(typeName);
  if (wellKnown !== undefined) return { '@type': typeUrl, value: wellKnown };
  if (type === undefined) return { '@type': typeUrl, value: bytesToJson(value) };
  return { '@type': typeUrl, ...(bytesToMessageJson(type, value, types) as Record<string, JsonValue>) };
}

function fieldJson(field: MessageField, value: unknown, types: MessageTypes): JsonValue {
  if (!field.repeated) return valueJson(field, value, types);
  const items = (value as readonly unknown[]).map((item) => valueJson(field, item, types));
  const { resolvedType } = field;
  const isMap = isMessage(resolvedType) && types.mapEntries.has(fullName(resolvedType));
  return isMap ? mapJson(resolvedType, items as MapEntry[]) : items;
}

/** An entry of a map as JSON. A key or a value that is the default may be absent from the bytes. */
interface MapEntry {
  readonly key?: JsonValue;
  readonly value?: JsonValue;
}

function mapJson({ fieldsArray }: MessageType, entries: readonly MapEntry[]): JsonValue {
  const [defaultKey = '', defaultValue = ''] = ['key', 'value'].map((name) =>
    defaultJson(fieldsArray.find((field) => field.name === name) as MessageField),
  );
  return Object.fromEntries(entries.map(({ key = defaultKey, value = defaultValue }) => [String(key), value]));
}

function defaultJson({ type, resolvedType }: MessageField): JsonValue {
  if (isMessage(resolvedType)) return {};
  if (resolvedType !== null) return resolvedType.valuesById[0] ?? 0;
  if (type === 'string' || type === 'bytes') return '';
  if (type === 'bool') return false;
  return type.endsWith('64') ? '0' : 0;
}

function valueJson({ type, resolvedType }: MessageField, value: unknown, types: MessageTypes): JsonValue {
  if (resolvedType !== null) {
    return isMessage(resolvedType)
      ? messageJson(resolvedType, value as object, types)
      : (resolvedType.valuesById[value as number] ?? (value as number));
  }
  if (type === 'bytes') return bytesToJson(value as Uint8Array);
  if (type.endsWith('64')) return String(value);
  if (typeof value === 'number') return numberToJson(value);
  return value as string | boolean;
}

function isMessage(type: MessageField['resolvedType']): type is MessageType {
  return type !== null && 'fieldsArray' in type;
}

function fullName(type: MessageType): string {
  return type.fullName.replace(/^\./, '');
}
