import { exportVmcp } from '../../shared/export/vmcp.ts';
import { openForCommand } from './open-config.ts';
import { describeProblem, EXIT, sayJson, warn } from './output.ts';

/** Writes a ToolHive configuration to standard output; what it cannot say goes to standard error. */
export async function runExportVmcp(options: { config?: string; json?: true }): Promise<void> {
  using file = await openForCommand(options.config);
  const exported = exportVmcp(file.current().config);
  // An error here means that the export would be less safe than the original.
  if (exported.problems.some(({ severity }) => severity === 'error')) process.exitCode = EXIT.problems;
  if (options.json) return sayJson(exported);
  process.stdout.write(exported.yaml);
  for (const found of exported.problems) warn(describeProblem(found));
}
