/** The part of JSON Schema 2020-12 that these files are made of. */
export interface JsonSchema {
  $schema?: string;
  $id?: string;
  $ref?: string;
  title?: string;
  description?: string;
  type?: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  const?: string | number | boolean;
  enum?: readonly (string | number | boolean | null)[];
  pattern?: string;
  anyOf?: readonly JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  additionalProperties?: false | JsonSchema;
  items?: JsonSchema;
  prefixItems?: readonly JsonSchema[];
  minItems?: number;
  maxItems?: number;
  $defs?: Record<string, JsonSchema>;
}
