import { type ClientProblem, warning } from '../clients/codes.ts';
import type { BackendConfig } from '../config/backend-schema.ts';

/** A variable that the exported setup needs. `value` is there only when it is no secret. */
export interface NeededVariable {
  readonly name: string;
  readonly purpose: string;
  readonly value?: string;
}

/** Upper case, everything else but letters and digits as `_`: how ToolHive names variables after backends and headers. */
export function variablePart(text: string): string {
  return text.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
}

/**
 * Static headers of one backend. ToolHive's configuration has no field for them; its static mode reads one JSON variable
 * per backend, `TOOLHIVE_HEADER_FORWARD_<BACKEND>`, in which secrets are named and come from a variable each
 * (`pkg/vmcp/headerforward/wirefmt`, v0.44.0 and 33 commits). Secret values never enter an export (IMP-04).
 */
export function headerVariables(
  backend: string,
  config: Exclude<BackendConfig, { type: 'stdio' }>,
): readonly NeededVariable[] {
  if (config.headers.size === 0 && config.secretHeaders.length === 0) return [];
  const owner = variablePart(backend);
  const secrets = config.secretHeaders.map((header) => ({
    header,
    identifier: `HEADER_FORWARD_${variablePart(header)}_${owner}`,
  }));
  const manifest = {
    ...(config.headers.size > 0 ? { addPlaintextHeaders: Object.fromEntries(config.headers) } : {}),
    ...(secrets.length > 0
      ? {
          addHeadersFromSecret: Object.fromEntries(
            secrets.map(({ header, identifier }) => [header, identifier]),
          ),
        }
      : {}),
  };
  return [
    {
      name: `TOOLHIVE_HEADER_FORWARD_${owner}`,
      purpose: `static headers of ${backend}`,
      value: JSON.stringify(manifest),
    },
    ...secrets.map(({ header, identifier }) => ({
      name: `TOOLHIVE_SECRET_${identifier}`,
      purpose: `secret header ${header} of ${backend}`,
    })),
  ];
}

/** Two backends whose names become one variable name: ToolHive would give both the later one's headers. */
export function sharedVariables(backends: Iterable<string>): readonly ClientProblem[] {
  const owners = new Map<string, string>();
  const problems: ClientProblem[] = [];
  for (const backend of backends) {
    const owner = variablePart(backend);
    const earlier = owners.get(owner);
    if (earlier === undefined) owners.set(owner, backend);
    else {
      const message = `ToolHive names the variables of "${earlier}" and "${backend}" alike (${owner}).`;
      problems.push(
        warning('export-lossy', `backends.${backend}`, message, 'Rename one of the two before exporting.'),
      );
    }
  }
  return problems;
}
