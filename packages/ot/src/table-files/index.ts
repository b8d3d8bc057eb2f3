export { FileRuns, type FileRunsOptions } from './file-runs.ts'
export { ServedFile } from './served-file.ts'
export { openTableFile, tableFileVersion } from './stored-table.ts'
export { TableFile } from './table-file.ts'
