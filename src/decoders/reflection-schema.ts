// The part of protobufjs's reflection that decoding JSON uses.

/** The part of protobufjs's `Type`. */
export interface MessageSchema {
  readonly fullName: string;
  readonly fieldsArray: readonly FieldSchema[];
  readonly fieldsById: Readonly<Record<number, FieldSchema>>;
  readonly root: { lookupType(name: string): MessageSchema };
  fromObject(object: object): object;
  encode(message: object): { finish(): Uint8Array };
}

/** The part of protobufjs's `Field`. */
export interface FieldSchema {
  readonly name: string;
  readonly type: string;
  readonly repeated: boolean;
  readonly map: boolean;
  readonly keyType?: string;
  readonly hasPresence?: boolean;
  readonly options?: { readonly json_name?: string };
  readonly resolvedType: MessageSchema | EnumSchema | null;
  resolve(): unknown;
}

/** The part of protobufjs's `Enum`. */
export interface EnumSchema {
  readonly fullName: string;
  readonly values: Readonly<Record<string, number>>;
}

const fieldCache = new WeakMap<MessageSchema, Map<string, FieldSchema>>();

/** A field by its name in JSON or in the proto; undefined if the type has no such field. */
export function fieldByName(type: MessageSchema, name: string): FieldSchema | undefined {
  let fields = fieldCache.get(type);
  if (!fields) {
    fields = new Map(type.fieldsArray.flatMap((field) => fieldNames(field).map((name) => [name, field])));
    fieldCache.set(type, fields);
  }
  return fields.get(name) ?? fields.get(jsonName(name));
}

/** A field by its number. */
export function fieldByNumber(type: MessageSchema, number: number): FieldSchema {
  const field = type.fieldsById[number];
  if (!field) throw new TypeError(`${type.fullName.slice(1)} has no field ${number}`);
  field.resolve();
  return field;
}

/** The message type of a field, by the field's number. */
export function messageByNumber(type: MessageSchema, number: number): MessageSchema {
  return fieldByNumber(type, number).resolvedType as MessageSchema;
}

/** A type in the same root, by its full name. */
export function lookupType(type: MessageSchema, name: string): MessageSchema {
  try {
    return type.root.lookupType(name);
  } catch {
    throw new TypeError(`the root does not contain the type ${name} of an Any`);
  }
}

function fieldNames({ name, options }: FieldSchema): string[] {
  return [jsonName(name), name, options?.json_name ?? name];
}

/** A field's name in JSON, from its name in the proto. A name that is in lowerCamelCase already is unchanged. */
function jsonName(name: string): string {
  return name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}
