// Fails when a source breaks the dependency rule, the step-file rule or a rule of form; see DESIGN.md.
// Usage: node scripts/check-layers.ts [root]
import { argv, exit, stderr, stdout } from 'node:process'
import {
  durabilityViolations,
  exportViolations,
  lengthViolations,
  protocolFolders,
  pureFolderViolations,
  stepFiles,
  stepViolations,
} from './lib/file-rules.ts'
import { cycleViolations, importViolations, type Violation } from './lib/layer-rules.ts'
import { portableViolations } from './lib/portable-rules.ts'
import { loadWorkspace, REPOSITORY_ROOT, type Workspace } from './lib/workspace.ts'

/** All violations, in order of file and line; one a line, for two rules may forbid one import. */
export function checkLayers(workspace: Workspace): Violation[] {
  const violations = [
    ...importViolations(workspace),
    ...cycleViolations(workspace),
    ...stepViolations(workspace),
    ...pureFolderViolations(workspace),
    ...lengthViolations(workspace),
    ...exportViolations(workspace),
    ...durabilityViolations(workspace),
    ...portableViolations(workspace),
  ]
  return [...new Map(violations.toReversed().map(each => [`${each.path}:${each.line}`, each])).values()].sort(
    (a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1),
  )
}

function summary(workspace: Workspace): string {
  const imports = workspace.files.reduce((sum, file) => sum + file.imports.length, 0)
  const packages = workspace.units.filter(({ kind }) => kind === 'package').length
  return [
    `${packages} packages and ${workspace.units.length - packages} program folders`,
    `${workspace.files.length} files`,
    `${imports} imports`,
    `${protocolFolders(workspace).length} protocols with ${stepFiles(workspace).length} step files`,
  ].join(', ')
}

if (import.meta.main) {
  const workspace = loadWorkspace(argv[2] ?? REPOSITORY_ROOT)
  const violations = checkLayers(workspace)
  for (const { path, line, message } of violations) stderr.write(`${path}:${line}  ${message}\n`)
  const result = violations.length === 0 ? 'no violation' : `${violations.length} violations`
  stdout.write(`check-layers: ${summary(workspace)}: ${result}\n`)
  exit(violations.length === 0 ? 0 : 1)
}
