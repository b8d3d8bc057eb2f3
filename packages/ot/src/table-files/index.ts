export { FileRuns, type FileRunsOptions } from './file-runs.ts'
export { TableFile } from './table-file.ts'
