/** Data of actions in which every field for text holds something that can be searched for, made from the schemas. */
import { z } from 'zod';
import type { Json, JsonObject } from '../../src/domain/ids.js';
import type { ActionName } from '../../src/domain/stay/actions.js';
import { dataSchemas } from '../../src/domain/stay/schemas.js';

interface Schema {
  type?: string;
  enum?: Json[];
  format?: string;
  pattern?: string;
  minLength?: number;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
}

export interface Planting {
  /** What to write in the field for text at this path, `kontakt.namn`. */
  text: (path: string) => string;
  /** Which of several shapes a field has, where it may have several. */
  shape?: number;
}

const IDS: Record<string, string> = { actionId: 'a-1', hsaId: 'SE-AVD-31', name: 'Medicinavdelning 31', personnummer: '189001019802' };

/** Every field that the action's data may have, the optional too. Codes are the first there is; times are of 2019. */
export function plantedData(action: ActionName, { text, shape = 0 }: Planting): JsonObject {
  const made = (schema: Schema, path: string): Json => {
    const name = path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? '';
    if (schema.anyOf) return made(schema.anyOf[shape % schema.anyOf.length] as Schema, path);
    if (schema.enum) return schema.enum[0] as Json;
    if (schema.type === 'boolean') return true;
    if (schema.type === 'array') return [made(schema.items ?? {}, `${path}.0`)];
    if (schema.properties)
      return Object.fromEntries(
        Object.entries(schema.properties).map(([field, property]) => [field, made(property, path === '' ? field : `${path}.${field}`)]),
      );
    if (schema.type !== 'string') return {};
    if (name in IDS && !path.startsWith('patient.name')) return IDS[name] as string;
    if (schema.format === 'date-time') return '2019-03-05T09:00:00Z';
    if (schema.format === 'date') return '2019-03-07';
    if (schema.pattern !== undefined) return '0680';
    return text(path);
  };
  return made(z.toJSONSchema(dataSchemas[action], { io: 'input' }) as Schema, '') as JsonObject;
}
