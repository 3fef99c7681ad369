import type { RJSFSchema, RJSFValidationError, ValidationData, ValidatorType } from '@rjsf/utils';
import { toErrorSchema } from '@rjsf/utils';
import { z } from 'zod';

/**
 * Validates form data against a backend's JSON schema without compiling code: the usual validator writes functions as
 * text, which our policy forbids (no `unsafe-eval`). A schema that zod cannot read is not judged here; the backend
 * judges the call in any case.
 */
export function schemaValidator(): ValidatorType {
  const known = new WeakMap<object, z.ZodType | undefined>();
  const errorsOf = (schema: RJSFSchema, data: unknown): RJSFValidationError[] => {
    if (!known.has(schema)) known.set(schema, readSchema(schema));
    const parsed = known.get(schema)?.safeParse(data);
    return parsed === undefined || parsed.success
      ? []
      : parsed.error.issues.map(({ path, message }) => ({
          property: `.${path.map(String).join('.')}`,
          message,
          stack: message,
        }));
  };
  return {
    validateFormData: (data, schema): ValidationData<unknown> => {
      const errors = errorsOf(schema, data ?? {});
      return { errors, errorSchema: toErrorSchema(errors) };
    },
    isValid: (schema, data) => errorsOf(schema, data).length === 0,
    rawValidation: (schema, data) => ({ errors: errorsOf(schema, data) as never[] }),
  };
}

function readSchema(schema: RJSFSchema): z.ZodType | undefined {
  try {
    return z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema);
  } catch {
    return undefined;
  }
}
