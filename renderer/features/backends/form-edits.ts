import type { BackendForm } from '../../../shared/control/backend-form.ts';
import { foldName } from '../../../shared/headers/name.ts';

/** The form without a header, variable or setting that a way out of a collision points at. */
export function withoutHeader(form: BackendForm, place: string, header: string): BackendForm {
  const { connection } = form;
  const other = (name: string): boolean => foldName(name) !== foldName(header);
  if (connection.type === 'stdio') {
    const field = /\.(env|secretEnv|envFromHeaders)\b/.exec(place)?.[1];
    const isOther = ({ variable, header: from }: { variable: string; header: string }): boolean =>
      other(from) && other(variable);
    return {
      ...form,
      connection: {
        ...connection,
        ...(field === 'env' ? { env: connection.env.filter(({ name }) => !place.endsWith(name)) } : {}),
        ...(field === 'envFromHeaders' ? { envFromHeaders: connection.envFromHeaders.filter(isOther) } : {}),
        ...(field === 'secretEnv' ? { secretEnv: withoutIndex(connection.secretEnv, place) } : {}),
      },
    };
  }
  if (place.endsWith('.identityHeaders'))
    return { ...form, connection: { ...connection, identityHeaders: 'off' } };
  return {
    ...form,
    connection: {
      ...connection,
      headers: connection.headers.filter(({ name }) => other(name)),
      secretHeaders: connection.secretHeaders.filter(other),
    },
  };
}

function withoutIndex(items: readonly string[], place: string): string[] {
  const index = Number(/\[(\d+)\]$/.exec(place)?.[1] ?? -1);
  return items.filter((_, at) => at !== index);
}
