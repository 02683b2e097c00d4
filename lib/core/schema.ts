/**
 * The part of Standard Schema (https://standardschema.dev, version 1) that this library calls. zod, valibot and
 * arktype schemas all have this shape; it is repeated here so that nothing needs to be installed.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult | PromiseLike<SchemaResult>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

interface SchemaResult {
  readonly issues?: readonly SchemaIssue[] | undefined;
}

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The type a schema takes: what the emitting code passes, before defaults and coercions. */
export type InputOf<Schema> = Schema extends {
  readonly '~standard': { readonly types?: { readonly input: infer Input } | undefined };
}
  ? Input
  : never;

/** Some schemas are functions, hence no check for an object. */
export const isSchema = (value: unknown): value is StandardSchema =>
  typeof (value as Partial<StandardSchema> | null)?.['~standard']?.validate === 'function';
