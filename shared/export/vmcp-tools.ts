import { type ClientProblem, warning } from '../clients/codes.ts';
import type { BackendConfig } from '../config/backend-schema.ts';
import type { CatalogSettings } from '../config/config.ts';
import type { YamlValue } from './yaml-text.ts';

export interface ExportedTools {
  readonly value: YamlValue;
  readonly problems: readonly ClientProblem[];
}

/** The merge strategy and the per-backend rules, for the backends that are exported. */
export function aggregation(
  tools: CatalogSettings,
  backends: ReadonlyMap<string, BackendConfig>,
): ExportedTools {
  const rules = [...backends].map(([name, config]) => backendTools(name, config));
  const workloads = rules.flatMap((rule) => (rule.value === undefined ? [] : [rule.value]));
  const strategy = conflictStrategy(tools, [...backends.keys()], workloads.length > 0);
  return {
    value: {
      conflictResolution: strategy.name,
      conflictResolutionConfig: strategy.config,
      tools: workloads.length > 0 ? workloads : undefined,
    },
    problems: [...strategy.problems, ...rules.flatMap((rule) => rule.problems)],
  };
}

interface Strategy {
  readonly name: CatalogSettings['conflicts'];
  readonly config: YamlValue;
  readonly problems: readonly ClientProblem[];
}

/** ToolHive's validator wants a prefix for `prefix`, an order for `priority` and rules for `manual`, else it refuses. */
function conflictStrategy(tools: CatalogSettings, names: readonly string[], hasRules: boolean): Strategy {
  const prefixFormat = tools.prefixFormat.replaceAll('{backend}', '{workload}');
  const fallback: YamlValue = { prefixFormat: prefixFormat === '' ? '{workload}_' : prefixFormat };
  if (tools.conflicts === 'priority' && names.length > 0) {
    const listed = tools.order.filter((name) => names.includes(name));
    const priorityOrder = [...listed, ...names.filter((name) => !listed.some((other) => other === name))];
    return { name: 'priority', config: { priorityOrder }, problems: [] };
  }
  if (tools.conflicts === 'manual' && hasRules) return { name: 'manual', config: fallback, problems: [] };
  const changed = tools.conflicts !== 'prefix' || prefixFormat === '';
  const message =
    'ToolHive refuses this merge setting as it stands, so tools are prefixed with their backend.';
  const fix = 'Set conflictResolution by hand if other names are needed.';
  return {
    name: 'prefix',
    config: fallback,
    problems: changed ? [warning('export-lossy', 'tools.conflicts', message, fix)] : [],
  };
}

function backendTools(
  backend: string,
  { tools }: BackendConfig,
): { readonly value: YamlValue | undefined; readonly problems: readonly ClientProblem[] } {
  const renamed = new Set([...tools.rename.keys(), ...tools.describe.keys()]);
  const overrides = Object.fromEntries(
    [...renamed].map((tool) => [
      tool,
      { name: tools.rename.get(tool), description: tools.describe.get(tool) },
    ]),
  );
  // ToolHive's filter names tools as they are called before the overrides, as ours does.
  const filter = tools.only?.filter((tool) => !tools.hide.includes(tool));
  const value: YamlValue | undefined =
    renamed.size === 0 && filter === undefined
      ? undefined
      : {
          workload: backend,
          filter: filter !== undefined && filter.length > 0 ? filter : undefined,
          overrides: renamed.size > 0 ? overrides : undefined,
          excludeAll: filter !== undefined && filter.length === 0 ? true : undefined,
        };
  return { value, problems: toolProblems(backend, tools) };
}

function toolProblems(backend: string, tools: BackendConfig['tools']): readonly ClientProblem[] {
  const problems: ClientProblem[] = [];
  if (tools.only === undefined && tools.hide.length > 0) {
    const message = `Hiding single tools cannot be expressed (${tools.hide.length} would be shown): there is an allow list only.`;
    const fix = 'List the tools that are wanted under "only".';
    problems.push(warning('export-lossy', `backends.${backend}.tools.hide`, message, fix));
  }
  if (tools.changed === 'hold') {
    const message = 'Holding changed tools back until they are approved cannot be expressed.';
    problems.push(
      warning('export-lossy', `backends.${backend}.tools.changed`, message, 'There is no substitute.'),
    );
  }
  return problems;
}
